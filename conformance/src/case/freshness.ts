import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { bytesOf } from "../bytes.ts";
import type { VectorStore } from "../vector-store.ts";
import { canonicalJson } from "../wire/i-json.ts";
import type { OctetsSpec, Plain } from "./case.ts";
import { FileJson, FileOctets } from "./file-octets.ts";

interface Made {
  readonly $base64?: OctetsSpec;
  readonly $sha256?: OctetsSpec;
  readonly $text?: OctetsSpec;
  readonly $body?: readonly OctetsSpec[];
}

const placeholder = /\{\{([a-z]+)\}\}/g;

/**
 * Makes what is new in every run: random texts and octets, all from one seed, so that no answer can be known
 * beforehand and the same seed gives the same bytes.
 */
export class Freshness {
  readonly #root: string;
  readonly #vectors: VectorStore;
  readonly #randoms = new Map<string, Buffer>();

  /**
   * @param seed of the run
   * @param scope what the names belong to: the same name in another case is something else
   */
  constructor(seed: string, scope: string, vectors: VectorStore) {
    this.#root = `${seed}\n${scope}`;
    this.#vectors = vectors;
  }

  /** A value with its placeholders filled in and its made values made; matchers stay as they are. */
  fill(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.fill(item));
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof FileJson) return value.value;
    const { $base64, $sha256, $text, $body } = value as Made;
    if ($body !== undefined) return { $body: this.parts($body) };
    if ($base64 !== undefined) return this.octets($base64).toString("base64");
    if ($text !== undefined) return this.octets($text).toString("utf8");
    if ($sha256 !== undefined)
      return createHash("sha256").update(this.octets($sha256)).digest("hex");
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [this.text(name), this.fill(member)]),
    );
  }

  /** A filled object. */
  object(value: Plain): Plain {
    return this.fill(value) as Plain;
  }

  /** A text with its placeholders filled in: each is twelve characters of a to f and 0 to 9. */
  text(template: string): string {
    return template.replaceAll(placeholder, (_whole, name: string) =>
      this.#random(`text ${name}`, 6).toString("hex"),
    );
  }

  octets(spec: OctetsSpec): Buffer {
    const made = this.#made(spec);
    return spec.reversed ? Buffer.from(made).reverse() : made;
  }

  /** Octets one after another. */
  parts(specs: readonly OctetsSpec[]): Buffer {
    return Buffer.concat(specs.map((spec) => this.octets(spec)));
  }

  #made(spec: OctetsSpec): Buffer {
    if (spec instanceof FileOctets) return spec.octets;
    if ("text" in spec) return Buffer.from(this.text(spec.text));
    if ("hex" in spec) return Buffer.from(spec.hex, "hex");
    if ("json" in spec) return Buffer.from(canonicalJson(this.fill(spec.json)));
    if ("random" in spec) return this.#random(`octets ${spec.random}`, spec.size);
    if ("pattern" in spec) return pattern(spec.pattern);
    if ("repeat" in spec) return bytesOf([spec]);
    const vector = this.#vectors.get(spec.vector);
    if (!("bytes" in vector)) throw new TypeError(`${spec.vector} has no bytes of its own`);
    return bytesOf(vector.bytes);
  }

  #random(name: string, size: number): Buffer {
    const key = `${name} ${size}`;
    // What is expected is filled in anew whenever something comes.
    const known = this.#randoms.get(key);
    if (known !== undefined) return known;
    const hash = createHash("shake256", { outputLength: size });
    const made = hash.update(`${this.#root}\n${name}`).digest();
    this.#randoms.set(key, made);
    return made;
  }
}

const period = Buffer.from(Array.from({ length: 251 }, (_, at) => at));

/** The first octets of the everything function's pattern: octet k is k mod 251. */
function pattern(size: number): Buffer {
  return Buffer.alloc(size, period);
}
