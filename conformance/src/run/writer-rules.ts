import type { Buffer } from "node:buffer";
import { shown } from "../case/match.ts";
import { quoted } from "../wire/fault.ts";
import { enums, frameMembers, type MessageName, messages } from "../wire/message-table.ts";
import { isOwnField, isOwnMember, leastOwnField } from "../wire/own-member.ts";
import { bodyOf, fieldsOf, readVarint } from "../wire/protobuf-fields.ts";
import type { Format, Member, Unit } from "../wire/unit.ts";
import type { Violation } from "./monitor.ts";
import { violationOfMeaning } from "./written-meaning.ts";

type Written = Extract<Unit, { readonly type: "record" | "frame" }>;

/**
 * Judges how a function writes, where a reader has to be lenient: a reader passes over what a later version may mean,
 * but a writer of this version writes nothing that this version does not define.
 */
export class WriterRules {
  readonly #format: Format;
  /** Bodies of errors that were sent: a failed input comes back byte for byte, whatever stands in it. */
  readonly #errors = new Set<string>();
  /** How many events have been sent for an invocation, and the causes that stood in them; a pipe has the id 0. */
  readonly #inputs = new Map<number, { events: number; readonly causes: Set<unknown> }>();
  /** What `ready` has stated. */
  #features: readonly string[] | undefined;

  constructor(format: Format) {
    this.#format = format;
  }

  /** Takes note of a unit that was sent to the function. */
  sent(unit: Unit): void {
    if (unit.type !== "record" && unit.type !== "frame") return;
    for (const { kind, body, meaning } of membersOf(unit)) {
      if (kind === "error") this.#errors.add(body.toString("latin1"));
      if (kind !== "event" && kind !== "stream") continue;
      const inputs = this.#inputsOf(unit);
      inputs.events++;
      inputs.causes.add(meaning["stdfncause"]);
    }
  }

  /** What is wrong with a unit that was read without a fault; undefined if nothing is. */
  violation(unit: Written): Violation | undefined {
    if (this.#format === "json") return violationOfLine(unit.bytes) ?? this.#ofBodies(unit);
    return (
      (unit.type === "frame" ? violationOfFields(unit.bytes) : undefined) ?? this.#ofBodies(unit)
    );
  }

  /** What is wrong with a record of a pipe that readers pass over; undefined for one of the writer's own. */
  skipped(bytes: Buffer): Violation | undefined {
    if (this.#format === "json") return undefined;
    const [field] = fieldsOf(bytes);
    const number = field?.number ?? 0;
    if (isOwnField(number)) return undefined;
    return { requirement: "VER-008", message: `a record in field ${number} of a pipe` };
  }

  /** What is wrong with a unit that the end of the output has ended. */
  atEnd(unit: Unit, lastByte: number | undefined): Violation | undefined {
    if (this.#format !== "json" || unit.type === "fault" || lastByte === 0x0a) return undefined;
    return { requirement: "JSN-001", message: "a last line without a line feed" };
  }

  #ofBodies(unit: Written): Violation | undefined {
    for (const member of membersOf(unit)) {
      const uncaused = this.#uncaused(unit, member);
      if (uncaused !== undefined) return uncaused;
      if (member.kind === "ready")
        this.#features = (member.meaning["features"] ?? []) as readonly string[];
      const unstated = this.#unstated(member);
      if (unstated !== undefined) return unstated;
      if (member.kind === "context") continue;
      if (member.kind === "error" && this.#errors.has(member.body.toString("latin1"))) continue;
      const found = violationOfMeaning(member) ?? this.#ofBody(member);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #inputsOf(unit: Written): { events: number; readonly causes: Set<unknown> } {
    const id = unit.type === "frame" ? unit.id : 0;
    const found = this.#inputs.get(id) ?? { events: 0, causes: new Set() };
    this.#inputs.set(id, found);
    return found;
  }

  #uncaused(unit: Written, { kind, meaning }: Member): Violation | undefined {
    const cause = meaning["stdfncause"];
    if ((kind !== "event" && kind !== "stream") || cause === undefined) return undefined;
    const { events, causes } = this.#inputsOf(unit);
    // Attributes of an input may come back with its echo.
    if (causes.has(cause)) return undefined;
    if (typeof cause === "number" && cause >= 0 && cause < events) return undefined;
    const message = `stdfncause is ${shown(cause)}, and ${events} events were sent`;
    return { requirement: "MOD-049", message };
  }

  #unstated({ kind, meaning }: Member): Violation | undefined {
    const lacks = (feature: string): boolean => this.#features?.includes(feature) === false;
    if ((kind === "stream" || kind === "chunk") && lacks("stream_out"))
      return { requirement: "SES-037", message: `a ${kind} and no feature stream_out` };
    if (kind === "end" && meaning["failures"] !== undefined && lacks("failures"))
      return { requirement: "SES-038", message: "failures and no feature failures" };
    return undefined;
  }

  #ofBody({ kind, body }: Member): Violation | undefined {
    const isEvent = kind === "event" || kind === "stream";
    if (this.#format === "protobuf")
      return isEvent ? unknownFields(kind, body, 8) : inProtobuf(kind as MessageName, body);
    if (!isEvent) return inJson(kind as MessageName, JSON.parse(body.toString("utf8")) as object);
    return body.includes("null")
      ? nullIn(kind, JSON.parse(body.toString("utf8")) as object)
      : undefined;
  }
}

function membersOf(unit: Written): readonly Member[] {
  return unit.type === "record" ? [unit.member] : unit.members;
}

function violationOfLine(line: Buffer): Violation | undefined {
  if (line[0] !== 0x7b || line.at(-1) !== 0x7d)
    return { requirement: "JSN-002", message: "white space before or after the object of a line" };
  const { frame } = JSON.parse(line.toString("utf8")) as { readonly frame?: object };
  for (const [name, value] of Object.entries(frame ?? {})) {
    if (value === null) return absent("frame", name);
    if (name === "id" || isKind(name) || isOwnMember("json", name)) continue;
    const requirement = /^(stdfn.*|secret|freeze|thaw)$/.test(name) ? "VER-010" : "VER-009";
    return { requirement, message: `a member of its own of a frame is named ${quoted(name)}` };
  }
  return undefined;
}

function isKind(name: string): boolean {
  return [...frameMembers.values()].includes(name);
}

function violationOfFields(bytes: Buffer): Violation | undefined {
  const length = readVarint(bytes, 1, 5);
  for (const { number } of fieldsOf(bytes.subarray(length?.next ?? 1))) {
    if (number === 1 || frameMembers.has(number)) continue;
    const found = ofNumber("a frame", number, "VER-009");
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofNumber(where: string, number: number, own: string): Violation | undefined {
  if (isOwnField(number)) return undefined;
  const requirement = number < leastOwnField ? "VER-010" : own;
  return {
    requirement,
    message: `field ${number} of ${where}, which this version does not define`,
  };
}

function unknownFields(kind: string, body: Buffer, highest: number): Violation | undefined {
  for (const { number } of fieldsOf(body)) {
    const found =
      number > highest ? ofNumber(`a body of the kind ${kind}`, number, "VER-001") : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function inProtobuf(kind: MessageName, body: Uint8Array): Violation | undefined {
  const seen = new Map<string, bigint>();
  for (const wire of fieldsOf(body)) {
    const field = messages[kind].find(({ number }) => number === wire.number);
    if (field === undefined) {
      const found = ofNumber(`a body of the kind ${kind}`, wire.number, "VER-001");
      if (found !== undefined) return found;
      continue;
    }
    seen.set(field.name, wire.value);
    const { type } = field;
    if (typeof type !== "object") continue;
    const found =
      "message" in type
        ? inProtobuf(type.message, bodyOf(field.name, wire))
        : ofEnum(type.enum, enums[type.enum][Number(wire.value)], wire.value.toString());
    if (found !== undefined) return found;
  }
  const delayed = kind === "error" && seen.has("retry_delay_ms");
  return delayed && seen.get("disposition") !== 1n ? delay() : undefined;
}

function inJson(kind: MessageName, body: object): Violation | undefined {
  for (const [name, value] of Object.entries(body) as [string, unknown][]) {
    if (value === null) return absent(kind, name);
    const field = messages[kind].find((one) => one.name === name);
    if (field === undefined) {
      if (name.startsWith("grease-")) continue;
      const message = `a body of the kind ${kind} has the member ${quoted(name)}`;
      return { requirement: "VER-001", message: `${message}, which this version does not define` };
    }
    if (typeof field.type !== "object") continue;
    const found = valueInJson(field.type, value);
    if (found !== undefined) return found;
  }
  const { retry_delay_ms: delayed, disposition } = body as Record<string, unknown>;
  return kind === "error" && delayed !== undefined && disposition !== "retry" ? delay() : undefined;
}

function valueInJson(
  type: Extract<(typeof messages)[MessageName][number]["type"], object>,
  value: unknown,
): Violation | undefined {
  if ("enum" in type) {
    const text = String(value);
    return ofEnum(type.enum, enums[type.enum].includes(text) ? text : undefined, text);
  }
  for (const item of (Array.isArray(value) ? value : [value]) as object[]) {
    const found = inJson(type.message, item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofEnum(name: string, known: string | undefined, written: string): Violation | undefined {
  if (known !== undefined) return undefined;
  const requirement = name === "code" ? "ERR-001" : "VER-001";
  return {
    requirement,
    message: `the ${name} ${quoted(written)}, which this version does not define`,
  };
}

function delay(): Violation {
  return { requirement: "MOD-053", message: "retry_delay_ms without the disposition retry" };
}

function nullIn(kind: string, body: object): Violation | undefined {
  const name = Object.entries(body).find(([, value]) => value === null)?.[0];
  return name === undefined ? undefined : absent(kind, name);
}

function absent(kind: string, name: string): Violation {
  return { requirement: "JSN-026", message: `${kind}.${name} is written as null` };
}
