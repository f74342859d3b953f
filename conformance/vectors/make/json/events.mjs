import { Buffer } from "node:buffer";
import { eventMeaning, eventText } from "./pieces.mjs";

const open = eventText.slice(0, -1);

export function addEvents(vectors) {
  const shape = { level: "record", kind: "event" };
  const valid = (name, title, requirements, rest, more = {}) =>
    vectors.valid(`event-${name}`, title, requirements, { ...shape, bytes: [Buffer.from(rest === "" ? eventText : `${open},${rest}}`)], meaning: { ...eventMeaning, ...more } });
  const refused = (name, title, requirements, twin, text, fault) =>
    vectors.invalid(`event-${name}`, title, requirements, `event-${twin}`, { ...shape, bytes: [Buffer.from(text)], fault });
  const invalid = (name, title, requirements, twin, rest, fault) => refused(name, title, requirements, twin, `${open},${rest}}`, fault);

  valid("minimal", "an event with its required attributes", ["MOD-021@1", "MOD-022@1"], "");
  refused("no-id", "an event without id", ["MOD-021@1"], "minimal", '{"specversion":"1.0","source":"/s","type":"t"}', "invalid");
  refused("source-empty", "an event with an empty source", ["MOD-021@1"], "minimal", '{"specversion":"1.0","id":"1","source":"","type":"t"}', "invalid");
  refused("type-null", "an event whose type is null", ["MOD-021@1", "JSN-025@1"], "minimal", '{"specversion":"1.0","id":"1","source":"/s","type":null}', "invalid");
  refused("specversion-missing", "an event without specversion", ["MOD-022@1"], "minimal", '{"id":"1","source":"/s","type":"t"}', "invalid");
  refused("specversion-0-3", "an event of CloudEvents 0.3", ["MOD-022@1"], "minimal", '{"specversion":"0.3","id":"1","source":"/s","type":"t"}', "invalid");
  refused("specversion-number", "specversion as a number", ["JSN-024@1"], "minimal", '{"specversion":1.0,"id":"1","source":"/s","type":"t"}', "malformed");
  invalid("type-twice", "two types, where readers would disagree which one counts", ["JSN-011@1"], "minimal", '"type":"admin.delete"', "duplicate");
  invalid("type-twice-escaped", "two types, one of them spelt with an escape", ["JSN-011@1"], "minimal", '"ty\\u0070e":"admin.delete"', "duplicate");

  valid("all-attributes", "an event with every attribute of CloudEvents", ["MOD-027@1"], '"datacontenttype":"text/plain","dataschema":"https://example.com/s","subject":"x","time":"2026-01-01T00:00:00.5+01:00"', { datacontenttype: "text/plain", dataschema: "https://example.com/s", subject: "x", time: "2026-01-01T00:00:00.5+01:00" });
  invalid("subject-number", "a subject as a number", ["JSN-024@1"], "all-attributes", '"subject":42', "malformed");
  invalid("subject-empty", "a subject that is present and empty", ["MOD-026@1"], "all-attributes", '"subject":""', "invalid");
  invalid("time-no-timestamp", "a time that is no timestamp", ["MOD-025@1"], "all-attributes", '"time":"20 November 2026"', "invalid");
  const leapSecond = (name, title, time) => valid(`time-${name}`, title, ["MOD-025@1"], `"time":"${time}"`, { time });
  leapSecond("leap-second", "the last second of a day that has one more", "2016-12-31T23:59:60Z");
  leapSecond("leap-second-offset", "such a second, written east of UTC", "2017-01-01T00:59:60+01:00");
  leapSecond("leap-second-lower-case", "a part of such a second, its letters in lower case", "2016-12-31t23:59:60.5z");
  invalid("time-leap-second-noon", "second 60 at noon", ["MOD-025@1"], "time-leap-second", '"time":"2016-12-31T12:00:60Z"', "invalid");
  invalid("time-leap-second-local", "second 60 in the last minute of a day that ends elsewhere before UTC", ["MOD-025@1"], "time-leap-second-offset", '"time":"2016-12-31T23:59:60+01:00"', "invalid");
  invalid("time-second-61", "second 61", ["MOD-025@1"], "time-leap-second-lower-case", '"time":"2016-12-31t23:59:61z"', "invalid");
  invalid("subject-control-character", "a subject with an escaped line feed", ["MOD-024@1"], "all-attributes", '"subject":"two\\nlines"', "invalid");
  invalid("subject-delete", "a subject with the character U+007F", ["MOD-024@1"], "all-attributes", '"subject":"\\u007f"', "invalid");
  invalid("subject-noncharacter", "a subject with the noncharacter U+10FFFF", ["MOD-024@1"], "all-attributes", '"subject":"\\udbff\\udfff"', "invalid");
  invalid("attribute-underscore", "an attribute with an underscore in its name", ["MOD-023@1"], "all-attributes", '"trace_id":"7"', "invalid");
  invalid("attribute-capital", "an attribute with a capital in its name", ["MOD-023@1"], "all-attributes", '"traceId":"7"', "invalid");
  invalid("attribute-no-name", "an attribute without a name", ["MOD-023@1"], "all-attributes", '"":"7"', "invalid");

  valid("extensions", "extensions of every type, at their edges", ["JSN-030@1"], '"s":"","yes":true,"no":false,"least":-2147483648,"most":2147483647', { s: "", yes: true, no: false, least: -2147483648, most: 2147483647 });
  invalid("extension-too-low", "an integer below 32 bits", ["JSN-030@1"], "extensions", '"least":-2147483649', "malformed");
  invalid("extension-too-high", "an integer above 32 bits", ["JSN-030@1"], "extensions", '"most":2147483648', "malformed");
  invalid("extension-fraction", "a number with a fraction", ["JSN-030@1"], "extensions", '"x":2.5', "malformed");
  invalid("extension-object", "an object", ["JSN-030@1"], "extensions", '"x":{}', "malformed");
  invalid("extension-list", "a list", ["JSN-030@1"], "extensions", '"x":[]', "malformed");
  valid("extension-null", "an extension that is null is absent", ["JSN-025@1"], '"x":null');
  invalid("extension-null-twice", "one that is absent twice", ["JSN-011@1"], "extension-null", '"x":null,"x":null', "duplicate");

  valid("json", "data of kind json", ["JSN-033@1"], '"data":{"a":[1,true,null,"x"]}', { data: { a: [1, true, null, "x"] } });
  invalid("json-duplicate", "data with a duplicate member", ["JSN-011@1"], "json", '"data":{"a":1,"\\u0061":2}', "duplicate");
  invalid("json-and-bytes", "data of two kinds", ["JSN-032@1"], "json", '"data":1,"data_base64":"YQ=="', "invalid");
  valid("json-string", "a string without a media type is JSON", ["JSN-033@1"], '"data":"hello"', { data: "hello" });
  invalid("json-string-and-bytes", "the same beside octets", ["JSN-032@1"], "json-string", '"data":"hello","data_base64":"aGVsbG8="', "invalid");
  valid("json-suffix", "a media type with the suffix json", ["JSN-033@1"], '"datacontenttype":"application/problem+json; charset=utf-8","data":[]', { datacontenttype: "application/problem+json; charset=utf-8", data: [] });
  invalid("json-lines-type", "a list under a media type that only looks like JSON", ["JSN-033@1"], "json-suffix", '"datacontenttype":"application/jsonlines","data":[]', "invalid");
  valid("json-false", "data that is false", ["JSN-033@1"], '"data":false', { data: false });
  invalid("text-false", "data that is false under a text type", ["JSN-033@1"], "json-false", '"datacontenttype":"text/plain","data":false', "invalid");
  valid("data-null", "data that is null is no data", ["JSN-025@1", "JSN-033@1"], '"data":null,"data_base64":null');
  invalid("data-null-twice", "the same twice", ["JSN-011@1"], "data-null", '"data":null,"data":null', "duplicate");
  valid("null-and-bytes", "null beside octets", ["JSN-025@1"], '"data":null,"data_base64":"YQ=="', { data_base64: "YQ==" });
  invalid("zero-and-bytes", "zero beside octets", ["JSN-032@1"], "null-and-bytes", '"data":0,"data_base64":"YQ=="', "invalid");
  valid("text", "data of kind text", ["JSN-033@1"], '"datacontenttype":"text/plain","data":"two\\nlines"', { datacontenttype: "text/plain", data: "two\nlines" });
  invalid("text-object", "an object under a text type", ["JSN-033@1"], "text", '"datacontenttype":"text/plain","data":{"a":1}', "invalid");
  valid("bytes", "data of kind bytes", ["JSN-033@1"], '"datacontenttype":"image/png","data_base64":"iVBORw0KGgo="', { datacontenttype: "image/png", data_base64: "iVBORw0KGgo=" });
  invalid("bytes-no-base64", "octets that are no base64", ["JSN-027@1"], "bytes", '"data_base64":"%%%="', "malformed");
  invalid("bytes-number", "octets as a number", ["JSN-024@1"], "bytes", '"data_base64":1', "malformed");
  valid("bytes-empty", "data of no octets is data", ["JSN-033@1"], '"data_base64":""', { data_base64: "" });
  invalid("bytes-one-letter", "base64 of one letter", ["JSN-027@1"], "bytes-empty", '"data_base64":"Y"', "malformed");

  const deep = (levels) => `"data":${"[".repeat(levels)}${"]".repeat(levels)}`;
  valid("depth-100", "data of 99 levels in an event", ["JSN-013@1"], deep(99), { data: JSON.parse(`${"[".repeat(99)}${"]".repeat(99)}`) });
  invalid("depth-101", "data of 100 levels in an event", ["JSN-013@1"], "depth-100", deep(100), "malformed");

  vectors.valid("stream-minimal", "an event whose payload follows", ["MOD-034@1"], { level: "record", kind: "stream", bytes: [Buffer.from(eventText)], meaning: eventMeaning });
  vectors.invalid("stream-with-data", "a stream with data", ["MOD-034@1"], "stream-minimal", { level: "record", kind: "stream", bytes: [Buffer.from(`${open},"data":1}`)], fault: "invalid" });
  vectors.invalid("stream-with-empty-data", "a stream with data of no octets", ["MOD-034@1"], "stream-minimal", { level: "record", kind: "stream", bytes: [Buffer.from(`${open},"data_base64":""}`)], fault: "invalid" });
}
