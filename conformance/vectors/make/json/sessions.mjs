import { after, end, eventMeaning, eventText, line, preface } from "./pieces.mjs";

const level = "stream";
const mode = "session";
const hello = line('{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}');
const helloMeaning = { id: 0, hello: { minors: [0], credit: 65536 } };
const ready = line('{"frame":{"id":0,"ready":{"max_concurrency":2,"credit":65536}}}');
const readyMeaning = { id: 0, ready: { minor: 0, max_concurrency: 2, credit: 65536 } };
const open = (id) => line(`{"frame":{"id":${id},"context":{"invocation_id":"i-${id}"},"event":${eventText}}}`);
const opened = (id) => ({ id, context: { invocation_id: `i-${id}` }, event: eventMeaning });
const finish = (id) => line(`{"frame":{"id":${id},"end":{}}}`);
const finished = (id) => ({ id, end: {} });

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

  valid("session-call", "a session with one call", ["JSN-020@1", "MOD-011@2"], [hello, open(1), finish(1)], [helloMeaning, opened(1), finished(1)]);
  invalid("session-print", "a print between two frames", ["JSN-021@1"], "session-call", [hello, line("Bearer token"), open(1), finish(1)], "foreign", [hello]);
  invalid("session-blank-line", "a blank line between two frames", ["JSN-007@1"], "session-call", [hello, line(""), open(1), finish(1)], "foreign", [hello]);
  invalid("session-record", "a record of a pipe between two frames", ["JSN-021@1"], "session-call", [hello, end, open(1)], "foreign", [hello]);
  invalid("session-ext", "an extension line of a pipe between two frames", ["JSN-021@1"], "session-call", [hello, line('{"ext":{}}'), open(1)], "foreign", [hello]);
  invalid("session-two-members", "a line with a frame and something else", ["JSN-021@1"], "session-call", [hello, line('{"frame":{"id":1,"end":{}},"note":1}')], "foreign", [hello]);
  invalid("session-cut", "a session that stops inside a frame", ["JSN-006@1"], "session-call", [hello, open(1).subarray(0, -3)], "truncated");
  invalid("session-no-context", "an invocation that opens without a context", ["MOD-011@2"], "session-call", [hello, line(`{"frame":{"id":1,"event":${eventText}}}`), finish(1)], "order", [hello], { confined: 1 });
  invalid("session-error-first", "an invocation that opens with an error", ["MOD-011@2"], "session-call", [hello, line('{"frame":{"id":1,"error":{"code":"internal"}}}'), finish(1)], "order", [hello], { confined: 1 });
  invalid("session-context-again", "a second context of a live invocation, for another tenant", ["MOD-003@1"], "session-call", [hello, open(1), line('{"frame":{"id":1,"context":{"invocation_id":"i-1","tenant":"mallory"}}}')], "order", [hello, open(1)], { confined: 1 });
  invalid("session-event-after-end", "an event after the end of its invocation's input", ["MOD-007@1"], "session-call", [hello, open(1), finish(1), line(`{"frame":{"id":1,"event":${eventText}}}`)], "order", [hello, open(1), finish(1)], { confined: 1 });

  valid("session-interleaved", "two invocations whose frames alternate", ["MOD-014@1"], [hello, open(1), open(2), finish(2), finish(1)], [helloMeaning, opened(1), opened(2), finished(2), finished(1)]);
  invalid("session-interleaved-fault", "one of them breaks the grammar; the other is not touched", ["MOD-002@1", "MOD-058@1"], "session-interleaved", [hello, open(1), open(2), line('{"frame":{"id":2,"chunk":{"data":"eA=="}}}'), finish(1)], "order", [hello, open(1), open(2)], { confined: 2 });

  valid("session-output", "what a function writes in a session, its line feed before the preface included", ["MOD-012@1", "SES-108@1", "SES-110@1"], [ready, line(`{"frame":{"id":1,"event":${eventText},"end":{}}}`)], [readyMeaning, { id: 1, event: eventMeaning, end: {} }], { reader: "host", bytes: [line(""), preface, ready, line(`{"frame":{"id":1,"event":${eventText},"end":{}}}`)] });
  invalid("session-output-context", "a context from the function of a session", ["MOD-012@1"], "session-output", [], "order", undefined, { reader: "host", confined: 1, bytes: [line(""), preface, ready, open(1), finish(1)], offset: after(line(""), preface, ready) });
}
