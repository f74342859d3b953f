import type { BytesPart, Vector } from "@stdfn/schemas/validate";
import { bytesOf } from "./bytes.ts";
import { hexDump } from "./hex-dump.ts";
import { withArticle } from "./wire/fault.ts";

const longestText = 2_000;

/** A vector as a person reads it. */
export function vectorText(vector: Vector, twin: Vector): string {
  const lines = [
    `${vector.id}  ${vector.title}`,
    field("level", levelText(vector)),
    field(
      "decided by",
      vector.requirements.map(({ id, revision }) => `${id}@${revision}`).join(", "),
    ),
    ...content(vector),
    ...result(vector),
    field("twin", `${twin.id}  ${twin.title}`),
  ];
  return `${lines.join("\n")}\n`;
}

function levelText(vector: Vector): string {
  if (vector.level === "stream") {
    const mode = vector.mode === undefined ? "mode not announced" : `mode ${vector.mode}`;
    return `${vector.format} stream, read by a ${vector.reader ?? "function"}, ${mode}`;
  }
  if (vector.level === "record") return `body of ${withArticle(vector.kind)} in ${vector.format}`;
  if (vector.level === "frame") return `${vector.format} frame`;
  return vector.level;
}

function content(vector: Vector): readonly string[] {
  if (vector.level === "conversion") {
    const to = vector.to === undefined ? [] : bytes(`to ${vector.to.format}`, vector.to.bytes);
    return [...bytes(`from ${vector.from.format}`, vector.from.bytes), ...to];
  }
  if (vector.level === "equality") {
    return [
      ...bytes(`left, ${vector.left.format}`, vector.left.bytes),
      ...bytes(`right, ${vector.right.format}`, vector.right.bytes),
    ];
  }
  return bytes("bytes", vector.bytes);
}

function result(vector: Vector): readonly string[] {
  if (vector.level === "equality") return [field("equal", vector.equal ? "yes" : "no")];
  if (vector.fault !== undefined) {
    const where = vector.offset === undefined ? "" : ` at byte ${vector.offset}`;
    const scope =
      vector.confined === undefined ? "" : `, confined to invocation ${vector.confined}`;
    return [
      field("fault", `${vector.fault}${where}${scope}`),
      field(
        "answer",
        `error code ${vector.code}; a function whose input this is exits with ${vector.exit}`,
      ),
    ];
  }
  if (vector.level === "conversion") return [];
  const text = JSON.stringify(vector.meaning, null, 2);
  const shown = text.length > longestText ? `${text.slice(0, longestText)}\n…` : text;
  return ["means", ...shown.split("\n").map((line) => `    ${line}`)];
}

function bytes(name: string, parts: readonly BytesPart[]): readonly string[] {
  const all = bytesOf(parts);
  return [`${name} (${all.length})`, ...hexDump(all).map((line) => `    ${line}`)];
}

function field(name: string, value: string): string {
  return `${name.padEnd(12)}${value}`;
}
