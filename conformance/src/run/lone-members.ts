import { Buffer } from "node:buffer";
import { isOwnMember } from "../wire/own-member.ts";
import { fieldsOf, readVarint } from "../wire/protobuf-fields.ts";
import type { Format, Unit } from "../wire/unit.ts";
import type { Calls } from "./calls.ts";

type Frame = Extract<Unit, { readonly type: "frame" }>;

/** A frame that answers what its receiver does not know (SES-102). */
export interface Unsupported {
  readonly id: number;
  readonly unsupported: { readonly kind: string };
}

/**
 * Frames of the candidate that hold nothing but members of its own or grease (VER-009, VER-011): no part of an answer,
 * and the kit owes `unsupported` for them.
 */
export class LoneMembers {
  readonly #format: Format;
  readonly #calls: Calls;
  readonly #owed: Unsupported[] = [];
  /** What the kit has to have written before it may answer; undefined once it has. */
  #opening: "ready" | undefined;
  #isOpen = false;
  #isClosed = false;

  /** @param opens whether the kit's first frame is `ready`, as that of a function is */
  constructor(format: Format, calls: Calls, opens: boolean) {
    this.#format = format;
    this.#calls = calls;
    this.#opening = opens ? "ready" : undefined;
  }

  /** Takes note of a unit that the kit has written. */
  sent(unit: Unit): void {
    if (unit.type !== "frame") return;
    if (unit.members[0]?.kind === this.#opening) this.#opening = undefined;
    if (unit.unknown.length > 0) this.#calls.noteUnknown(textOf(this.#format, unit));
  }

  /** The kit can write nothing more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Takes a frame of the candidate; false if it is to be judged like any other. */
  take(frame: Frame): boolean {
    const kind = frame.members[0]?.kind;
    // What a peer says first is no grease (VER-012).
    if (kind === "hello" || kind === "ready") this.#isOpen = true;
    const { id, unknown } = frame;
    if (!this.#isOpen || unknown.length === 0) return false;
    if (!unknown.every((name) => isOwnMember(this.#format, name))) return false;
    // A relay forwards nothing that it does not know (RLY-012), and nobody answers with what was asked.
    if (this.#calls.hasUnknown(textOf(this.#format, frame))) return false;
    for (const name of unknown) this.#owed.push({ id, unsupported: { kind: name } });
    return true;
  }

  /** What the kit may and has to answer now. */
  settle(): readonly Unsupported[] {
    return this.#opening !== undefined || this.#isClosed ? [] : this.#owed.splice(0);
  }
}

/** The members of a frame, whatever its id. */
function textOf(format: Format, { bytes }: Frame): string {
  if (format === "json") {
    const { frame } = JSON.parse(bytes.toString("utf8")) as { readonly frame: object };
    return JSON.stringify({ ...frame, id: undefined });
  }
  const length = readVarint(bytes, 1, 5);
  const body = bytes.subarray(length?.next ?? 1);
  const fields = [...fieldsOf(body)].filter(({ number }) => number !== 1);
  return fields
    .map(
      ({ number, value, body: held }) => `${number} ${value} ${Buffer.from(held).toString("hex")}`,
    )
    .join(", ");
}
