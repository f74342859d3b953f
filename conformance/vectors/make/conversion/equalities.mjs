import { attribute, json, protobuf, typed } from "./sides.mjs";

const level = "equality";

export function addEqualities(vectors) {
  const pair = (name, title, requirements, left, right, other, why) => {
    vectors.valid(`equal-${name}`, title, requirements, { level, left, right, equal: true });
    vectors.unequal(`equal-${name}-not`, why, requirements, `equal-${name}`, { level, left, right: other, equal: false });
  };
  const same = ["MOD-033@1"];

  pair("attributes", "the same attributes in both formats", same, json('"subject":"x"'), protobuf(attribute("subject", 'ce_string: "x"')), protobuf(attribute("subject", 'ce_string: "X"')), "a subject that differs in case");
  pair("extra-attribute", "no extension on either side", same, json(), protobuf(), protobuf(attribute("a", 'ce_string: ""')), "an empty extension on one side");
  pair("integer", "an integer and its digits", ["MOD-028@1"], json('"n":7'), protobuf(attribute("n", 'ce_string: "7"')), protobuf(attribute("n", 'ce_string: "07"')), "other digits");
  pair("boolean", "a boolean and its name", ["MOD-028@1"], json('"b":"true"'), protobuf(attribute("b", "ce_boolean: true")), protobuf(attribute("b", "ce_boolean: false")), "another boolean");
  pair("timestamp", "a timestamp and its canonical string", ["MOD-028@1"], json('"time":"2026-01-01T00:00:00Z"'), protobuf(attribute("time", "ce_timestamp { seconds: 1767225600 }")), protobuf(attribute("time", 'ce_string: "2026-01-01T00:00:00.0Z"')), "the same moment in another spelling");
  pair("bytes", "the same octets", same, json('"data_base64":"AAH/"'), protobuf('binary_data: "\\000\\001\\377"'), protobuf('binary_data: "\\000\\001\\376"'), "another octet");
  pair("text", "the same text", same, json('"datacontenttype":"text/plain","data":"é"'), protobuf(`${typed("text/plain")} text_data: "\\xc3\\xa9"`), protobuf(`${typed("text/plain")} text_data: "e\\xcc\\x81"`), "the same letter of other code points");
  pair("text-no-type", "text without a media type and with the one that it gets", same, json('"datacontenttype":"text/plain; charset=utf-8","data":"x"'), protobuf('text_data: "x"'), protobuf(`${typed("text/plain")} text_data: "x"`), "text with another media type");
  pair("json", "the same JSON value in another spelling", same, json('"datacontenttype":"application/json","data":{"b":1.0,"a":[]}'), protobuf(`${typed("application/json")} text_data: "{\\"a\\": [], \\"b\\": 1}"`), protobuf(`${typed("application/json")} text_data: "{\\"a\\": [], \\"b\\": 2}"`), "another number");
  pair("json-no-type", "a JSON value without a media type and with the one that it gets", same, json('"data":[1]'), protobuf(`${typed("application/json")} text_data: "[1]"`), protobuf(`${typed("text/json")} text_data: "[1]"`), "a JSON value with another media type");
  pair("json-order", "lists in the same order", same, json('"data":[1,2]'), json('"data":[1.0,2e0]'), json('"data":[2,1]'), "lists in another order");
  pair("no-i-json", "text that is no I-JSON, and its octets", same, json('"datacontenttype":"application/json","data_base64":"ezF9"'), protobuf(`${typed("application/json")} text_data: "{1}"`), protobuf(`${typed("application/json")} text_data: "{1} "`), "a blank more");
  pair("kind", "no data", same, json('"data":null'), protobuf(), protobuf('binary_data: ""'), "data of no octets, which is data");
  pair("kind-of-text", "text of one letter", same, json('"datacontenttype":"text/plain","data":"x"'), protobuf(`${typed("text/plain")} text_data: "x"`), protobuf(`${typed("text/plain")} binary_data: "x"`), "octets of one letter");
}
