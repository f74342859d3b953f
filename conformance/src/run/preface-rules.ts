import { Buffer } from "node:buffer";
import { quoted } from "../wire/fault.ts";
import { prefaces } from "../wire/preface.ts";
import type { Unit } from "../wire/unit.ts";
import type { Violation } from "./monitor.ts";

type Preface = Extract<Unit, { readonly type: "preface" }>;

/** A JSON preface in a session that has no line feed before it. */
const bare = "SES-108";
const shownInHex = 32;
const lineFeed = Buffer.from("\n");

/** What stands before a preface and does not belong there: in a session a line feed belongs before that of JSON. */
export function foreignIn({ foreign, format }: Preface, isSession: boolean): Buffer {
  const isDue = isSession && format === "json" && foreign.at(-1) === lineFeed[0];
  return isDue ? foreign.subarray(0, -1) : foreign;
}

/** Bytes before a preface for people: how many, and as text. */
export function foreignText(bytes: Buffer): string {
  const count = bytes.length === 1 ? "1 byte" : `${bytes.length} bytes`;
  return `${count} before the preface: ${quoted(bytes.toString("utf8"))}`;
}

/** The first bytes in hexadecimal. */
function hexText(bytes: Buffer): string {
  const hex = bytes.toString("hex", 0, shownInHex).replaceAll(/..(?=.)/g, "$& ");
  return bytes.length > shownInHex ? `${hex} …` : hex;
}

/** What is wrong with the preface of a candidate, and with what stands before it; undefined if nothing is. */
export function violationOfPreface(
  unit: Preface,
  { side, isSession }: { readonly side: "function" | "host"; readonly isSession: boolean },
): Violation | undefined {
  const { format, bytes } = unit;
  if (!prefaces[format].equals(bytes))
    return {
      requirement: format === "json" ? "REC-002" : "REC-001",
      message: `a preface that is not byte for byte that of the table: ${quoted(bytes.toString("latin1"))}`,
    };
  if (side === "host") return undefined;
  const foreign = foreignIn(unit, isSession);
  if (foreign.length > 0)
    return {
      requirement: "REC-003",
      message: `${foreignText(foreign)}, in hexadecimal ${hexText(foreign)}`,
    };
  const isBare = isSession && format === "json" && unit.foreign.length === 0;
  return isBare ? { requirement: bare, message: "no line feed before the preface" } : undefined;
}

/** Whether what comes behind a wrong preface can be read all the same, and may tell why it is wrong. */
export function isReadOn({ requirement }: Violation): boolean {
  return requirement === bare;
}
