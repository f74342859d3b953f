import { Buffer } from "node:buffer";
import { hex } from "../byte-parts.mjs";
import { end, endLine, event, eventLine, eventText, line, preface } from "./pieces.mjs";

const level = "stream";

export function addPrefaces(vectors) {
  const valid = (name, title, requirements, bytes, meaning, more = {}) =>
    vectors.valid(name, title, requirements, { level, bytes, meaning, ...more });
  const invalid = (name, title, requirements, twin, bytes, fault, more = {}) =>
    vectors.invalid(name, title, requirements, twin, { level, bytes, fault, ...more });

  valid("preface", "the preface line and the least that may follow", ["REC-002@1"], [preface, end], [endLine]);
  invalid("preface-missing", "records without a preface", ["REC-002@1"], "preface", [end], "no-preface", { offset: 0 });
  invalid("preface-missing-announced", "records without a preface where pipe mode was announced", ["REC-002@1", "REC-015@1"], "preface", [event, end], "no-preface", { offset: 0, mode: "pipe" });
  invalid("preface-bare-event", "a bare event", ["REC-002@1", "REC-025@1"], "preface", [line(eventText)], "no-preface", { offset: 0 });
  invalid("preface-pretty-printed", "an event spread over several lines", ["REC-002@1", "REC-025@1"], "preface", [line('{\n  "specversion": "1.0",\n  "id": "1",\n  "source": "/s",\n  "type": "t"\n}')], "no-preface", { offset: 0 });
  invalid("preface-number", "a preface whose major is a number", ["REC-002@1", "REC-026@1"], "preface", [line('{"stdfn":1}'), end], "no-preface", { offset: 0 });
  invalid("preface-other-member", "a preface with another member", ["REC-002@1", "REC-004@1"], "preface", [line('{"stdfn":"1","x":0}'), end], "no-preface", { offset: 0 });
  invalid("preface-capitals", "a preface in capitals", ["REC-002@1", "REC-004@1"], "preface", [line('{"STDFN":"1"}'), end], "no-preface", { offset: 0 });
  invalid("preface-two-lines", "a preface on two lines", ["REC-002@1", "REC-004@1"], "preface", [line('{"stdfn":\n"1"}'), end], "no-preface", { offset: 0 });
  invalid("preface-major-2", "the preface of framing major 2", ["REC-009@1"], "preface", [line('{"stdfn":"2"}'), end], "major", { offset: 0 });
  invalid("preface-major-10", "the preface of framing major 10", ["REC-009@1"], "preface", [line('{"stdfn":"10"}'), end], "major", { offset: 0 });
  invalid("preface-blank-first-line", "a blank first line in a function's input", ["REC-003@1", "REC-020@1", "REC-021@1"], "preface", [line(""), preface, end], "misplaced-preface");
  invalid("preface-after-print", "a print before the preface of a function's input", ["REC-003@1", "REC-020@1", "REC-021@1"], "preface", [line("loading"), preface, end], "misplaced-preface");
  invalid("preface-after-print-announced", "a print before the preface where pipe mode was announced", ["REC-003@1", "REC-015@1", "REC-020@1"], "preface", [line("loading"), preface, end], "misplaced-preface", { mode: "pipe" });
  invalid("preface-twice", "two streams joined: a second preface where a record belongs", ["JSN-017@1"], "preface", [preface, event, preface, end], "foreign", { offset: preface.length + event.length });
  invalid("preface-empty-input", "no byte at all, where pipe mode was announced", ["REC-015@1"], "preface", [hex("")], "empty", { mode: "pipe", offset: 0 });
  invalid("preface-cut-announced", "the beginning of a preface and nothing after it, where session mode was announced", ["REC-015@1"], "preface", [Buffer.from('{"stdfn":')], "truncated", { mode: "session" });
  invalid("preface-cut", "the beginning of a preface and nothing after it, where nothing was announced", ["REC-002@1"], "preface", [Buffer.from('{"stdfn":')], "no-preface");
  invalid("preface-utf16", "a preface in UTF-16", ["REC-001@1", "REC-004@1"], "preface", [Buffer.concat([hex("ff fe"), Buffer.from('{"stdfn":"1"}\n', "utf16le")])], "no-preface", { offset: 0 });

  invalid("preface-alone", "nothing but a preface without its line feed, which is accepted", ["REC-005@1", "MOD-008@1"], "preface", [preface.subarray(0, -1)], "truncated");

  valid("preface-white-space", "a preface with every white space that may stand in it", ["REC-004@1"], [line(' \t{ "stdfn"\r: "1" }\t\r'), end], [endLine]);
  invalid("preface-form-feed", "a preface with a form feed, which is no white space", ["REC-002@1", "REC-004@1"], "preface-white-space", [line('\f{"stdfn":"1"}'), end], "no-preface", { offset: 0 });
  valid("preface-64-bytes", "a preface line of 64 bytes", ["REC-004@1"], [line(`{"stdfn":"1"}${" ".repeat(51)}`), end], [endLine]);
  invalid("preface-65-bytes", "a preface line of 65 bytes", ["REC-002@1", "REC-004@1"], "preface-64-bytes", [line(`{"stdfn":"1"}${" ".repeat(52)}`), end], "no-preface", { offset: 0 });
  valid("preface-byte-order-mark", "a byte order mark before the preface is passed over", ["REC-006@1"], [Buffer.concat([hex("ef bb bf"), preface]), end], [endLine]);
  invalid("preface-two-byte-order-marks", "two byte order marks", ["REC-007@1", "REC-006@1"], "preface-byte-order-mark", [Buffer.concat([hex("ef bb bf ef bb bf"), preface]), end], "no-preface", { offset: 0 });
  invalid("preface-space-and-mark", "a space before the byte order mark", ["REC-002@1", "REC-006@1"], "preface-byte-order-mark", [Buffer.concat([hex("20 ef bb bf"), preface]), end], "no-preface", { offset: 0 });

  valid("foreign-before-output", "a banner before the preface of a function's output", ["SES-109@1", "REC-028@1"], [line("loading"), preface, event, end], [eventLine, endLine], { mode: "pipe", reader: "host", foreign: [{ text: "loading\n" }] });
  invalid("foreign-after-preface", "the same banner behind the preface", ["JSN-017@1"], "foreign-before-output", [preface, line("loading"), event, end], "foreign", { mode: "pipe", reader: "host", offset: preface.length });
  valid("foreign-line-feed", "one line feed before the preface is not reported", ["SES-110@1"], [line(""), preface, end], [endLine], { mode: "pipe", reader: "host", foreign: [{ hex: "" }] });
  invalid("foreign-same-line", "a banner on the line of the preface", ["REC-002@1", "REC-028@1"], "foreign-line-feed", [line('hi {"stdfn":"1"}'), end], "no-preface", { mode: "pipe", reader: "host", offset: 0 });
  valid("foreign-most", "the most foreign bytes that are passed over", ["SES-109@1"], [Buffer.from(`${"x".repeat(65535)}\n`), preface, end], [endLine], { mode: "pipe", reader: "host", foreign: [{ repeat: "78", times: 65535 }, { text: "\n" }] });
  invalid("foreign-too-many", "more foreign bytes than are passed over, and no preface among them", ["REC-002@1", "REC-031@1"], "foreign-most", [Buffer.from(`${"x".repeat(65700)}\n`)], "no-preface", { mode: "pipe", reader: "host" });
}
