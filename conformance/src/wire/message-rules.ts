import { quoted, WireFault } from "./fault.ts";
import { limits } from "./limits.ts";
import type { MessageName } from "./message-table.ts";

/** What a body means, in the members of the JSON format. */
export type Meaning = Record<string, unknown>;

const factName = /^[a-z0-9_]{1,64}$/;

/**
 * Checks what a body says beyond its format, and takes out what means nothing.
 * @throws WireFault `invalid`
 */
export function keepRules(kind: MessageName, meaning: Meaning): Meaning {
  rules[kind]?.(meaning);
  return meaning;
}

const rules: Partial<Record<MessageName, (meaning: Meaning) => void>> = {
  context(meaning) {
    if (meaning["invocation_id"] === undefined)
      throw invalid("MOD-038", "a context without invocation_id");
    checkNames(meaning["extensions"]);
  },
  chunk(meaning) {
    const data = meaning["data"];
    // Base64 writes four characters for three bytes.
    const length = typeof data === "string" ? (data.length / 4) * 3 - padding(data) : 0;
    if (length > limits.maxSmall)
      throw new WireFault("too-long", "MOD-037", `a chunk of ${length} bytes`);
  },
  error(meaning) {
    if (meaning["code"] === undefined) throw invalid("MOD-050", "an error without code");
    if (meaning["disposition"] !== "retry") delete meaning["retry_delay_ms"];
    checkNames(meaning["details"]);
  },
  end(meaning) {
    let last = -1;
    for (const { index } of (meaning["failures"] ?? []) as readonly { readonly index: number }[]) {
      if (index <= last) throw invalid("MOD-047", `failure ${index} after failure ${last}`);
      last = index;
    }
  },
  failure(meaning) {
    if (meaning["error"] === undefined) throw invalid("MOD-046", "a failure without error");
  },
  limits(meaning) {
    atLeast(meaning, "max_record", limits.maxRecord);
  },
  hello(meaning) {
    if ((meaning["minors"] as readonly number[]).length === 0)
      throw invalid("SES-008", "hello without minors");
    atLeast(meaning, "credit", limits.leastCredit);
  },
  ready(meaning) {
    atLeast(meaning, "max_concurrency", 1);
    atLeast(meaning, "credit", limits.leastCredit);
  },
  credit(meaning) {
    atLeast(meaning, "bytes", 1);
  },
  log(meaning) {
    checkNames(meaning["attributes"]);
  },
  unsupported(meaning) {
    if (meaning["kind"] === "") throw invalid("SES-102", "unsupported without kind");
  },
};

function padding(text: string): number {
  return text.endsWith("==") ? 2 : Number(text.endsWith("="));
}

function atLeast(meaning: Meaning, name: string, least: number): void {
  const value = meaning[name];
  if (typeof value === "number" && value < least)
    throw invalid("SES-008", `${name} is ${value}; allowed are ${least} and more`);
}

function checkNames(map: unknown): void {
  for (const name of Object.keys((map ?? {}) as object))
    if (!factName.test(name))
      throw invalid("MOD-039", `the name ${quoted(name)}; allowed are 1 to 64 of a-z, 0-9 and _`);
}

function invalid(requirement: string, message: string): WireFault {
  return new WireFault("invalid", requirement, message);
}
