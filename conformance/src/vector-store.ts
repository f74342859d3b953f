import type { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Vector, validateVector } from "@stdfn/schemas/validate";
import { didYouMean } from "./did-you-mean.ts";
import { exitStatus } from "./exit-status.ts";
import { KitError } from "./kit-error.ts";
import { matches, nearestPattern } from "./pattern.ts";

export type { Vector };

const packagedVectors = fileURLToPath(new URL("../../vectors/", import.meta.url));

/** Which vectors are wanted; a member that is absent excludes none. */
export interface VectorFilter {
  /** Ids, or patterns in which `*` stands for anything within a segment and `**` for anything. */
  readonly selectors?: readonly string[];
  readonly format?: string;
  readonly level?: string;
  /** Only vectors that cite this requirement. */
  readonly requirement?: string;
}

/** The golden vectors of a folder, read when they are first needed. */
export class VectorStore {
  readonly #folder: string;
  readonly #read = new Map<string, Vector>();
  #ids: readonly string[] | undefined;

  /** @param folder where the vectors stand; default: those of this package */
  constructor(folder: string = packagedVectors) {
    this.#folder = folder.endsWith("/") ? folder : `${folder}/`;
  }

  /** Every id, sorted. */
  get ids(): readonly string[] {
    this.#ids ??= ["conversion", "json", "protobuf"].flatMap((format) =>
      ["invalid", "valid"].flatMap((result) =>
        this.#names(`${format}/${result}`).map((name) => `${format}/${result}/${name}`),
      ),
    );
    return this.#ids;
  }

  /**
   * The vector of an id.
   * @throws KitError if there is none, naming the nearest, or if its file is no vector
   */
  get(id: string): Vector {
    if (!this.ids.includes(id)) {
      throw new KitError(
        `no vector is named ${JSON.stringify(id)}${this.#hint(id)}; \`stdfn-conformance list\` lists them`,
        exitStatus.usage,
      );
    }
    const known = this.#read.get(id) ?? this.#readVector(id);
    this.#read.set(id, known);
    return known;
  }

  /**
   * The vectors that a filter lets through, by id.
   * @throws KitError if a selector or the whole filter matches nothing: that is never what was meant
   */
  select(filter: VectorFilter): readonly Vector[] {
    const selectors = filter.selectors ?? [];
    for (const selector of selectors) {
      if (!this.ids.some((id) => matches(selector, id)))
        throw new KitError(
          `no vector matches ${JSON.stringify(selector)}${this.#hint(selector)}`,
          exitStatus.usage,
        );
    }
    const found = this.ids
      .filter((id) => selectors.length === 0 || selectors.some((selector) => matches(selector, id)))
      .map((id) => this.get(id))
      .filter((vector) => passes(vector, filter));
    if (found.length === 0)
      throw new KitError(
        `no vector matches all of ${describe(filter)}; leave one of them out`,
        exitStatus.usage,
      );
    return found;
  }

  /** What the file of a vector holds. */
  fileOf(id: string): Buffer {
    return readFileSync(`${this.#folder}${id}.json`);
  }

  #hint(id: string): string {
    return didYouMean(nearestPattern(id, this.ids));
  }

  #names(path: string): readonly string[] {
    try {
      return readdirSync(this.#folder + path)
        .filter((file) => file.endsWith(".json"))
        .map((file) => file.slice(0, -".json".length))
        .sort();
    } catch (error) {
      throw new KitError(
        `the vectors cannot be read: ${(error as Error).message}; install the package again`,
        exitStatus.kit,
      );
    }
  }

  #readVector(id: string): Vector {
    const path = `${this.#folder}${id}.json`;
    const checked = validateVector(JSON.parse(readFileSync(path, "utf8")));
    if (!checked.ok) {
      const [first] = checked.errors;
      throw new KitError(`${path} is no vector: ${first?.path} ${first?.message}`, exitStatus.kit);
    }
    if (checked.value.id !== id)
      throw new KitError(`${path} holds the vector ${checked.value.id}`, exitStatus.kit);
    return checked.value;
  }
}

function passes(vector: Vector, { format, level, requirement }: VectorFilter): boolean {
  return (
    (format === undefined || vector.id.startsWith(`${format}/`)) &&
    (level === undefined || vector.level === level) &&
    (requirement === undefined || vector.requirements.some(({ id }) => id === requirement))
  );
}

function describe({ selectors = [], ...rest }: VectorFilter): string {
  return [
    ...selectors.map((selector) => JSON.stringify(selector)),
    ...Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `--${name} ${value}`),
  ].join(" ");
}
