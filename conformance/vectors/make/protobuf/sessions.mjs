import { hex } from "../byte-parts.mjs";
import { frame } from "../protoc.mjs";
import { after, end, eventMeaning, eventText, preface } from "./pieces.mjs";

const level = "stream";
const mode = "session";
const hello = frame("id: 0 hello { minors: 0 credit: 65536 }");
const helloMeaning = { id: 0, hello: { minors: [0], credit: 65536 } };
const ready = frame("id: 0 ready { max_concurrency: 2 credit: 65536 }");
const readyMeaning = { id: 0, ready: { minor: 0, max_concurrency: 2, credit: 65536 } };
const open = (id) => frame(`id: ${id} context { invocation_id: "i-${id}" } event { ${eventText} }`);
const opened = (id) => ({ id, context: { invocation_id: `i-${id}` }, event: eventMeaning });
const finish = (id) => frame(`id: ${id} end {}`);
const finished = (id) => ({ id, end: {} });
const payload = frame(`id: 1 context { invocation_id: "i-1" } stream { ${eventText} }`);
const payloadMeaning = { id: 1, context: { invocation_id: "i-1" }, stream: eventMeaning };
const chunk = frame('id: 1 chunk { data: "ab" }');
const lastChunk = frame('id: 1 chunk { data: "c" last: true } end {}');

export function addSessions(vectors) {
  const valid = (name, title, requirements, bytes, meaning, more = {}) =>
    vectors.valid(name, title, requirements, { level, mode, bytes: [preface, ...bytes], meaning, ...more });
  const invalid = (name, title, requirements, twin, bytes, fault, before, more = {}) =>
    vectors.invalid(name, title, requirements, twin, {
      level,
      mode,
      bytes: [preface, ...bytes],
      fault,
      ...(before === undefined ? {} : { offset: after(preface, ...before) }),
      ...more,
    });

  valid("session-call", "a session with one call", ["MOD-011@2", "PBF-009@1"], [hello, open(1), finish(1)], [helloMeaning, opened(1), finished(1)]);
  invalid("session-print", "a print between two frames", ["PBF-004@1", "PBF-005@1"], "session-call", [hello, hex("42 65 61 72 65 72 20 74 6f 6b 65 6e 0a"), open(1), finish(1)], "foreign", [hello]);
  invalid("session-print-z", "a print that begins with z, the tag of a frame", ["PBF-010@1"], "session-call", [hello, hex("7a 7a 7a 0a"), open(1), finish(1)], "foreign", [hello]);
  invalid("session-record", "a record of a pipe between two frames", ["PBF-004@1"], "session-call", [hello, end, open(1), finish(1)], "foreign", [hello]);
  invalid("session-unknown-record", "an unknown record of a pipe between two frames", ["PBF-004@1"], "session-call", [hello, hex("82 01 02 68 69"), open(1)], "foreign", [hello]);
  invalid("session-cut", "a session that stops inside a frame", ["MOD-008@1"], "session-call", [hello, open(1).subarray(0, -1)], "truncated");
  invalid("session-no-context", "an invocation that opens without a context", ["MOD-011@2"], "session-call", [hello, frame(`id: 1 event { ${eventText} }`), finish(1)], "order", [hello], { confined: 1 });
  invalid("session-error-first", "an invocation that opens with an error", ["MOD-011@2"], "session-call", [hello, frame("id: 1 error { code: CODE_INTERNAL }"), finish(1)], "order", [hello], { confined: 1 });
  invalid("session-context-again", "a second context of a live invocation, for another tenant", ["MOD-003@1"], "session-call", [hello, open(1), frame('id: 1 context { invocation_id: "i-1" tenant: "mallory" }'), finish(1)], "order", [hello, open(1)], { confined: 1 });
  invalid("session-event-after-end", "an event after the end of its invocation's input", ["MOD-007@1"], "session-call", [hello, open(1), finish(1), frame(`id: 1 event { ${eventText} }`)], "order", [hello, open(1), finish(1)], { confined: 1 });
  invalid("session-end-twice", "a second end of one invocation's input", ["MOD-007@1"], "session-call", [hello, open(1), finish(1), finish(1)], "order", [hello, open(1), finish(1)], { confined: 1 });

  valid("session-interleaved", "two invocations whose frames alternate", ["MOD-014@1"], [hello, open(1), open(2), finish(2), finish(1)], [helloMeaning, opened(1), opened(2), finished(2), finished(1)]);
  invalid("session-interleaved-fault", "one of them breaks the grammar; the other is not touched", ["MOD-002@1", "MOD-058@1"], "session-interleaved", [hello, open(1), open(2), frame('id: 2 chunk { data: "x" }'), finish(1)], "order", [hello, open(1), open(2)], { confined: 2 });

  valid("session-payload", "a streamed payload in three frames", ["MOD-014@1"], [hello, payload, chunk, lastChunk], [helloMeaning, payloadMeaning, { id: 1, chunk: { data: "YWI=" } }, { id: 1, chunk: { data: "Yw==", last: true }, end: {} }]);
  invalid("session-payload-end", "the end of the input inside the open payload", ["MOD-005@1"], "session-payload", [hello, payload, chunk, finish(1)], "order", [hello, payload, chunk], { confined: 1 });

  valid("session-output", "what a function writes in a session", ["MOD-012@1"], [ready, frame(`id: 1 event { ${eventText} } end {}`)], [readyMeaning, { id: 1, event: eventMeaning, end: {} }], { reader: "host" });
  invalid("session-output-context", "a context from the function of a session", ["MOD-012@1"], "session-output", [ready, open(1), finish(1)], "order", [ready], { reader: "host", confined: 1 });

  vectors.valid("session-not-announced", "frames where no mode was announced", ["REC-015@1"], {
    level,
    bytes: [preface, hello],
    meaning: [helloMeaning],
  });
  vectors.invalid("session-not-announced-record", "a frame and then a record, where no mode was announced", ["PBF-004@1"], "session-not-announced", {
    level,
    bytes: [preface, hello, end],
    fault: "foreign",
    offset: after(preface, hello),
  });
}
