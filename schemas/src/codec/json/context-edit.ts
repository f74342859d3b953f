import { limits } from "../../generated/registry.ts";
import { CodecError } from "../codec-error.ts";
import { showBytes } from "../show-bytes.ts";
import { checkWritten } from "../size-limits.ts";
import { type Member, Scanner } from "./scanner.ts";

const openBrace = 0x7b;
const memberName = "remaining_ms";

/**
 * A context body with `remaining_ms` replaced, or removed if `remainingMs` is undefined; every other byte is kept.
 * @throws CodecError unless the body is one JSON object.
 */
export function withRemaining(body: Uint8Array, remainingMs: number | undefined): Uint8Array {
  const edited = replaceRemaining(body, remainingMs);
  checkWritten("context", edited.length, limits.json_factor.value);
  return edited;
}

function replaceRemaining(body: Uint8Array, remainingMs: number | undefined): Uint8Array {
  const scanner = new Scanner(body);
  const start = scanner.skipSpace(0);
  if (body[start] !== openBrace)
    throw new CodecError("malformed", `context is ${showBytes(body, 64)}; expected an object`, {
      offset: start,
      requirement: "JSN-024",
    });
  const members: Member[] = [];
  const end = scanner.members(start, 1, members);
  scanner.finish(end);
  if (scanner.violation !== undefined) throw scanner.violation;
  const index = members.findIndex(({ name }) => name === memberName);
  const member = members[index];
  if (member !== undefined) {
    if (remainingMs !== undefined)
      return spliced(body, member.start, member.end, String(remainingMs));
    const before = members[index - 1];
    if (before !== undefined) return spliced(body, before.end, member.end, "");
    return spliced(body, member.at, members[index + 1]?.at ?? member.end, "");
  }
  if (remainingMs === undefined) return body;
  const at = members.at(-1)?.end ?? start + 1;
  return spliced(body, at, at, `${members.length === 0 ? "" : ","}"${memberName}":${remainingMs}`);
}

function spliced(body: Uint8Array, start: number, end: number, text: string): Uint8Array {
  return Buffer.concat([body.subarray(0, start), Buffer.from(text, "latin1"), body.subarray(end)]);
}
