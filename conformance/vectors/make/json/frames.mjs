import { eventMeaning, eventText, line } from "./pieces.mjs";

const level = "frame";

export function addFrames(vectors) {
  const valid = (name, title, requirements, text, meaning) =>
    vectors.valid(`frame-${name}`, title, requirements, { level, bytes: [line(text)], meaning });
  const invalid = (name, title, requirements, twin, text, fault, confined) =>
    vectors.invalid(`frame-${name}`, title, requirements, `frame-${twin}`, { level, bytes: [line(text)], fault, ...(confined === undefined ? {} : { confined }) });

  const call = `{"frame":{"id":1,"context":{"invocation_id":"i"},"event":${eventText},"end":{}}}`;
  const meaning = { id: 1, context: { invocation_id: "i" }, event: eventMeaning, end: {} };
  valid("call", "a whole call in one frame", ["JSN-020@1"], call, meaning);
  invalid("no-id", "a frame without its id", ["JSN-022@1"], "call", '{"frame":{"context":{"invocation_id":"i"},"end":{}}}', "malformed");
  invalid("id-string", "an id as a string", ["JSN-022@1"], "call", '{"frame":{"id":"1","end":{}}}', "malformed");
  invalid("id-null", "an id that is null", ["JSN-022@1"], "call", '{"frame":{"id":null,"end":{}}}', "malformed");
  invalid("id-negative", "an id below 0", ["JSN-022@1"], "call", '{"frame":{"id":-1,"end":{}}}', "malformed");
  invalid("id-fraction", "an id with a fraction", ["JSN-022@1"], "call", '{"frame":{"id":1.5,"end":{}}}', "malformed");
  invalid("id-twice", "two ids", ["JSN-011@1"], "call", '{"frame":{"id":1,"id":2,"end":{}}}', "duplicate");
  invalid("event-twice", "two events", ["JSN-011@1"], "call", `{"frame":{"id":1,"context":{"invocation_id":"i"},"event":${eventText},"event":${eventText}}}`, "duplicate", 1);
  invalid("context-twice-escaped", "two contexts, one of them spelt with an escape", ["JSN-011@1"], "call", '{"frame":{"id":1,"context":{"invocation_id":"i"},"c\\u006fntext":{"invocation_id":"i","tenant":"mallory"},"end":{}}}', "duplicate", 1);
  invalid("event-and-stream", "an event and a stream in one frame", ["MOD-015@1"], "call", `{"frame":{"id":1,"context":{"invocation_id":"i"},"event":${eventText},"stream":${eventText}}}`, "order", 1);
  invalid("event-and-chunk", "an event and a chunk in one frame", ["MOD-015@1"], "call", `{"frame":{"id":1,"context":{"invocation_id":"i"},"event":${eventText},"chunk":{"data":"YQ=="}}}`, "order", 1);
  invalid("error-and-end", "an error and an end in one frame", ["MOD-015@1"], "call", '{"frame":{"id":1,"context":{"invocation_id":"i"},"error":{"code":"aborted"},"end":{}}}', "order", 1);
  invalid("no-object", "a frame that is no object", ["JSN-022@1"], "call", '{"frame":1}', "malformed");
  invalid("member-no-object", "a record in a frame whose body is no object", ["JSN-024@1"], "call", '{"frame":{"id":1,"context":{"invocation_id":"i"},"end":true}}', "malformed", 1);
  invalid("body-duplicate", "two tenants in the context of a frame", ["JSN-011@1", "MOD-058@1"], "call", '{"frame":{"id":1,"context":{"invocation_id":"i","tenant":"a","tenant":"b"},"end":{}}}', "duplicate", 1);

  valid("any-order", "members in another order", ["JSN-014@1"], `{"frame":{"end":{},"event":${eventText},"id":1,"context":{"invocation_id":"i"}}}`, meaning);
  invalid("any-order-no-id", "the same without its id", ["JSN-022@1"], "any-order", `{"frame":{"end":{},"event":${eventText},"context":{"invocation_id":"i"}}}`, "malformed");
  valid("null-member", "a member that is null is absent", ["JSN-025@1"], '{"frame":{"id":1,"context":null,"end":{}}}', { id: 1, end: {} });
  invalid("false-member", "a member that is false", ["JSN-024@1"], "null-member", '{"frame":{"id":1,"context":false,"end":{}}}', "malformed", 1);
  valid("stream", "a streamed event with its first chunk", ["MOD-014@1"], `{"frame":{"id":1,"context":{"invocation_id":"i"},"stream":${eventText},"chunk":{"data":"YWI="}}}`, { id: 1, context: { invocation_id: "i" }, stream: eventMeaning, chunk: { data: "YWI=" } });
  invalid("stream-and-event", "an event beside them", ["MOD-015@1"], "stream", `{"frame":{"id":1,"context":{"invocation_id":"i"},"event":${eventText},"stream":${eventText},"chunk":{"data":"YWI="}}}`, "order", 1);
  valid("id-only", "an id and nothing else is ignored", ["MOD-020@1"], '{"frame":{"id":1}}', { id: 1 });
  invalid("empty", "an empty frame", ["JSN-022@1"], "id-only", '{"frame":{}}', "malformed");
  valid("id-highest", "the highest id", ["JSN-022@1"], '{"frame":{"id":4294967295,"end":{}}}', { id: 4294967295, end: {} });
  invalid("id-too-high", "one more than the highest id", ["JSN-022@1"], "id-highest", '{"frame":{"id":4294967296,"end":{}}}', "malformed");
  invalid("id-exponent", "an id with an exponent", ["JSN-022@1"], "id-highest", '{"frame":{"id":1e3,"end":{}}}', "malformed");
  valid("error-of-session", "an error that concerns the session itself", ["MOD-017@1"], '{"frame":{"id":0,"error":{"code":"internal"}}}', { id: 0, error: { code: "internal" } });
  invalid("end-of-session", "an end with id 0", ["MOD-017@1"], "error-of-session", '{"frame":{"id":0,"end":{}}}', "order");

  for (const [kind, id, body, value] of [
    ["hello", 0, '{"minors":[0],"credit":65536}', { minors: [0], credit: 65536 }],
    ["ready", 0, '{"max_concurrency":1,"credit":65536}', { minor: 0, max_concurrency: 1, credit: 65536 }],
    ["cancel", 1, '{"reason":"deadline"}', { reason: "deadline" }],
    ["credit", 1, '{"bytes":65536}', { bytes: 65536 }],
    ["drain", 0, '{"budget_ms":0}', { budget_ms: 0 }],
    ["log", 1, '{"level":"warn","message":"m"}', { level: "warn", message: "m" }],
    ["unsupported", 1, '{"kind":"pause"}', { kind: "pause" }],
  ]) {
    valid(kind, `a ${kind}`, ["MOD-016@1"], `{"frame":{"id":${id},"${kind}":${body}}}`, { id, [kind]: value });
    invalid(`${kind}-accompanied`, `a ${kind} beside an error`, ["MOD-016@1"], kind, `{"frame":{"id":${id},"${kind}":${body},"error":{"code":"internal"}}}`, "order", id || undefined);
  }

  for (const [kind, body] of [["hello", '{"minors":[0],"credit":65536}'], ["ready", '{"max_concurrency":1,"credit":65536}'], ["drain", '{"budget_ms":0}']])
    invalid(`${kind}-of-invocation`, `a ${kind} with an id, which concerns the session`, ["SES-093@2"], kind, `{"frame":{"id":1,"${kind}":${body}}}`, "order");
  for (const [kind, body] of [["cancel", '{"reason":"deadline"}'], ["credit", '{"bytes":65536}']])
    invalid(`${kind}-of-session`, `a ${kind} with id 0, which concerns no invocation`, ["SES-093@2"], kind, `{"frame":{"id":0,"${kind}":${body}}}`, "order");

  valid("unknown-beside", "an unknown member beside a known one is dropped", ["MOD-018@1"], '{"frame":{"id":1,"pause":{"a":[1]},"end":{}}}', { id: 1, end: {} });
  invalid("unknown-twice", "an unknown member twice", ["JSN-011@1"], "unknown-beside", '{"frame":{"id":1,"pause":1,"pause":2,"end":{}}}', "duplicate", 1);
  valid("unknown-alone", "an unknown member alone is handed on to be answered", ["MOD-019@1"], '{"frame":{"id":1,"pause":{}}}', { id: 1, unknown: ["pause"] });
  invalid("unknown-alone-no-id", "an unknown member without an id", ["JSN-022@1"], "unknown-alone", '{"frame":{"pause":{}}}', "malformed");
}
