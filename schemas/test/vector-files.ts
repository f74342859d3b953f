import { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BytesPart, Vector } from "../src/validate.ts";

const folder = fileURLToPath(new URL("../../../conformance/vectors/", import.meta.url));

/** Every golden vector, in the order of their ids. */
export function readVectors(): readonly Vector[] {
  return ["protobuf", "json", "conversion"]
    .flatMap((format) =>
      ["valid", "invalid"].flatMap((result) =>
        readdirSync(`${folder}${format}/${result}`)
          .sort()
          .map((file) => `${format}/${result}/${file}`),
      ),
    )
    .map((path) => {
      const vector = JSON.parse(readFileSync(folder + path, "utf8")) as Vector;
      if (`${vector.id}.json` !== path) throw new Error(`${path} holds the vector ${vector.id}`);
      return vector;
    });
}

/** The bytes that the parts of a vector spell. */
export function bytesOf(parts: readonly BytesPart[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if ("hex" in part) return Buffer.from(part.hex, "hex");
      if ("text" in part) return Buffer.from(part.text, "utf8");
      return Buffer.alloc((part.repeat.length / 2) * part.times, part.repeat, "hex");
    }),
  );
}

/** A meaning with each `$repeat` written out. */
export function expanded(meaning: unknown): unknown {
  if (Array.isArray(meaning)) return meaning.map(expanded);
  if (typeof meaning !== "object" || meaning === null) return meaning;
  const { $repeat } = meaning as { readonly $repeat?: readonly [string, number, string?] };
  if ($repeat !== undefined) return $repeat[0].repeat($repeat[1]) + ($repeat[2] ?? "");
  return Object.fromEntries(
    Object.entries(meaning).map(([name, value]) => [name, expanded(value)]),
  );
}
