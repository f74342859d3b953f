import { Buffer } from "node:buffer";
import { hex } from "../byte-parts.mjs";
import { encode } from "../protoc.mjs";

const context = (text) => encode("Context", text);

export function addContexts(vectors) {
  const shape = { level: "record", kind: "context" };
  const valid = (name, title, requirements, bytes, meaning) =>
    vectors.valid(`context-${name}`, title, requirements, { ...shape, bytes: [].concat(bytes), meaning });
  const invalid = (name, title, requirements, twin, bytes, fault) =>
    vectors.invalid(`context-${name}`, title, requirements, `context-${twin}`, { ...shape, bytes: [].concat(bytes), fault });

  valid("minimal", "a context with nothing but its invocation id", ["MOD-038@1"], context('invocation_id: "i"'), { invocation_id: "i" });
  invalid("empty", "a context without invocation id", ["MOD-038@1"], "minimal", context(""), "invalid");
  invalid("id-empty", "an invocation id that is written and empty", ["MOD-038@1", "PBF-025@1"], "minimal", hex("0a 00"), "invalid");
  invalid("id-twice", "two invocation ids", ["PBF-016@1"], "minimal", hex("0a 01 69 0a 01 6a"), "duplicate");
  invalid("id-not-utf8", "an invocation id that is not UTF-8", ["PBF-021@1"], "minimal", hex("0a 02 c3 28"), "malformed");
  invalid("id-surrogate", "an invocation id with the bytes of a surrogate", ["PBF-021@1"], "minimal", hex("0a 03 ed a0 80"), "malformed");
  invalid("id-overlong", "an invocation id with an overlong form of the letter A", ["PBF-021@1"], "minimal", hex("0a 02 c1 81"), "malformed");
  invalid("id-wire-type", "an invocation id as a varint", ["PBF-019@1"], "minimal", hex("08 01"), "malformed");
  invalid("id-cut", "an invocation id that is longer than its context", ["PBF-020@1"], "minimal", hex("0a 02 69"), "malformed");
  invalid("tag-cut", "a tag that goes on after the end", ["PBF-020@1"], "minimal", hex("0a 01 69 80"), "malformed");
  invalid("field-zero", "a field with number 0", ["PBF-020@1"], "minimal", hex("0a 01 69 00 00"), "malformed");
  invalid("wire-type-6", "a field with wire type 6", ["PBF-020@1"], "minimal", hex("0a 01 69 a6 06"), "malformed");
  invalid("wire-type-7", "a field with wire type 7", ["PBF-020@1"], "minimal", hex("0a 01 69 a7 06"), "malformed");

  valid("full", "a context with every member", ["MOD-057@1"], context(`
    invocation_id: "i-1" function_name: "thumbnail" function_version: "1.4.0" remaining_ms: 30000
    deadline_ms: 1767225600000 attempt: 2 idempotency_key: "order-17" tenant: "acme" principal: "user:7"
    trigger: "uploads" traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    tracestate: "vendor=1" extensions { key: "region" value: "north" }`), {
    invocation_id: "i-1",
    function_name: "thumbnail",
    function_version: "1.4.0",
    remaining_ms: 30000,
    deadline_ms: "1767225600000",
    attempt: 2,
    idempotency_key: "order-17",
    tenant: "acme",
    principal: "user:7",
    trigger: "uploads",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    tracestate: "vendor=1",
    extensions: { region: "north" },
  });
  invalid("tenant-twice", "two tenants, of which a library would take the last", ["PBF-016@1"], "full", [context('invocation_id: "i-1" tenant: "acme"'), context('tenant: "mallory"')], "duplicate");

  valid("expired", "no milliseconds are left, which is not the same as no deadline", ["MOD-057@1"], context('invocation_id: "i" remaining_ms: 0'), { invocation_id: "i", remaining_ms: 0 });
  invalid("remaining-wire-type", "milliseconds as four fixed bytes", ["PBF-019@1"], "expired", hex("0a 01 69 25 00 00 00 00"), "malformed");

  valid("highest-numbers", "the highest remaining time and deadline", ["MOD-057@1"], context('invocation_id: "i" remaining_ms: 4294967295 deadline_ms: 18446744073709551615 attempt: 4294967295'), {
    invocation_id: "i",
    remaining_ms: 4294967295,
    deadline_ms: "18446744073709551615",
    attempt: 4294967295,
  });
  invalid("remaining-too-high", "one millisecond more than 32 bits hold", ["PBF-022@2"], "highest-numbers", hex("0a 01 69 20 80 80 80 80 10"), "malformed");
  invalid("attempt-too-high", "an attempt that 32 bits do not hold", ["PBF-022@2"], "highest-numbers", hex("0a 01 69 30 80 80 80 80 10"), "malformed");
  invalid("varint-eleven-bytes", "a varint of eleven bytes", ["PBF-020@1"], "highest-numbers", hex("0a 01 69 28 80 80 80 80 80 80 80 80 80 80 00"), "malformed");

  valid("extensions", "two extensions with names of every kind of character", ["MOD-039@1"], context(`invocation_id: "i" extensions { key: "a_9" value: "x" } extensions { key: "${"n".repeat(64)}" value: "" }`), {
    invocation_id: "i",
    extensions: { a_9: "x", ["n".repeat(64)]: "" },
  });
  invalid("extension-upper-case", "an extension with a capital in its name", ["MOD-039@1"], "extensions", context('invocation_id: "i" extensions { key: "A_9" value: "x" }'), "invalid");
  invalid("extension-name-too-long", "an extension with a name of 65 characters", ["MOD-039@1"], "extensions", context(`invocation_id: "i" extensions { key: "${"n".repeat(65)}" value: "" }`), "invalid");
  invalid("extension-name-empty", "an extension without a name", ["MOD-039@1"], "extensions", context('invocation_id: "i" extensions { key: "" value: "x" }'), "invalid");
  invalid("extension-twice", "one extension twice", ["PBF-018@1"], "extensions", [context('invocation_id: "i" extensions { key: "a" value: "x" }'), context('extensions { key: "a" value: "y" }')], "duplicate");
  invalid("extension-value-twice", "an extension whose entry holds two values", ["PBF-016@1"], "extensions", hex("0a 01 69 6a 09 0a 01 61 12 01 78 12 01 79"), "duplicate");
  invalid("extension-name-twice", "an extension whose entry holds two names", ["PBF-016@1"], "extensions", hex("0a 01 69 6a 09 0a 01 61 0a 01 62 12 01 78"), "duplicate");

  const minimal = context('invocation_id: "i"');
  valid("unknown-field", "fields of a later version are ignored", ["MOD-062@1"], [hex("f8 06 2a"), minimal, hex("fa 06 02 68 69")], { invocation_id: "i" });
  invalid("unknown-group", "a field of a later version that is a group", ["PBF-020@1"], "unknown-field", [minimal, hex("fb 06 fc 06")], "malformed");
  valid("unknown-twice", "an unknown field twice", ["MOD-062@1"], [minimal, hex("f8 06 2a"), hex("f8 06 2b")], { invocation_id: "i" });
  invalid("unknown-cut", "an unknown field that is cut short", ["PBF-020@1"], "unknown-twice", [minimal, hex("fa 06 02 68")], "malformed");

  valid("any-order", "fields in falling order", ["PBF-023@1"], [context('tenant: "acme"'), context("attempt: 3"), minimal], { invocation_id: "i", attempt: 3, tenant: "acme" });
  invalid("any-order-twice", "a field on both sides of another", ["PBF-016@1"], "any-order", [context('tenant: "acme"'), minimal, context('tenant: "acme"')], "duplicate");

  valid("defaults-written", "attempt 0 and an empty tenant, written, are as absent", ["PBF-025@1"], [minimal, hex("30 00 42 00")], { invocation_id: "i" });
  invalid("defaults-written-twice", "an absent tenant twice", ["PBF-016@1"], "defaults-written", [minimal, hex("42 00 42 00")], "duplicate");

  valid("any-text", "texts that no rule restricts", ["MOD-045@1"], context('invocation_id: "i\\n\\001" traceparent: "no traceparent" tenant: "\\xe2\\x82\\xac"'), {
    invocation_id: "i\n\u0001",
    tenant: "€",
    traceparent: "no traceparent",
  });
  invalid("any-text-not-utf8", "a tenant that is not UTF-8", ["PBF-021@1"], "any-text", [minimal, Buffer.from([0x42, 1, 0xff])], "malformed");
}
