import { Buffer } from "node:buffer";
import { hex } from "../byte-parts.mjs";
import {
  after,
  chunk,
  chunkLine,
  context,
  contextLine,
  end,
  endLine,
  error,
  errorLine,
  event,
  eventLine,
  eventMeaning,
  eventText,
  lastChunk,
  lastChunkLine,
  line,
  payload,
  payloadLine,
  preface,
} from "./pieces.mjs";

const level = "stream";
const secondEvent = line(`{"event":${eventText.replace('"id":"1"', '"id":"2"')}}`);
const raw = (text) => Buffer.from(text);
const quoted = (text) => line(`{"event":${eventText.slice(0, -1)},"datacontenttype":"text/plain","data":"${text}"}}`);
const quotedMeaning = (data) => ({ event: { ...eventMeaning, datacontenttype: "text/plain", data } });

export function addPipes(vectors) {
  const valid = (name, title, requirements, bytes, meaning) =>
    vectors.valid(name, title, requirements, { level, bytes: [preface, ...bytes], meaning });
  const invalid = (name, title, requirements, twin, bytes, fault, before) =>
    vectors.invalid(name, title, requirements, twin, {
      level,
      bytes: [preface, ...bytes],
      fault,
      ...(before === undefined ? {} : { offset: after(preface, ...before) }),
    });

  valid("pipe-end", "an Envelope that holds nothing but its end", ["MOD-001@1", "JSN-015@1"], [end], [endLine]);
  invalid("pipe-no-end", "the preface and nothing after it", ["MOD-008@1"], "pipe-end", [], "truncated");
  valid("pipe-call", "context, event, end", ["MOD-001@1"], [context, event, end], [contextLine, eventLine, endLine]);
  invalid("pipe-cut-between", "cut at the boundary before the end", ["MOD-008@1"], "pipe-call", [context, event], "truncated");
  invalid("pipe-cut-inside", "cut inside the event", ["JSN-006@1"], "pipe-call", [context, event.subarray(0, -5)], "truncated");
  invalid("pipe-context-again", "the same context twice", ["MOD-003@1"], "pipe-call", [context, context, event, end], "order", [context]);
  invalid("pipe-context-of-another", "a context behind the event that would replace the tenant", ["MOD-003@1"], "pipe-call", [context, event, line('{"context":{"invocation_id":"i-2","tenant":"mallory"}}'), end], "order", [context, event]);
  valid("pipe-no-context", "an event and the end", ["MOD-001@1"], [event, end], [eventLine, endLine]);
  invalid("pipe-late-context", "the first context, but behind the event", ["MOD-004@1"], "pipe-no-context", [event, context, end], "order", [event]);
  valid("pipe-two-events", "two events", ["MOD-001@1", "MOD-009@1"], [event, secondEvent, end], [eventLine, { event: { ...eventMeaning, id: "2" } }, endLine]);
  valid("pipe-error", "an Envelope that failed", ["MOD-006@2"], [error], [errorLine]);
  invalid("pipe-error-cut", "an error that is cut short", ["JSN-006@1"], "pipe-error", [error.subarray(0, -2)], "truncated");

  valid("pipe-payload", "an event with a streamed payload of two chunks", ["MOD-001@1"], [context, payload, chunk, lastChunk, end], [contextLine, payloadLine, chunkLine, lastChunkLine, endLine]);
  invalid("pipe-chunk-without-stream", "chunks of nothing", ["MOD-002@1"], "pipe-payload", [context, chunk, lastChunk, end], "order", [context]);
  invalid("pipe-end-in-payload", "the end inside an open payload", ["MOD-005@1"], "pipe-payload", [context, payload, chunk, end], "order", [context, payload, chunk]);
  invalid("pipe-event-in-payload", "an event inside an open payload", ["MOD-005@1"], "pipe-payload", [context, payload, chunk, event, lastChunk, end], "order", [context, payload, chunk]);
  invalid("pipe-payload-cut", "cut at a boundary inside an open payload", ["MOD-008@1"], "pipe-payload", [context, payload, chunk], "truncated");
  invalid("pipe-chunk-after-last", "a chunk behind the last one", ["MOD-002@1"], "pipe-payload", [context, payload, lastChunk, chunk, end], "order", [context, payload, lastChunk]);
  valid("pipe-error-in-payload", "an error inside an open payload", ["MOD-006@2"], [payload, chunk, error], [payloadLine, chunkLine, errorLine]);
  invalid("pipe-nothing-in-payload", "the same without the error", ["MOD-008@1"], "pipe-error-in-payload", [payload, chunk], "truncated");

  invalid("pipe-blank-line", "a blank line between two records", ["JSN-007@1"], "pipe-two-events", [event, line(""), secondEvent, end], "foreign", [event]);
  invalid("pipe-white-line", "a line of white space", ["JSN-007@1"], "pipe-two-events", [event, line(" \t"), secondEvent, end], "foreign", [event]);
  invalid("pipe-text-line", "a line of text between two records", ["JSN-017@1"], "pipe-two-events", [event, line("ok"), secondEvent, end], "foreign", [event]);
  invalid("pipe-log-line", "a line of structured logging", ["JSN-017@1"], "pipe-two-events", [event, line('{"level":30,"msg":"listening"}'), secondEvent, end], "foreign", [event]);
  invalid("pipe-log-line-one-member", "a line of structured logging with one member", ["JSN-017@1"], "pipe-two-events", [event, line('{"level":30}'), secondEvent, end], "foreign", [event]);
  invalid("pipe-bare-event", "a bare event between two records", ["JSN-017@1", "JSN-019@1"], "pipe-two-events", [event, line(eventText), secondEvent, end], "foreign", [event]);
  invalid("pipe-pretty-printed", "a record spread over three lines", ["JSN-008@1"], "pipe-two-events", [event, line(`{\n"event":${eventText}\n}`), end], "foreign", [event]);
  invalid("pipe-two-records-a-line", "two records on one line", ["JSN-017@1"], "pipe-two-events", [line(`{"event":${eventText},"end":{}}`)], "foreign", []);
  invalid("pipe-empty-object", "an object without a member", ["JSN-017@1"], "pipe-two-events", [event, line("{}"), end], "foreign", [event]);
  invalid("pipe-string", "a string", ["JSN-017@1"], "pipe-two-events", [event, line('"hello"'), end], "foreign", [event]);
  invalid("pipe-array", "an array", ["JSN-017@1"], "pipe-two-events", [event, line("[]"), end], "foreign", [event]);
  invalid("pipe-null", "null", ["JSN-017@1"], "pipe-two-events", [event, line("null"), end], "foreign", [event]);
  invalid("pipe-record-no-object", "a record whose body is a string", ["JSN-018@1"], "pipe-end", [line('{"end":"now"}')], "malformed");
  invalid("pipe-record-array", "a record whose body is a list", ["JSN-018@1"], "pipe-end", [line('{"end":[]}')], "malformed");
  invalid("pipe-frame", "a frame where pipe mode was announced by its first record", ["JSN-037@1"], "pipe-no-context", [event, line('{"frame":{"id":1}}'), end], "mode", [event]);
  invalid("pipe-duplicate-record", "one member twice on a line", ["JSN-011@1"], "pipe-end", [line('{"end":{},"end":{}}')], "duplicate");
  invalid("pipe-rest-behind-object", "text behind the object of a line", ["JSN-010@1"], "pipe-end", [line('{"end":{}} ok')], "malformed");
  invalid("pipe-object-open", "an object that is not closed on its line", ["JSN-008@1"], "pipe-end", [line('{"end":{}')], "foreign", []);
  invalid("pipe-trailing-comma", "a comma behind the last member", ["JSN-010@1"], "pipe-end", [line('{"end":{},}')], "malformed");
  invalid("pipe-single-quotes", "strings in single quotes", ["JSN-010@1"], "pipe-end", [line("{'end':{}}")], "malformed");
  invalid("pipe-not-utf8", "a line that is not UTF-8", ["JSN-010@1"], "pipe-error", [Buffer.concat([raw('{"error":{"code":"not_found","message":"'), hex("c3 28"), raw('"}}\n')])], "malformed");
  invalid("pipe-utf8-surrogate", "a line with the bytes of a surrogate", ["JSN-010@1"], "pipe-error", [Buffer.concat([raw('{"error":{"code":"not_found","message":"'), hex("ed a0 80"), raw('"}}\n')])], "malformed");

  valid("pipe-ext", "an extension line is passed over, whatever it holds", ["JSN-016@1"], [line('{"ext":{"from":"a later version"}}'), line('{"ext":null}'), end], [endLine]);
  invalid("pipe-ext-and-end", "an extension beside a record", ["JSN-017@1"], "pipe-ext", [line('{"ext":{},"end":{}}'), end], "foreign", []);
  valid("pipe-cr-lf", "lines that end with CR LF", ["JSN-004@1"], [Buffer.from(context.toString().replace("\n", "\r\n")), Buffer.from(end.toString().replace("\n", "\r\n"))], [contextLine, endLine]);
  invalid("pipe-cr", "lines that end with CR alone", ["JSN-003@1", "JSN-006@1"], "pipe-cr-lf", [raw('{"context":{"invocation_id":"i-1"}}\r{"end":{}}\r')], "truncated");
  valid("pipe-white-space", "white space around and inside a line", ["JSN-004@1"], [line('\t {"end" : { } } \r')], [endLine]);
  invalid("pipe-no-break-space", "a no-break space before a line", ["JSN-017@1"], "pipe-white-space", [line('\u00a0{"end":{}}')], "foreign", []);
  valid("pipe-no-last-line-feed", "a last line without its line feed", ["JSN-005@1"], [event, end.subarray(0, -1)], [eventLine, endLine]);
  invalid("pipe-no-last-brace", "a last line without its brace", ["JSN-006@1"], "pipe-no-last-line-feed", [event, end.subarray(0, -2)], "truncated");

  valid("text-line-separators", "U+2028, U+2029 and U+0085 end no line", ["JSN-003@1"], [quoted("a\u2028b\u2029c\u0085d"), end], [quotedMeaning("a\u2028b\u2029c\u0085d"), endLine]);
  invalid("text-line-feed", "a line feed inside a string, so that the line is only a beginning", ["JSN-003@1", "JSN-008@1"], "text-line-separators", [quoted("a\nb"), end], "foreign");
  valid("text-escapes", "every escape of JSON", ["JSN-009@1"], [quoted('\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00'), end], [quotedMeaning('"\\/\b\f\n\r\tA😀'), endLine]);
  invalid("text-escape-unknown", "an escape that JSON does not have", ["JSN-010@1"], "text-escapes", [quoted("\\x41"), end], "malformed");
  invalid("text-tab", "a tab inside a string", ["JSN-010@1"], "text-escapes", [quoted("\t"), end], "malformed");
  invalid("text-high-surrogate", "an escape for a high surrogate alone", ["JSN-012@1"], "text-escapes", [quoted("\\ud83d"), end], "malformed");
  invalid("text-low-surrogate", "an escape for a low surrogate alone", ["JSN-012@1"], "text-escapes", [quoted("\\ude00"), end], "malformed");
  invalid("text-swapped-surrogates", "escapes for a pair in the wrong order", ["JSN-012@1"], "text-escapes", [quoted("\\ude00\\ud83d"), end], "malformed");
}
