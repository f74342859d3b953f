import { Buffer } from "node:buffer";
import { attribute, json, protobuf, typed } from "./sides.mjs";

const level = "conversion";

export function addConversions(vectors) {
  const valid = (name, title, requirements, from, to) => vectors.valid(name, title, requirements, { level, from, to });
  const invalid = (name, title, requirements, twin, from, fault = "invalid") => vectors.invalid(name, title, requirements, twin, { level, from, fault });

  valid("to-protobuf-no-data", "no data", ["MOD-033@1"], json(), protobuf());
  invalid("to-protobuf-no-id", "an event that is no event", ["MOD-021@1"], "to-protobuf-no-data", { format: "json", bytes: [{ text: '{"specversion":"1.0","source":"/s","type":"t"}' }] });
  valid("to-protobuf-bytes", "octets", ["PBF-032@1"], json('"datacontenttype":"image/png","data_base64":"AAH/"'), protobuf(`${typed("image/png")} binary_data: "\\000\\001\\377"`));
  invalid("to-protobuf-bytes-and-text", "octets beside a text", ["JSN-032@1"], "to-protobuf-bytes", json('"datacontenttype":"image/png","data_base64":"AAH/","data":"x"'));
  valid("to-protobuf-text", "text", ["PBF-032@1"], json('"datacontenttype":"text/plain","data":"two\\nlines €"'), protobuf(`${typed("text/plain")} text_data: "two\\nlines \\xe2\\x82\\xac"`));
  invalid("to-protobuf-text-number", "a number under a text type", ["JSN-033@1"], "to-protobuf-text", json('"datacontenttype":"text/plain","data":2'));
  valid("to-protobuf-json", "a JSON value under a JSON type, with its members sorted and its numbers in their shortest form", ["PBF-032@1"], json('"datacontenttype":"application/json","data":{"b":1.50,"a":[1e2,-0,0.1e-6],"\\u00e9":"\\u000a/\\u0001"}'), protobuf(`${typed("application/json")} text_data: "{\\"a\\":[100,0,1e-7],\\"b\\":1.5,\\"\\xc3\\xa9\\":\\"\\\\n/\\\\u0001\\"}"`));
  invalid("to-protobuf-json-large-integer", "an integer that binary64 does not hold", ["MOD-031@1", "MOD-032@1"], "to-protobuf-json", json('"datacontenttype":"application/json","data":{"n":9007199254740993}'));
  invalid("to-protobuf-json-many-digits", "an integer of twenty digits", ["MOD-031@1", "MOD-032@1"], "to-protobuf-json", json('"data":12345678901234567890'));
  invalid("to-protobuf-json-overflow", "a number beyond binary64", ["MOD-031@1"], "to-protobuf-json", json('"data":[1e400]'));
  valid("to-protobuf-json-no-type", "a JSON value without a media type, which then gets one", ["PBF-032@1"], json('"data":true'), protobuf(`${typed("application/json")} text_data: "true"`));
  invalid("to-protobuf-json-no-type-overflow", "a number beyond binary64 without a media type", ["MOD-031@1"], "to-protobuf-json-no-type", json('"data":-1e999'));
  valid("to-protobuf-json-string", "a string without a media type is a JSON string", ["PBF-032@1"], json('"data":"x"'), protobuf(`${typed("application/json")} text_data: "\\"x\\""`));
  invalid("to-protobuf-json-string-surrogate", "a string with half of a pair", ["JSN-012@1"], "to-protobuf-json-string", json('"data":"\\ud83d"'), "malformed");
  valid("to-protobuf-json-edges", "integers at the edge of what is exact, and large ones that are", ["MOD-031@1"], json('"data":[9007199254740991,-9007199254740991,100000000000000000000,1e21]'), protobuf(`${typed("application/json")} text_data: "[9007199254740991,-9007199254740991,100000000000000000000,1e+21]"`));
  invalid("to-protobuf-json-edge-over", "an integer just above", ["MOD-031@1"], "to-protobuf-json-edges", json('"data":[-9007199254740993]'));
  valid("to-protobuf-sorted-by-units", "members sorted by UTF-16 units, where code points would differ", ["PBF-032@1"], json('"data":{"\\ufb33":1,"\\ud83d\\ude00":2}'), protobuf(`${typed("application/json")} text_data: "{\\"\\xf0\\x9f\\x98\\x80\\":2,\\"\\xef\\xac\\xb3\\":1}"`));
  invalid("to-protobuf-duplicate", "a member twice", ["JSN-011@1"], "to-protobuf-sorted-by-units", json('"data":{"a":1,"a":1}'), "duplicate");
  valid("to-protobuf-null", "null is no data", ["JSN-025@1"], json('"data":null'), protobuf());
  invalid("to-protobuf-null-text", "a list under a text type", ["JSN-033@1"], "to-protobuf-null", json('"datacontenttype":"text/plain","data":[]'));
  valid("to-protobuf-integer", "integer and boolean extensions keep their canonical strings", ["MOD-028@1"], json('"n":-7,"b":true,"s":"7"'), protobuf(`${attribute("n", "ce_integer: -7")} ${attribute("b", "ce_boolean: true")} ${attribute("s", 'ce_string: "7"')}`));
  invalid("to-protobuf-fraction", "an extension with a fraction", ["JSN-030@1"], "to-protobuf-integer", json('"n":-7.5'), "malformed");

  valid("to-json-no-data", "no data", ["MOD-033@1"], protobuf(), json());
  invalid("to-json-no-type", "an event that is no event", ["MOD-021@1"], "to-json-no-data", { format: "protobuf", bytes: [{ hex: "0a01311202 2f731a03312e30".replaceAll(" ", "") }] });
  valid("to-json-bytes", "octets", ["JSN-034@1"], protobuf('binary_data: "\\000\\001\\377"'), json('"data_base64":"AAH/"'));
  invalid("to-json-two-kinds", "octets and text", ["PBF-017@1"], "to-json-bytes", { format: "protobuf", bytes: [...protobuf('binary_data: "a"').bytes, { hex: "3a0161" }] }, "duplicate");
  valid("to-json-json", "JSON text under a JSON type", ["JSN-034@1"], protobuf(`${typed("application/json")} text_data: " {\\"a\\" : [1, true]} "`), json('"datacontenttype":"application/json","data":{"a":[1,true]}'));
  invalid("to-json-text-not-utf8", "JSON text that is not UTF-8", ["PBF-021@1"], "to-json-json", { format: "protobuf", bytes: [...protobuf(typed("application/json")).bytes, { hex: "3a0322ff22" }] }, "malformed");
  for (const [name, what, text, base64] of [
    ["duplicate", "JSON text with a duplicate member", '{\\"a\\":1,\\"a\\":2}', Buffer.from('{"a":1,"a":2}')],
    ["large-integer", "JSON text with an integer that binary64 does not hold", "9007199254740993", Buffer.from("9007199254740993")],
    ["surrogate", "JSON text with half of a pair", '\\"\\\\ud83d\\"', Buffer.from('"\\ud83d"')],
    ["null", "JSON text that is null", "null", Buffer.from("null")],
    ["no-json", "text that is no JSON", "{a:1}", Buffer.from("{a:1}")],
    ["empty", "empty text", "", Buffer.from("")],
    ["overflow", "JSON text with a number beyond binary64", "[1e400]", Buffer.from("[1e400]")],
  ]) {
    valid(`to-json-not-i-json-${name}`, `${what} under a JSON type becomes octets`, ["JSN-034@1", "PBF-031@1"], protobuf(`${typed("application/json")} text_data: "${text}"`), json(`"datacontenttype":"application/json","data_base64":"${base64.toString("base64")}"`));
    invalid(`to-json-not-i-json-${name}-twice`, `${what}, twice`, ["PBF-016@1"], `to-json-not-i-json-${name}`, { format: "protobuf", bytes: [...protobuf(`${typed("application/json")} text_data: "${text}"`).bytes, { hex: "3a00" }] }, "duplicate");
  }
  valid("to-json-text-no-type", "text without a media type, which then gets one", ["JSN-034@1"], protobuf('text_data: "7"'), json('"datacontenttype":"text/plain; charset=utf-8","data":"7"'));
  invalid("to-json-subject-empty", "text beside an empty subject", ["MOD-026@1"], "to-json-text-no-type", protobuf(`text_data: "7" ${attribute("subject", 'ce_string: ""')}`));
  valid("to-json-text", "text under a text type", ["JSN-034@1"], protobuf(`${typed("text/csv")} text_data: "a,b"`), json('"datacontenttype":"text/csv","data":"a,b"'));
  invalid("to-json-attribute-named-data", "text beside an attribute named data", ["MOD-023@1"], "to-json-text", protobuf(`${typed("text/csv")} text_data: "a,b" ${attribute("data", 'ce_string: "x"')}`));
  valid("to-json-proto", "a protobuf message", ["PBF-031@1"], protobuf('proto_data { type_url: "type.example.com/t.M" value: "\\010\\001" }'), json('"datacontenttype":"application/protobuf","dataschema":"type.example.com/t.M","data_base64":"CAE="'));
  invalid("to-json-proto-group", "a protobuf message with a group", ["PBF-019@1", "PBF-020@1"], "to-json-proto", { format: "protobuf", bytes: [...protobuf().bytes, { hex: "42021314" }] }, "malformed");
  valid("to-json-attributes", "attributes of every type, as canonical strings", ["MOD-028@1", "PBF-027@1"], protobuf(
    [
      attribute("t", "ce_timestamp { seconds: 1767225600 nanos: 1000000 }"),
      attribute("b", 'ce_bytes: "\\377"'),
      attribute("u", 'ce_uri: "urn:x"'),
      attribute("r", 'ce_uri_ref: "x"'),
      attribute("time", 'ce_string: "2026-01-01T01:00:00+01:00"'),
    ].join(" "),
  ), json('"t":"2026-01-01T00:00:00.001Z","b":"/w==","u":"urn:x","r":"x","time":"2026-01-01T01:00:00+01:00"'));
  invalid("to-json-attribute-no-value", "an attribute without a value", ["PBF-028@1"], "to-json-attributes", protobuf(attribute("t", "")));
}

