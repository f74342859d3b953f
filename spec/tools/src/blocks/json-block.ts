import { jsonCodec } from "@stdfn/schemas/codec";
import type { Block } from "../text/chapter.ts";
import type { BlockClass, JsonKind } from "./block-class.ts";
import { checkDocument, checkWire } from "./json-document.ts";
import type { Outcome } from "./outcome.ts";
import { readStream } from "./read-stream.ts";
import { type Claim, judge } from "./verdict.ts";

const preface = '{"stdfn":"1"}\n';

/**
 * Reads a JSON block as what it claims to be. A stream is read as written, line by line; any other `json` block is one
 * value, whose line breaks stand for spaces, and a `jsonl` block is one value a line.
 */
export function executeJson(
  block: Block,
  { kind }: Extract<BlockClass, { class: "json" }>,
  claim: Claim,
): Outcome {
  return judge(claim, () => {
    if (kind === "stream") {
      readStream(encode(`${block.body.join("\n")}\n`), undefined, "whole");
      checkWire("preface-line", block.body[0] ?? "");
      for (const line of block.body.slice(1)) checkLine(line);
      return;
    }
    const lines = /^jsonl\b/.test(block.info) ? block.body : [block.body.join(" ")];
    for (const line of lines) readOne(kind, line);
  });
}

function readOne(kind: Exclude<JsonKind, "stream">, text: string): void {
  switch (kind) {
    case "manifest":
    case "description":
    case "vector":
      checkDocument(kind, text);
      return;
    case "line":
      readStream(encode(`${preface}${text}\n`), undefined, "unit");
      checkLine(text);
      return;
    case "frame":
      readStream(encode(`${preface}${text}\n`), "session", "unit");
      checkLine(text);
      return;
    default:
      jsonCodec.decode(kind, encode(text));
      checkWire(kind, text);
  }
}

function checkLine(text: string): void {
  checkWire(/^\s*\{\s*"frame"/.test(text) ? "frame-line" : "record-line", text);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
