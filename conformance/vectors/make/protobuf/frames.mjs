import { Buffer } from "node:buffer";
import { hex } from "../byte-parts.mjs";
import { encode, frame } from "../protoc.mjs";
import { eventMeaning, eventText } from "./pieces.mjs";

const level = "frame";
const id = hex("08 01");
const context = encode("Frame", 'context { invocation_id: "i" }');
const event = encode("Frame", `event { ${eventText} }`);
const stream = encode("Frame", `stream { ${eventText} }`);
const chunk = encode("Frame", 'chunk { data: "ab" }');
const error = encode("Frame", "error { code: CODE_ABORTED }");
const end = encode("Frame", "end {}");
const cancel = encode("Frame", "cancel { reason: CANCEL_REASON_DEADLINE }");
const contextMeaning = { invocation_id: "i" };

/** A frame of members that a stock serialiser would not put together. */
function joined(...members) {
  const body = Buffer.concat(members);
  if (body.length > 127) throw new Error("the length takes more than one byte");
  return Buffer.concat([Buffer.from([0x7a, body.length]), body]);
}

export function addFrames(vectors) {
  const valid = (name, title, requirements, bytes, meaning) =>
    vectors.valid(name, title, requirements, { level, bytes: [bytes], meaning });
  const invalid = (name, title, requirements, twin, bytes, fault, confined) =>
    vectors.invalid(name, title, requirements, twin, {
      level,
      bytes: [bytes],
      fault,
      ...(confined === undefined ? {} : { confined }),
    });

  valid("frame-call", "a whole call in one frame", ["MOD-014@1", "PBF-011@1"], frame(`id: 1 context { invocation_id: "i" } event { ${eventText} } end {}`), { id: 1, context: contextMeaning, event: eventMeaning, end: {} });
  invalid("frame-context-twice", "two contexts in one frame, which a library would merge", ["PBF-013@1", "MOD-009@1"], "frame-call", joined(id, context, context, event, end), "duplicate", 1);
  invalid("frame-end-first", "the end before the event", ["PBF-012@1"], "frame-call", joined(id, context, end, event), "order", 1);
  invalid("frame-event-twice", "two events in one frame", ["PBF-013@1"], "frame-call", joined(id, context, event, event, end), "duplicate", 1);
  invalid("frame-context-late", "the context behind the event", ["PBF-012@1"], "frame-call", joined(id, event, context, end), "order", 1);
  invalid("frame-event-and-stream", "an event and a stream in one frame", ["MOD-015@1"], "frame-call", joined(id, context, event, stream), "order", 1);
  invalid("frame-event-and-chunk", "an event and a chunk in one frame", ["MOD-015@1"], "frame-call", joined(id, context, event, chunk), "order", 1);
  invalid("frame-error-and-end", "an error and an end in one frame", ["MOD-015@1"], "frame-call", joined(id, context, error, end), "order", 1);
  invalid("frame-no-id", "a frame without its id", ["PBF-010@1"], "frame-call", joined(context, event, end), "foreign");
  invalid("frame-id-late", "the id behind the context", ["PBF-010@1"], "frame-call", joined(context, id, end), "foreign");
  invalid("frame-id-twice", "two ids", ["PBF-013@1"], "frame-call", joined(id, hex("08 02"), context, end), "duplicate", 1);
  invalid("frame-member-too-long", "a member that is longer than its frame", ["PBF-020@1"], "frame-call", joined(id, context, hex("3a 01")), "malformed", 1);
  invalid("frame-wire-type", "the end as a varint", ["PBF-019@1"], "frame-call", joined(id, context, hex("38 00")), "malformed", 1);

  valid("frame-stream", "a streamed event with its first chunk", ["MOD-014@1"], frame(`id: 1 context { invocation_id: "i" } stream { ${eventText} } chunk { data: "ab" }`), { id: 1, context: contextMeaning, stream: eventMeaning, chunk: { data: "YWI=" } });
  invalid("frame-stream-late", "the chunk before its stream", ["PBF-012@1"], "frame-stream", joined(id, context, chunk, stream), "order", 1);

  valid("frame-id-only", "an id and nothing else is ignored", ["MOD-020@1"], frame("id: 1"), { id: 1 });
  invalid("frame-empty", "an empty frame", ["PBF-010@1"], "frame-id-only", hex("7a 00"), "foreign");

  valid("frame-id-highest", "the highest id", ["PBF-014@1"], frame("id: 4294967295 end {}"), { id: 4294967295, end: {} });
  invalid("frame-id-too-high", "one more than the highest id", ["PBF-014@1"], "frame-id-highest", hex("7a 08 08 80 80 80 80 10 3a 00"), "malformed");
  invalid("frame-id-six-bytes", "an id of six bytes", ["PBF-014@1"], "frame-id-highest", hex("7a 09 08 81 80 80 80 80 00 3a 00"), "malformed");

  valid("frame-error-of-session", "an error that concerns the session itself", ["MOD-017@1"], frame("id: 0 error { code: CODE_INTERNAL }"), { id: 0, error: { code: "internal" } });
  invalid("frame-end-of-session", "an end with id 0", ["MOD-017@1"], "frame-error-of-session", frame("id: 0 end {}"), "order");
  invalid("frame-event-of-session", "an event with id 0", ["MOD-017@1"], "frame-error-of-session", frame(`id: 0 event { ${eventText} }`), "order");

  valid("frame-cancel", "a cancel", ["MOD-016@1"], frame("id: 1 cancel { reason: CANCEL_REASON_DEADLINE }"), { id: 1, cancel: { reason: "deadline" } });
  invalid("frame-cancel-and-end", "a cancel beside an end", ["MOD-016@1"], "frame-cancel", joined(id, end, cancel), "order", 1);
  invalid("frame-cancel-and-credit", "a cancel beside a credit", ["MOD-016@1"], "frame-cancel", frame("id: 1 cancel {} credit { bytes: 1 }"), "order", 1);
  invalid("frame-cancel-twice", "two cancels in one frame", ["PBF-013@1"], "frame-cancel", joined(id, cancel, cancel), "duplicate", 1);

  const controls = [
    ["hello", "id: 0 hello { minors: 0 credit: 65536 }", { id: 0, hello: { minors: [0], credit: 65536 } }, "id: 0 hello { minors: 0 credit: 65536 } drain {}"],
    ["ready", "id: 0 ready { max_concurrency: 1 credit: 65536 }", { id: 0, ready: { minor: 0, max_concurrency: 1, credit: 65536 } }, "id: 0 ready { max_concurrency: 1 credit: 65536 } error { code: CODE_INTERNAL }"],
    ["credit", "id: 3 credit { bytes: 65536 }", { id: 3, credit: { bytes: 65536 } }, 'id: 3 credit { bytes: 65536 } chunk { data: "x" }'],
    ["drain", "id: 0 drain { budget_ms: 0 }", { id: 0, drain: { budget_ms: 0 } }, 'id: 0 drain { budget_ms: 0 } log { message: "x" }'],
    ["log", 'id: 3 log { level: LEVEL_WARN message: "m" }', { id: 3, log: { level: "warn", message: "m" } }, 'id: 3 log { level: LEVEL_WARN message: "m" } end {}'],
    ["unsupported", 'id: 3 unsupported { kind: "40" }', { id: 3, unsupported: { kind: "40" } }, 'id: 3 unsupported { kind: "40" } end {}'],
  ];
  for (const [kind, text, meaning, accompanied] of controls) {
    valid(`frame-${kind}`, `a ${kind}`, ["MOD-016@1"], frame(text), meaning);
    invalid(`frame-${kind}-accompanied`, `a ${kind} that does not stand alone`, ["MOD-016@1"], `frame-${kind}`, frame(accompanied), "order", meaning.id || undefined);
  }

  for (const [kind, text] of [["hello", "id: 1 hello { minors: 0 credit: 65536 }"], ["ready", "id: 1 ready { max_concurrency: 1 credit: 65536 }"], ["drain", "id: 1 drain { budget_ms: 0 }"]])
    invalid(`frame-${kind}-of-invocation`, `a ${kind} with an id, which concerns the session`, ["SES-093@2"], `frame-${kind}`, frame(text), "order");
  for (const [kind, text] of [["cancel", "id: 0 cancel { reason: CANCEL_REASON_DEADLINE }"], ["credit", "id: 0 credit { bytes: 65536 }"]])
    invalid(`frame-${kind}-of-session`, `a ${kind} with id 0, which concerns no invocation`, ["SES-093@2"], `frame-${kind}`, frame(text), "order");

  valid("frame-unknown-beside", "an unknown member beside a known one is dropped", ["MOD-018@1", "PBF-015@1"], hex("7a 07 08 01 3a 00 f8 01 2a"), { id: 1, end: {} });
  invalid("frame-unknown-group", "an unknown member that is a group", ["PBF-015@1", "PBF-020@1"], "frame-unknown-beside", hex("7a 08 08 01 3a 00 fb 01 fc 01"), "malformed", 1);
  valid("frame-unknown-between", "unknown members of every wire type between known ones", ["PBF-015@1"], joined(id, hex("f8 01 96 01"), context, hex("f9 01 01 02 03 04 05 06 07 08"), hex("fa 01 01 00"), hex("fd 01 01 02 03 04"), end), { id: 1, context: contextMeaning, end: {} });
  invalid("frame-unknown-cut", "an unknown member of four bytes that is cut short", ["PBF-020@1"], "frame-unknown-between", joined(id, context, end, hex("fd 01 01 02 03")), "malformed", 1);
  valid("frame-unknown-alone", "an unknown member alone is handed on to be answered", ["MOD-019@1"], hex("7a 05 08 01 c2 02 00"), { id: 1, unknown: ["40"] });
  valid("frame-unknown-twice", "an unknown member that stands twice is answered once", ["MOD-019@1", "SES-102@2"], hex("7a 0b 08 01 c2 02 00 ca 02 00 c2 02 00"), { id: 1, unknown: ["40", "41"] });
  invalid("frame-unknown-twice-group", "an unknown member that stands once as a group", ["PBF-020@1"], "frame-unknown-twice", hex("7a 09 08 01 c2 02 00 c3 02 c4 02"), "malformed", 1);
  invalid("frame-unknown-number-zero", "a member with field number 0", ["PBF-020@1"], "frame-unknown-alone", hex("7a 04 08 01 02 00"), "malformed", 1);
}
