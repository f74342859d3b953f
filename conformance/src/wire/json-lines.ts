import { Buffer } from "node:buffer";
import { quoted, WireFault, withArticle } from "./fault.ts";
import { readJsonBody } from "./json-body.ts";
import { type JsonNode, JsonSyntaxError, type JsonText, parseJson } from "./json-text.ts";
import { limits, longestBody, longestUnit } from "./limits.ts";
import { frameNumbers, isRecord } from "./message-table.ts";
import type { RawMember, RawUnit, UnitCutter } from "./raw-unit.ts";
import { utf8 } from "./utf8.ts";

/** Cuts JSON lines: records of a pipe or frames of a session. */
export class JsonLines implements UnitCutter {
  readonly #session: boolean;
  readonly #maxRecord: number;
  #searched = 0;

  constructor(session: boolean, maxRecord: number) {
    this.#session = session;
    this.#maxRecord = maxRecord;
  }

  next(bytes: Buffer, offset: number, ended: boolean): ReturnType<UnitCutter["next"]> {
    const at = bytes.indexOf(0x0a, this.#searched);
    const line = at < 0 ? bytes : bytes.subarray(0, at);
    if (line.length > longestUnit("json", this.#maxRecord))
      throw new WireFault("too-long", "MOD-055", `a line of ${line.length} bytes or more`);
    if (at < 0 && !ended) {
      this.#searched = bytes.length;
      return undefined;
    }
    this.#searched = 0;
    const span = { offset, bytes: Buffer.from(line), cost: line.length };
    const text = parsed(line, at >= 0);
    const unit = this.#session ? this.#frame(text, span) : this.#record(text, span);
    return { unit, length: at < 0 ? line.length : at + 1 };
  }

  #record(text: JsonText, span: { offset: number; bytes: Buffer; cost: number }): RawUnit | null {
    const [stain] = text.stains;
    if (stain !== undefined) throw new WireFault(stain.fault, stain.requirement, stain.message);
    const [kind, node, ...more] = only(text.root) ?? [];
    if (kind === undefined || node === undefined || more.length > 0) throw strange(text.text);
    if (kind === "ext") return null;
    if (kind === "frame") throw new WireFault("mode", "JSN-037", "a frame in a pipe");
    if (!frameNumbers.has(kind) || !isRecord(kind)) throw strange(text.text);
    return { ...span, members: [this.#member(kind, node, text.text)], unknown: [] };
  }

  #frame(text: JsonText, span: { offset: number; bytes: Buffer; cost: number }): RawUnit {
    const [name, frame] = only(text.root) ?? [];
    if (name !== "frame" || frame === undefined)
      throw new WireFault("foreign", "JSN-021", `a line that is no frame: ${quoted(text.text)}`);
    const idNode = frame.type === "object" ? frame.members.get("id") : undefined;
    const id =
      idNode?.type === "number" && /^(?:0|[1-9]\d*)$/.test(idNode.text) ? Number(idNode.text) : -1;
    if (frame.type !== "object" || id < 0 || id > limits.uint32)
      throw new WireFault("malformed", "JSN-022", `a frame without an id: ${quoted(text.text)}`);
    const stain = text.stains[0];
    if (stain !== undefined) {
      const fault = new WireFault(stain.fault, stain.requirement, stain.message);
      // Which of two ids is meant, nobody knows.
      if (stain.message.includes('"id"') && isOwnMember(stain.at, frame)) throw fault;
      return { ...span, id, members: [], unknown: [], fault };
    }
    const named = [...frame.members].filter(([, node]) => node.type !== "null");
    const known = named
      .filter(([kind]) => frameNumbers.has(kind))
      .sort(([left], [right]) => number(left) - number(right));
    const unknown = named.map(([kind]) => kind).filter((kind) => kind !== "id" && number(kind) < 0);
    const wrong = known.find(([, node]) => node.type !== "object");
    const members = known.map(([kind, node]) => this.#member(kind, node, text.text));
    const unit = { ...span, id, members, unknown };
    if (wrong === undefined) return unit;
    return { ...unit, fault: new WireFault("malformed", "JSN-024", `${wrong[0]} is no object`) };
  }

  #member(kind: string, node: JsonNode, text: string): RawMember {
    const body = Buffer.from(text.slice(node.start, node.end));
    return {
      kind,
      body,
      read: () => {
        const most = longestBody("json", kind, this.#maxRecord);
        if (body.length > most)
          throw new WireFault(
            "too-long",
            "MOD-055",
            `${withArticle(kind)} of ${body.length} bytes`,
          );
        return readJsonBody(kind, node, text);
      },
    };
  }
}

function number(kind: string): number {
  return frameNumbers.get(kind) ?? -1;
}

/** Name and value of the one member of an object; undefined if it is no object of one member. */
function only(root: JsonNode): readonly [string, JsonNode] | undefined {
  if (root.type !== "object" || root.members.size !== 1) return undefined;
  return [...root.members][0];
}

/** Whether a position stands directly in an object and not in one of its members. */
function isOwnMember(at: number, { members }: { members: ReadonlyMap<string, JsonNode> }): boolean {
  return ![...members.values()].some(({ start, end }) => at >= start && at < end);
}

function parsed(line: Buffer, whole: boolean): JsonText {
  let text: string;
  try {
    text = utf8(line, "a line");
  } catch {
    if (!whole) throw new WireFault("truncated", "JSN-006", "a last line that is cut short");
    throw new WireFault("malformed", "JSN-010", "a line that is no UTF-8");
  }
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    if (!whole)
      throw new WireFault("truncated", "JSN-006", `a last line cut short: ${quoted(text)}`);
    if (/^[ \t\r]*$/.test(text)) throw new WireFault("foreign", "JSN-007", "a blank line");
    if (!/^[ \t\r]*\{/.test(text)) throw strange(text);
    if (error.unfinished)
      throw new WireFault("foreign", "JSN-008", `only the beginning of a record: ${quoted(text)}`);
    throw new WireFault("malformed", "JSN-010", error.message);
  }
}

function strange(text: string): WireFault {
  return new WireFault("foreign", "JSN-017", `a line that is no record: ${quoted(text)}`);
}
