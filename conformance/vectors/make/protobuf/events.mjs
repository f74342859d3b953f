import { Buffer } from "node:buffer";
import { hex } from "../byte-parts.mjs";
import { event } from "../protoc.mjs";
import { eventMeaning, eventText } from "./pieces.mjs";

const with_ = (text) => event(`${eventText} ${text}`);
const attribute = (name, value) => `attributes { key: "${name}" value { ${value} } }`;
const typed = (type) => attribute("datacontenttype", `ce_string: "${type}"`);
const minimal = event(eventText);

export function addEvents(vectors) {
  const shape = { level: "record", kind: "event" };
  const valid = (name, title, requirements, bytes, more = {}) =>
    vectors.valid(`event-${name}`, title, requirements, { ...shape, bytes: [].concat(bytes), meaning: { ...eventMeaning, ...more } });
  const invalid = (name, title, requirements, twin, bytes, fault) =>
    vectors.invalid(`event-${name}`, title, requirements, `event-${twin}`, { ...shape, bytes: [].concat(bytes), fault });

  valid("minimal", "an event with its required attributes", ["MOD-021@1", "MOD-022@1"], minimal);
  for (const [name, text] of [
    ["id", 'source: "/s" spec_version: "1.0" type: "t"'],
    ["source", 'id: "1" spec_version: "1.0" type: "t"'],
    ["type", 'id: "1" source: "/s" spec_version: "1.0"'],
  ])
    invalid(`no-${name}`, `an event without ${name}`, ["MOD-021@1"], "minimal", event(text), "invalid");
  invalid("no-specversion", "an event without specversion", ["MOD-022@1"], "minimal", event('id: "1" source: "/s" type: "t"'), "invalid");
  invalid("specversion-1-0-2", "an event with specversion 1.0.2", ["MOD-022@1"], "minimal", event('id: "1" source: "/s" spec_version: "1.0.2" type: "t"'), "invalid");
  invalid("type-twice", "two types, where readers would disagree which one counts", ["PBF-016@1"], "minimal", [event('id: "1" source: "/s" spec_version: "1.0" type: "read"'), event('type: "delete"')], "duplicate");
  invalid("type-control-character", "a type with a line feed", ["MOD-024@1"], "minimal", event('id: "1" source: "/s" spec_version: "1.0" type: "a\\nb"'), "invalid");
  invalid("id-wire-type", "an id as a varint", ["PBF-019@1"], "minimal", [hex("08 01"), event('source: "/s" spec_version: "1.0" type: "t"')], "malformed");
  invalid("group", "an event with a group", ["PBF-020@1"], "minimal", [minimal, hex("53 54")], "malformed");

  valid("all-attributes", "an event with every attribute of CloudEvents", ["MOD-027@1", "MOD-057@1"], with_(
    [typed("text/plain"), attribute("dataschema", 'ce_uri: "https://example.com/s"'), attribute("subject", 'ce_string: "x"'), attribute("time", 'ce_timestamp { seconds: 1767225600 }')].join(" "),
  ), { datacontenttype: "text/plain", dataschema: "https://example.com/s", subject: "x", time: "2026-01-01T00:00:00Z" });
  invalid("subject-empty", "a subject that is present and empty", ["MOD-026@1"], "all-attributes", with_(attribute("subject", 'ce_string: ""')), "invalid");
  invalid("time-no-timestamp", "a time that is no timestamp", ["MOD-025@1"], "all-attributes", with_(attribute("time", 'ce_string: "yesterday"')), "invalid");
  invalid("time-no-zone", "a time without an offset", ["MOD-025@1"], "all-attributes", with_(attribute("time", 'ce_string: "2026-01-01T00:00:00"')), "invalid");
  invalid("time-no-day", "a time on 30 February", ["MOD-025@1"], "all-attributes", with_(attribute("time", 'ce_string: "2026-02-30T00:00:00Z"')), "invalid");

  const time = (text) => with_(attribute("time", `ce_string: "${text}"`));
  const leapSecond = (name, title, text) => valid(`time-${name}`, title, ["MOD-025@1"], time(text), { time: text });
  leapSecond("leap-second", "the last second of a day that has one more", "2016-12-31T23:59:60Z");
  leapSecond("leap-second-offset", "such a second, written west of UTC", "2016-12-31T18:59:60-05:00");
  invalid("time-leap-second-noon", "second 60 at noon", ["MOD-025@1"], "time-leap-second", time("2016-12-31T12:00:60Z"), "invalid");
  invalid("time-leap-second-local", "second 60 in the last minute of a day that ends elsewhere after UTC", ["MOD-025@1"], "time-leap-second-offset", time("2016-12-31T23:59:60-05:00"), "invalid");

  valid("attribute-types", "an extension of every CloudEvents type, each as its canonical string", ["PBF-027@1"], with_(
    [
      attribute("aboolean", "ce_boolean: true"),
      attribute("aninteger", "ce_integer: -7"),
      attribute("astring", 'ce_string: "s"'),
      attribute("bytes", 'ce_bytes: "\\000\\377"'),
      attribute("auri", 'ce_uri: "urn:x"'),
      attribute("auriref", 'ce_uri_ref: "../x"'),
      attribute("atimestamp", "ce_timestamp { seconds: 1767225600 nanos: 500000000 }"),
    ].join(" "),
  ), { aboolean: true, aninteger: -7, astring: "s", bytes: "AP8=", auri: "urn:x", auriref: "../x", atimestamp: "2026-01-01T00:00:00.5Z" });
  invalid("attribute-no-value", "an attribute without a value", ["PBF-028@1"], "attribute-types", with_(attribute("a", "")), "invalid");
  invalid("attribute-two-values", "an attribute with two values", ["PBF-017@1"], "attribute-types", [minimal, hex("2a 0a 0a 01 61 12 05 08 01 1a 01 78")], "duplicate");
  invalid("attribute-unknown-value", "an attribute whose value is of a later version", ["PBF-028@1"], "attribute-types", [minimal, hex("2a 07 0a 01 61 12 02 78 01")], "invalid");
  invalid("attribute-twice", "one attribute twice", ["PBF-018@1"], "attribute-types", [with_(attribute("a", 'ce_string: "x"')), event(attribute("a", 'ce_string: "y"'))], "duplicate");
  invalid("attribute-name-twice", "an attribute whose entry holds two names", ["PBF-016@1"], "attribute-types", [minimal, hex("2a 0b 0a 01 61 0a 01 62 12 03 1a 01 78")], "duplicate");
  invalid("attribute-named-type", "an attribute that is named as a required one", ["PBF-029@1"], "attribute-types", with_(attribute("type", 'ce_string: "admin"')), "duplicate");
  invalid("attribute-named-id", "an attribute that is named id", ["PBF-029@1"], "attribute-types", with_(attribute("id", 'ce_string: "2"')), "duplicate");
  invalid("attribute-named-data", "an attribute that is named data", ["MOD-023@1"], "attribute-types", with_(attribute("data", 'ce_string: "x"')), "invalid");
  invalid("attribute-upper-case", "an attribute with a capital in its name", ["MOD-023@1"], "attribute-types", with_(attribute("Tenant", 'ce_string: "x"')), "invalid");
  invalid("attribute-underscore", "an attribute with an underscore in its name", ["MOD-023@1"], "attribute-types", with_(attribute("trace_id", 'ce_string: "x"')), "invalid");
  invalid("attribute-no-name", "an attribute without a name", ["MOD-023@1"], "attribute-types", with_(attribute("", 'ce_string: "x"')), "invalid");
  invalid("attribute-control-character", "an attribute with a null character", ["MOD-024@1"], "attribute-types", with_(attribute("a", 'ce_string: "\\000"')), "invalid");
  invalid("attribute-c1-control", "an attribute with the control character U+0085", ["MOD-024@1"], "attribute-types", with_(attribute("a", 'ce_string: "\\xc2\\x85"')), "invalid");
  invalid("attribute-noncharacter", "an attribute with the noncharacter U+FFFE", ["MOD-024@1"], "attribute-types", with_(attribute("a", 'ce_string: "\\xef\\xbf\\xbe"')), "invalid");
  invalid("attribute-not-utf8", "an attribute that is not UTF-8", ["PBF-021@1"], "attribute-types", [minimal, hex("2a 08 0a 01 61 12 03 1a 01 ff")], "malformed");

  valid("attribute-edges", "extensions at the edges of their types, and an empty one", ["PBF-027@1"], with_(
    [
      attribute("least", "ce_integer: -2147483648"),
      attribute("most", "ce_integer: 2147483647"),
      attribute("no", "ce_boolean: false"),
      attribute("empty", 'ce_string: ""'),
      attribute("emoji", 'ce_string: "\\xf0\\x9f\\x98\\x80"'),
    ].join(" "),
  ), { least: -2147483648, most: 2147483647, no: false, empty: "", emoji: "😀" });
  for (const [name, title, varint] of [
    ["too-high", "one more than 32 bits with sign hold", "80 80 80 80 08"],
    ["unsigned", "-1 in 32 bits, where it is written in 64", "ff ff ff ff 0f"],
    ["too-low", "one less than 32 bits with sign hold", "ff ff ff ff f7 ff ff ff ff 01"],
  ]) {
    const value = hex(`10 ${varint}`);
    invalid(`attribute-integer-${name}`, `an integer attribute that is ${title}`, ["PBF-022@2"], "attribute-edges", [minimal, Buffer.concat([Buffer.from([0x2a, 5 + value.length]), hex("0a 01 61 12"), Buffer.from([value.length]), value])], "malformed");
  }
  invalid("attribute-emoji-half", "a text with half of a surrogate pair", ["PBF-021@1"], "attribute-edges", [minimal, hex("2a 0a 0a 01 61 12 05 1a 03 ed a0 bd")], "malformed");

  valid("time-edges", "timestamps at the edges of the calendar", ["PBF-030@1"], with_(
    [attribute("first", "ce_timestamp { seconds: -62135596800 }"), attribute("last", "ce_timestamp { seconds: 253402300799 nanos: 999999999 }")].join(" "),
  ), { first: "0001-01-01T00:00:00Z", last: "9999-12-31T23:59:59.999999999Z" });
  invalid("time-before-year-1", "a timestamp one second before the year 1", ["PBF-030@1"], "time-edges", with_(attribute("a", "ce_timestamp { seconds: -62135596801 }")), "invalid");
  invalid("time-after-year-9999", "a timestamp of the year 10000", ["PBF-030@1"], "time-edges", with_(attribute("a", "ce_timestamp { seconds: 253402300800 }")), "invalid");
  invalid("time-nanoseconds", "a timestamp with a billion nanoseconds", ["PBF-030@1"], "time-edges", with_(attribute("a", "ce_timestamp { nanos: 1000000000 }")), "invalid");
  invalid("time-nanoseconds-too-high", "a timestamp whose nanoseconds are 2^32, which is 0 in 32 bits", ["PBF-022@2"], "time-edges", [minimal, hex("2a 0d 0a 01 61 12 08 3a 06 10 80 80 80 80 10")], "malformed");

  valid("bytes", "data of kind bytes", ["PBF-031@1"], with_('binary_data: "\\001\\377"'), { data_base64: "Af8=" });
  invalid("bytes-and-text", "data of two kinds", ["PBF-017@1"], "bytes", [with_('binary_data: "hi"'), event('text_data: "hi"')], "duplicate");
  invalid("bytes-twice", "data twice", ["PBF-016@1"], "bytes", [with_('binary_data: "hi"'), event('binary_data: "ho"')], "duplicate");
  valid("bytes-empty", "data of no octets is data", ["PBF-031@1"], with_('binary_data: ""'), { data_base64: "" });
  invalid("bytes-wire-type", "data as a varint", ["PBF-019@1"], "bytes-empty", [minimal, hex("30 00")], "malformed");

  valid("text", "data of kind text", ["PBF-031@1"], with_(`${typed("text/plain")} text_data: "warm"`), { datacontenttype: "text/plain", data: "warm" });
  invalid("text-not-utf8", "a text that is not UTF-8", ["PBF-021@1"], "text", [with_(typed("text/plain")), hex("3a 01 ff")], "malformed");

  valid("json", "data of kind json", ["PBF-031@1"], with_(`${typed("application/json")} text_data: "{\\"a\\":[1,true,null]}"`), { datacontenttype: "application/json", data: { a: [1, true, null] } });
  invalid("json-attribute-twice", "data of kind json with two media types", ["PBF-018@1"], "json", [with_(`${typed("application/json")} text_data: "{}"`), event(typed("text/plain"))], "duplicate");
  valid("json-suffix", "a media type with the suffix json, in capitals and with a parameter", ["PBF-031@1"], with_(`${typed("application/problem+JSON; charset=utf-8")} text_data: "[]"`), { datacontenttype: "application/problem+JSON; charset=utf-8", data: [] });
  invalid("json-suffix-control-character", "a media type with a tab", ["MOD-024@1"], "json-suffix", with_(`${typed("application/json;\\tx=y")} text_data: "[]"`), "invalid");

  valid("proto", "data as a protobuf message is read as bytes", ["PBF-031@1"], with_('proto_data { type_url: "type.example.com/t.M" value: "\\010\\001" }'), {
    datacontenttype: "application/protobuf",
    dataschema: "type.example.com/t.M",
    data_base64: "CAE=",
  });
  invalid("proto-type-twice", "a protobuf message with two types", ["PBF-016@1"], "proto", [minimal, hex("42 06 0a 01 61 0a 01 62")], "duplicate");
  valid("proto-no-type", "a protobuf message without a type has no schema, whatever the attribute says", ["PBF-031@1"], with_(`proto_data { value: "\\010\\001" } ${attribute("dataschema", 'ce_uri: "https://example.com/s"')}`), {
    datacontenttype: "application/protobuf",
    data_base64: "CAE=",
  });
  invalid("proto-value-twice", "a protobuf message with two values", ["PBF-016@1"], "proto-no-type", [minimal, hex("42 06 12 01 61 12 01 62")], "duplicate");

  valid("unknown-field", "a field of a later version is ignored", ["MOD-062@1"], [minimal, hex("fa 06 02 68 69")]);
  invalid("unknown-cut", "a field of a later version that is cut short", ["PBF-020@1"], "unknown-field", [minimal, hex("fa 06 02 68")], "malformed");
  valid("any-order", "required attributes last", ["PBF-023@1"], [event('binary_data: "x"'), minimal], { data_base64: "eA==" });
  invalid("any-order-twice", "an id on both sides of the others", ["PBF-016@1"], "any-order", [event('id: "1"'), Buffer.from(minimal)], "duplicate");
}
