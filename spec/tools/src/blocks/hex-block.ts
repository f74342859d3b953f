import type { Block } from "../text/chapter.ts";
import { UsageError } from "../usage-error.ts";
import type { BlockClass } from "./block-class.ts";
import { failed, type Outcome } from "./outcome.ts";
import { matchesJson } from "./placeholder.ts";
import { readStream } from "./read-stream.ts";
import { type Claim, judge } from "./verdict.ts";

const preface = Buffer.from("\n\bSTDFN/1\n", "latin1");

/** The bytes and assertions of a block of annotated bytes. */
type AnnotatedBytes = {
  readonly bytes: Buffer;
  /** What each record or frame means, as a line of the JSON format; empty when nothing is asserted. */
  readonly meanings: readonly unknown[];
};

/**
 * Reads annotated bytes: pairs of hexadecimal digits and quoted texts (with JSON escapes, as UTF-8), `#` to the end of
 * the line is a comment, and a line beginning with `=` holds the meaning of the next record or frame.
 *
 * @throws UsageError quoting the line that is neither
 */
function parseAnnotatedBytes(block: Block): AnnotatedBytes {
  const pieces: Buffer[] = [];
  const meanings: unknown[] = [];
  block.body.forEach((text, index) => {
    const place = `${block.file}:${block.line + 1 + index}`;
    if (text.trimStart().startsWith("=")) {
      meanings.push(parseMeaning(text.trimStart().slice(1), place));
      return;
    }
    const pattern = /\s*(?:([0-9A-Fa-f]{2})(?![0-9A-Za-z])|("(?:[^"\\]|\\.)*"))|\s*#.*$|\s+$/y;
    while (pattern.lastIndex < text.length) {
      const from = pattern.lastIndex;
      const match = pattern.exec(text);
      if (match === null) {
        throw new UsageError(
          `${place}: "${text.slice(from).trim()}" is neither hexadecimal pairs, a quoted text nor a comment`,
        );
      }
      if (match[1] !== undefined) pieces.push(Buffer.from(match[1], "hex"));
      else if (match[2] !== undefined)
        pieces.push(Buffer.from(JSON.parse(match[2]) as string, "utf8"));
    }
  });
  return { bytes: Buffer.concat(pieces), meanings };
}

/** Reads annotated bytes with the protobuf reader and compares what they mean with the assertions. */
export function executeHex(
  block: Block,
  { kind }: Extract<BlockClass, { class: "hex" }>,
  claim: Claim,
): Outcome {
  const { bytes, meanings } = parseAnnotatedBytes(block);
  let lines: unknown[] = [];
  const outcome = judge(claim, () => {
    lines =
      kind === "stream"
        ? readStream(bytes, undefined, "whole")
        : readStream(
            Buffer.concat([preface, bytes]),
            kind === "frame" ? "session" : "pipe",
            "unit",
          );
  });
  if (outcome.result !== "passed" || claim.violates !== undefined) return outcome;
  if (meanings.length === 0 || matchesJson(meanings, lines)) return outcome;
  return failed(
    `the bytes mean ${lines.map((line) => JSON.stringify(line)).join(" ")}, asserted is ${meanings.map((line) => JSON.stringify(line)).join(" ")}`,
  );
}

function parseMeaning(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${place}: what follows "=" is a line of the JSON format; ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
