import { hex } from "../byte-parts.mjs";
import { encode, event } from "../protoc.mjs";
import { eventMeaning, eventText } from "./pieces.mjs";

export function addOutcomes(vectors) {
  const valid = (kind, name, title, requirements, bytes, meaning) =>
    vectors.valid(`${kind}-${name}`, title, requirements, { level: "record", kind, bytes: [].concat(bytes), meaning });
  const invalid = (kind, name, title, requirements, twin, bytes, fault) =>
    vectors.invalid(`${kind}-${name}`, title, requirements, `${kind}-${twin}`, { level: "record", kind, bytes: [].concat(bytes), fault });

  valid("stream", "minimal", "an event whose payload follows", ["MOD-034@1"], event(eventText), eventMeaning);
  invalid("stream", "with-data", "a stream with data", ["MOD-034@1"], "minimal", event(`${eventText} binary_data: "x"`), "invalid");
  invalid("stream", "with-empty-data", "a stream with data of no octets", ["MOD-034@1"], "minimal", event(`${eventText} binary_data: ""`), "invalid");

  valid("chunk", "first", "a chunk that is not the last", ["MOD-036@1"], encode("Chunk", 'data: "\\000\\001\\377"'), { data: "AAH/" });
  invalid("chunk", "data-twice", "a chunk with data twice", ["PBF-016@1"], "first", hex("0a 01 61 0a 01 62"), "duplicate");
  valid("chunk", "last", "a last chunk", ["MOD-036@1"], encode("Chunk", 'data: "x" last: true'), { data: "eA==", last: true });
  invalid("chunk", "last-twice", "a chunk that is marked as last twice", ["PBF-016@1"], "last", hex("0a 01 78 10 01 10 01"), "duplicate");
  valid("chunk", "last-two", "a chunk whose mark is 2, which is true", ["PBF-026@1"], hex("10 02"), { last: true });
  invalid("chunk", "last-wire-type", "a mark of one byte in a length-delimited field", ["PBF-019@1"], "last-two", hex("12 01 02"), "malformed");
  valid("chunk", "not-last-written", "a chunk that is marked as not the last", ["PBF-025@1"], hex("0a 01 78 10 00"), { data: "eA==" });
  invalid("chunk", "cut", "a chunk whose data is cut short", ["PBF-020@1"], "not-last-written", hex("0a 02 78"), "malformed");

  valid("error", "minimal", "an error with nothing but its code", ["MOD-050@1"], encode("Error", "code: CODE_INTERNAL"), { code: "internal" });
  invalid("error", "empty", "an error without a code", ["MOD-050@1"], "minimal", hex(""), "invalid");
  invalid("error", "code-zero", "code 0, which is no code", ["MOD-050@1", "PBF-025@1"], "minimal", hex("08 00"), "invalid");
  invalid("error", "code-twice", "two codes", ["PBF-016@1"], "minimal", hex("08 0d 08 0e"), "duplicate");
  valid("error", "full", "an error with every member", ["MOD-057@1"], encode("Error", `
    code: CODE_UNAVAILABLE message: "the index is away" disposition: DISPOSITION_RETRY retry_delay_ms: 500
    effect: EFFECT_NONE attribution: ATTRIBUTION_FUNCTION details { key: "host" value: "10.0.0.7" }`), {
    code: "unavailable",
    message: "the index is away",
    disposition: "retry",
    retry_delay_ms: 500,
    effect: "none",
    attribution: "function",
    details: { host: "10.0.0.7" },
  });
  invalid("error", "detail-name", "a detail with a hyphen in its name", ["MOD-039@1"], "full", encode("Error", 'code: CODE_UNAVAILABLE details { key: "a-b" value: "" }'), "invalid");
  invalid("error", "detail-twice", "a detail twice", ["PBF-018@1"], "full", [encode("Error", 'code: CODE_UNAVAILABLE details { key: "a" value: "1" }'), encode("Error", 'details { key: "a" value: "2" }')], "duplicate");
  invalid("error", "message-not-utf8", "a message that is not UTF-8", ["PBF-021@1"], "full", hex("08 0e 12 01 ff"), "malformed");
  [
    "cancelled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists", "permission_denied", "resource_exhausted",
    "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated",
  ].forEach((code, index) => {
    const number = index + 1;
    valid("error", `code-${code.replaceAll("_", "-")}`, `code ${number}, ${code}`, ["ERR-001@1"], encode("Error", `code: CODE_${code.toUpperCase()}`), { code });
    invalid("error", `code-${code.replaceAll("_", "-")}-wire-type`, `code ${number} as a string`, ["PBF-019@1"], `code-${code.replaceAll("_", "-")}`, hex(`0a 01 ${number.toString(16).padStart(2, "0")}`), "malformed");
  });
  valid("error", "code-later", "a code of a later version is read as unknown", ["MOD-051@1"], hex("08 63"), { code: "unknown" });
  invalid("error", "code-too-high", "a code that is not_found in its lower 32 bits", ["PBF-022@2"], "code-later", hex("08 85 80 80 80 10"), "malformed");
  invalid("error", "disposition-too-high", "a disposition that is retry in its lower 32 bits", ["PBF-022@2"], "code-later", hex("08 0d 18 81 80 80 80 10"), "malformed");
  invalid("error", "code-later-and-known", "a later code and a known one", ["PBF-016@1"], "code-later", hex("08 63 08 02"), "duplicate");
  valid("error", "later-names", "a disposition, effect and attribution of a later version are read as absent", ["MOD-052@1"], hex("08 0d 18 63 28 63 30 63"), { code: "internal" });
  invalid("error", "disposition-twice", "two dispositions", ["PBF-016@1"], "later-names", hex("08 0d 18 63 18 01"), "duplicate");
  valid("error", "delay-without-retry", "a delay without disposition retry is ignored", ["MOD-064@1"], encode("Error", "code: CODE_ABORTED disposition: DISPOSITION_DROP retry_delay_ms: 5"), { code: "aborted", disposition: "drop" });
  invalid("error", "delay-too-high", "a delay that 32 bits do not hold", ["PBF-022@2"], "delay-without-retry", hex("08 0a 20 80 80 80 80 10"), "malformed");
  for (const [member, field, names] of [
    ["disposition", "DISPOSITION", ["retry", "drop", "dead_letter"]],
    ["effect", "EFFECT", ["none", "unknown", "complete"]],
    ["attribution", "ATTRIBUTION", ["function", "runtime", "protocol"]],
  ])
    for (const name of names) {
      const id = `${member}-${name.replaceAll("_", "-")}`;
      const tag = { disposition: "18", effect: "28", attribution: "30" }[member];
      valid("error", id, `${member} ${name}`, ["MOD-057@1"], encode("Error", `code: CODE_INTERNAL ${member}: ${field}_${name.toUpperCase()}`), { code: "internal", [member]: name });
      invalid("error", `${id}-twice`, `${member} ${name} and then none`, ["PBF-016@1"], id, [encode("Error", `code: CODE_INTERNAL ${member}: ${field}_${name.toUpperCase()}`), hex(`${tag} 00`)], "duplicate");
    }

  valid("end", "empty", "an end of which there is nothing to say", ["MOD-046@1"], hex(""), {});
  invalid("end", "cut", "an end that is cut short", ["PBF-020@1"], "empty", hex("0a"), "malformed");
  valid("end", "failures", "an end that names two failed inputs", ["MOD-046@1", "MOD-047@1"], encode("End", 'failures { error { code: CODE_NOT_FOUND } } failures { index: 2 error { code: CODE_ABORTED message: "m" } }'), {
    failures: [{ index: 0, error: { code: "not_found" } }, { index: 2, error: { code: "aborted", message: "m" } }],
  });
  invalid("end", "failure-no-error", "a failure without an error", ["MOD-046@1"], "failures", encode("End", "failures { index: 2 }"), "invalid");
  invalid("end", "failure-no-code", "a failure whose error has no code", ["MOD-050@1"], "failures", encode("End", "failures { index: 2 error {} }"), "invalid");
  invalid("end", "failures-same-index", "one input that failed twice", ["MOD-047@1"], "failures", encode("End", "failures { index: 2 error { code: CODE_ABORTED } } failures { index: 2 error { code: CODE_NOT_FOUND } }"), "invalid");
  invalid("end", "failures-falling", "failures in falling order", ["MOD-047@1"], "failures", encode("End", "failures { index: 2 error { code: CODE_ABORTED } } failures { index: 0 error { code: CODE_NOT_FOUND } }"), "invalid");
  invalid("end", "failure-error-twice", "a failure with two errors", ["PBF-016@1"], "failures", hex("0a 0a 08 02 12 02 08 0a 12 02 08 0d"), "duplicate");
  invalid("end", "failure-deep-duplicate", "a failure whose error has two codes", ["PBF-016@1"], "failures", hex("0a 08 08 02 12 04 08 0a 08 0d"), "duplicate");
}
