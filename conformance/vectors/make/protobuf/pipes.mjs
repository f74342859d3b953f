import { hex } from "../byte-parts.mjs";
import { stream } from "../protoc.mjs";
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
  payload,
  payloadLine,
  preface,
} from "./pieces.mjs";

const level = "stream";
const secondEvent = stream(`event { ${eventText.replace('"1"', '"2"')} }`);
const otherContext = stream('context { invocation_id: "i-2" tenant: "mallory" }');

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

  valid("pipe-end", "an Envelope that holds nothing but its end", ["MOD-001@1", "PBF-001@1"], [end], [endLine]);
  invalid("pipe-no-end", "the preface and nothing after it", ["MOD-008@1"], "pipe-end", [], "truncated");

  valid("pipe-call", "context, event, end", ["MOD-001@1"], [context, event, end], [contextLine, eventLine, endLine]);
  invalid("pipe-cut-between", "context and event, cut at the boundary before the end", ["MOD-008@1"], "pipe-call", [context, event], "truncated");
  invalid("pipe-cut-inside", "context and event, cut inside the event", ["MOD-008@1"], "pipe-call", [context, event.subarray(0, -1)], "truncated");
  invalid("pipe-cut-in-tag", "cut between the tag and the length of the end", ["MOD-008@1"], "pipe-call", [context, event, end.subarray(0, 1)], "truncated");
  invalid("pipe-context-again", "the same context twice", ["MOD-003@1"], "pipe-call", [context, context, event, end], "order", [context]);
  invalid("pipe-context-of-another", "a context behind the event that would replace the tenant", ["MOD-003@1", "MOD-009@1"], "pipe-call", [context, event, otherContext, end], "order", [context, event]);

  valid("pipe-no-context", "no facts about the invocation: an event and the end", ["MOD-001@1"], [event, end], [eventLine, endLine]);
  invalid("pipe-late-context", "the first context, but behind the event", ["MOD-004@1"], "pipe-no-context", [event, context, end], "order", [event]);

  valid("pipe-two-events", "two events, joined from two files", ["MOD-001@1", "MOD-009@1"], [event, secondEvent, end], [eventLine, { event: { ...eventMeaning, id: "2" } }, endLine]);
  invalid("pipe-two-events-and-text", "a line of text between two events", ["PBF-003@1", "PBF-005@1"], "pipe-two-events", [event, hex("6f 6b 0a"), secondEvent, end], "foreign", [event]);

  valid("pipe-error", "an Envelope that failed", ["MOD-006@2"], [error], [errorLine]);
  invalid("pipe-error-cut", "an error cut off after its tag", ["MOD-008@1"], "pipe-error", [error.subarray(0, 1)], "truncated");

  valid("pipe-payload", "an event with a streamed payload of two chunks", ["MOD-001@1", "MOD-036@1"], [context, payload, chunk, lastChunk, end], [contextLine, payloadLine, chunkLine, lastChunkLine, endLine]);
  invalid("pipe-chunk-without-stream", "chunks of nothing", ["MOD-002@1"], "pipe-payload", [context, chunk, lastChunk, end], "order", [context]);
  invalid("pipe-chunk-of-event", "chunks behind a whole event", ["MOD-002@1"], "pipe-payload", [context, event, chunk, lastChunk, end], "order", [context, event]);
  invalid("pipe-end-in-payload", "the end inside an open payload", ["MOD-005@1"], "pipe-payload", [context, payload, chunk, end], "order", [context, payload, chunk]);
  invalid("pipe-event-in-payload", "an event inside an open payload", ["MOD-005@1"], "pipe-payload", [context, payload, chunk, event, lastChunk, end], "order", [context, payload, chunk]);
  invalid("pipe-stream-in-payload", "a second stream inside an open payload", ["MOD-005@1"], "pipe-payload", [context, payload, payload, lastChunk, end], "order", [context, payload]);
  invalid("pipe-context-in-payload", "a context inside an open payload", ["MOD-004@1"], "pipe-payload", [payload, context, lastChunk, end], "order", [payload]);
  invalid("pipe-payload-cut", "cut at a boundary inside an open payload", ["MOD-008@1"], "pipe-payload", [context, payload, chunk], "truncated");
  invalid("pipe-chunk-after-last", "a chunk behind the last one", ["MOD-002@1"], "pipe-payload", [context, payload, lastChunk, chunk, end], "order", [context, payload, lastChunk]);

  valid("pipe-error-in-payload", "an error inside an open payload", ["MOD-006@2"], [payload, chunk, error], [payloadLine, chunkLine, errorLine]);
  invalid("pipe-nothing-in-payload", "the same without the error", ["MOD-008@1"], "pipe-error-in-payload", [payload, chunk], "truncated");

  const emptyChunk = stream("chunk {}");
  const emptyLast = stream("chunk { last: true }");
  valid("pipe-empty-chunks", "a payload without bytes, in two chunks", ["MOD-036@1"], [payload, emptyChunk, emptyLast, end], [payloadLine, { chunk: {} }, { chunk: { last: true } }, endLine]);
  invalid("pipe-empty-chunk-open", "a payload whose only chunk is not marked as last", ["MOD-005@1"], "pipe-empty-chunks", [payload, emptyChunk, end], "order", [payload, emptyChunk]);

  valid("pipe-two-payloads", "two streamed payloads, one after the other", ["MOD-001@1"], [payload, lastChunk, payload, lastChunk, end], [payloadLine, lastChunkLine, payloadLine, lastChunkLine, endLine]);
  invalid("pipe-two-payloads-open", "the first of them left open", ["MOD-005@1"], "pipe-two-payloads", [payload, chunk, payload, lastChunk, end], "order", [payload, chunk]);

  valid("pipe-unknown-record", "an unknown record, field 16, is passed over", ["PBF-006@1"], [hex("82 01 02 68 69"), event, end], [eventLine, endLine]);
  invalid("pipe-unknown-varint", "field 16 as a varint", ["PBF-003@1"], "pipe-unknown-record", [hex("80 01 02"), event, end], "foreign", []);
  invalid("pipe-unknown-reserved", "field 8, which is no record of a pipe", ["PBF-003@1"], "pipe-unknown-record", [hex("42 02 68 69"), event, end], "foreign", []);
  invalid("pipe-unknown-cut", "an unknown record that is cut short", ["MOD-008@1"], "pipe-unknown-record", [event, hex("82 01 03 68 69")], "truncated");
  valid("pipe-unknown-record-highest", "field 2047, the highest that is passed over", ["PBF-006@1"], [hex("fa 7f 01 00"), end], [endLine]);
  invalid("pipe-unknown-record-too-high", "field 2048, whose tag takes three bytes", ["PBF-003@1"], "pipe-unknown-record-highest", [hex("82 80 01 01 00"), end], "foreign", []);

  valid("pipe-length-padded", "a length of five bytes where one would do", ["PBF-007@1"], [hex("3a 80 80 80 80 00")], [endLine]);
  invalid("pipe-length-six-bytes", "a length of six bytes", ["PBF-008@1"], "pipe-length-padded", [hex("3a 80 80 80 80 80 00")], "malformed", []);

  invalid("pipe-wire-type", "the end as a varint", ["PBF-003@1"], "pipe-end", [hex("38 00")], "malformed", []);
  invalid("pipe-group", "the end as a group", ["PBF-003@1"], "pipe-end", [hex("3b 3c")], "malformed", []);
  invalid("pipe-print-digit", "a print that begins with the digit 0, the tag of field 6 as a varint", ["PBF-003@1"], "pipe-end", [hex("30 20 65 72 72 6f 72 73 0a"), end], "malformed", []);
  invalid("pipe-print-letter", "a print that begins with the letter H, the tag of field 9", ["PBF-003@1", "PBF-005@1"], "pipe-end", [hex("48 65 6c 6c 6f 0a"), end], "foreign", []);
  invalid("pipe-print-before-text-ends", "a print of one letter, reported before more arrives", ["PBF-003@1", "PBF-005@1"], "pipe-end", [hex("4f")], "foreign", []);
  invalid("pipe-null", "a zero byte", ["PBF-003@1"], "pipe-end", [hex("00"), end], "foreign", []);
  invalid("pipe-line-feed", "a line feed behind the last record but before the end", ["PBF-003@1"], "pipe-two-events", [event, hex("0a"), end], "foreign", [event]);

  valid("pipe-not-announced", "the same bytes where no mode was announced and where pipe was", ["REC-015@1"], [context, end], [contextLine, endLine]);
  invalid("pipe-frame", "a frame in a pipe", ["PBF-003@1"], "pipe-not-announced", [context, hex("7a 02 08 01"), end], "mode", [context]);
  vectors.invalid("pipe-frame-first", "a frame where pipe mode was announced", ["PBF-003@1", "REC-015@1"], "pipe-not-announced", {
    level,
    mode: "pipe",
    bytes: [preface, hex("7a 02 08 01")],
    fault: "mode",
    offset: preface.length,
  });
}
