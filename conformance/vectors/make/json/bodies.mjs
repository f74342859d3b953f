import { Buffer } from "node:buffer";

export function addBodies(vectors) {
  const valid = (kind, name, title, requirements, text, meaning) =>
    vectors.valid(`${kind}-${name}`, title, requirements, { level: "record", kind, bytes: [Buffer.from(text)], meaning: meaning ?? JSON.parse(text) });
  const invalid = (kind, name, title, requirements, twin, text, fault) =>
    vectors.invalid(`${kind}-${name}`, title, requirements, `${kind}-${twin}`, { level: "record", kind, bytes: [Buffer.from(text)], fault });

  valid("context", "minimal", "a context with nothing but its invocation id", ["MOD-038@1"], '{"invocation_id":"i"}');
  invalid("context", "empty", "a context without invocation id", ["MOD-038@1"], "minimal", "{}", "invalid");
  invalid("context", "id-empty", "an empty invocation id", ["MOD-038@1"], "minimal", '{"invocation_id":""}', "invalid");
  invalid("context", "id-null", "an invocation id that is null", ["JSN-025@1", "MOD-038@1"], "minimal", '{"invocation_id":null}', "invalid");
  invalid("context", "id-number", "an invocation id as a number", ["JSN-024@1"], "minimal", '{"invocation_id":1}', "malformed");
  invalid("context", "id-twice", "two invocation ids", ["JSN-011@1"], "minimal", '{"invocation_id":"i","invocation_id":"j"}', "duplicate");
  valid("context", "full", "a context with every member", ["JSN-023@1"], '{"invocation_id":"i-1","function_name":"thumbnail","function_version":"1.4.0","remaining_ms":30000,"deadline_ms":"1767225600000","attempt":2,"idempotency_key":"order-17","tenant":"acme","principal":"user:7","trigger":"uploads","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"vendor=1","extensions":{"region":"north"}}');
  invalid("context", "tenant-twice", "two tenants", ["JSN-011@1"], "full", '{"invocation_id":"i-1","tenant":"acme","tenant":"mallory"}', "duplicate");
  invalid("context", "remaining-string", "milliseconds as a string", ["JSN-024@1"], "full", '{"invocation_id":"i-1","remaining_ms":"30000"}', "malformed");
  invalid("context", "remaining-fraction", "milliseconds with a fraction", ["JSN-024@1"], "full", '{"invocation_id":"i-1","remaining_ms":30000.0}', "malformed");
  invalid("context", "remaining-exponent", "milliseconds with an exponent", ["JSN-024@1"], "full", '{"invocation_id":"i-1","remaining_ms":3e4}', "malformed");
  invalid("context", "remaining-negative", "milliseconds below 0", ["JSN-024@1"], "full", '{"invocation_id":"i-1","remaining_ms":-1}', "malformed");
  invalid("context", "deadline-number", "a deadline as a number", ["JSN-024@1"], "full", '{"invocation_id":"i-1","deadline_ms":1767225600000}', "malformed");
  invalid("context", "deadline-leading-zero", "a deadline with a leading zero", ["JSN-024@1"], "full", '{"invocation_id":"i-1","deadline_ms":"01767225600000"}', "malformed");
  invalid("context", "deadline-negative", "a deadline before 1970", ["JSN-024@1"], "full", '{"invocation_id":"i-1","deadline_ms":"-1"}', "malformed");
  invalid("context", "extensions-list", "extensions as a list", ["JSN-024@1"], "full", '{"invocation_id":"i-1","extensions":[]}', "malformed");
  valid("context", "highest-numbers", "the highest remaining time and deadline", ["JSN-023@1"], '{"invocation_id":"i","remaining_ms":4294967295,"deadline_ms":"18446744073709551615"}');
  invalid("context", "remaining-too-high", "one millisecond more than 32 bits hold", ["JSN-024@1"], "highest-numbers", '{"invocation_id":"i","remaining_ms":4294967296}', "malformed");
  invalid("context", "deadline-too-high", "one millisecond more than 64 bits hold", ["JSN-024@1"], "highest-numbers", '{"invocation_id":"i","deadline_ms":"18446744073709551616"}', "malformed");
  valid("context", "nulls", "members that are null are absent", ["JSN-025@1"], '{"invocation_id":"i","tenant":null,"remaining_ms":null,"extensions":null}', { invocation_id: "i" });
  invalid("context", "extension-null", "an extension that is null", ["JSN-028@1"], "nulls", '{"invocation_id":"i","extensions":{"a":null}}', "malformed");
  valid("context", "unknown-member", "members of a later version are ignored", ["MOD-062@1"], '{"invocation_id":"i","later":{"a":[1,{"b":null}]}}', { invocation_id: "i" });
  invalid("context", "unknown-member-twice", "a member of a later version twice", ["JSN-011@1"], "unknown-member", '{"invocation_id":"i","later":1,"later":2}', "duplicate");
  invalid("context", "unknown-member-deep-duplicate", "a duplicate deep inside a member of a later version", ["JSN-011@1"], "unknown-member", '{"invocation_id":"i","later":{"a":[{"b":1,"\\u0062":2}]}}', "duplicate");
  valid("context", "extensions", "an extension with a name of every kind of character", ["MOD-039@1"], '{"invocation_id":"i","extensions":{"a_9":"x"}}');
  invalid("context", "extension-upper-case", "an extension with a capital in its name", ["MOD-039@1"], "extensions", '{"invocation_id":"i","extensions":{"A_9":"x"}}', "invalid");
  invalid("context", "extension-proto", "an extension named as a property that objects inherit", ["MOD-039@1"], "extensions", '{"invocation_id":"i","extensions":{"toString":"x"}}', "invalid");
  const nested = (depth) => `{"invocation_id":"i","later":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  valid("context", "depth-100", "100 levels, the body included", ["JSN-013@1"], nested(99), { invocation_id: "i" });
  invalid("context", "depth-101", "101 levels", ["JSN-013@1"], "depth-100", nested(100), "malformed");

  valid("chunk", "first", "a chunk that is not the last", ["JSN-023@1"], '{"data":"AAH/"}');
  invalid("chunk", "no-padding", "base64 without its padding", ["JSN-027@1"], "last", '{"data":"YQ","last":true}', "malformed");
  invalid("chunk", "url-alphabet", "base64 in the alphabet for addresses", ["JSN-027@1"], "first", '{"data":"AAH_"}', "malformed");
  invalid("chunk", "white-space", "base64 with a space", ["JSN-027@1"], "first", '{"data":"AA H/"}', "malformed");
  invalid("chunk", "line-feed", "base64 with a line feed", ["JSN-027@1"], "first", '{"data":"AAH/\\n"}', "malformed");
  invalid("chunk", "data-list", "data as a list of numbers", ["JSN-024@1"], "first", '{"data":[0,1,255]}', "malformed");
  valid("chunk", "last", "a last chunk", ["JSN-023@1"], '{"data":"YQ==","last":true}');
  invalid("chunk", "bits-nobody-holds", "base64 with bits set that no byte holds", ["JSN-027@1"], "last", '{"data":"YR==","last":true}', "malformed");
  invalid("chunk", "too-much-padding", "base64 with padding that is not needed", ["JSN-027@1"], "last", '{"data":"AAH/====","last":true}', "malformed");
  invalid("chunk", "last-number", "a mark that is a number", ["JSN-024@1"], "last", '{"data":"YQ==","last":1}', "malformed");
  valid("chunk", "escaped", "base64 with an escape", ["JSN-014@1"], '{"data":"AAH\\/"}', { data: "AAH/" });
  invalid("chunk", "escaped-padding", "base64 with padding inside", ["JSN-027@1"], "escaped", '{"data":"YQ==YQ=="}', "malformed");
  valid("chunk", "empty", "a chunk of which nothing is said", ["MOD-036@1"], "{}");
  invalid("chunk", "data-number", "data as a number", ["JSN-024@1"], "empty", '{"data":0}', "malformed");

  valid("error", "minimal", "an error with nothing but its code", ["MOD-050@1"], '{"code":"internal"}');
  invalid("error", "empty", "an error without a code", ["MOD-050@1"], "minimal", "{}", "invalid");
  invalid("error", "code-number", "a code as a number", ["JSN-024@1"], "minimal", '{"code":13}', "malformed");
  valid("error", "full", "an error with every member", ["JSN-023@1"], '{"code":"unavailable","message":"the index is away","disposition":"retry","retry_delay_ms":500,"effect":"none","attribution":"function","details":{"host":"10.0.0.7"}}');
  invalid("error", "detail-number", "a detail that is a number", ["JSN-024@1"], "full", '{"code":"unavailable","details":{"port":80}}', "malformed");
  invalid("error", "detail-twice", "a detail twice", ["JSN-011@1"], "full", '{"code":"unavailable","details":{"a":"1","a":"2"}}', "duplicate");
  invalid("error", "detail-name", "a detail with a hyphen in its name", ["MOD-039@1"], "full", '{"code":"unavailable","details":{"a-b":""}}', "invalid");
  valid("error", "code-later", "a code of a later version is read as unknown", ["MOD-051@1"], '{"code":"quota_exceeded"}', { code: "unknown" });
  invalid("error", "code-null", "a code that is null", ["JSN-025@1", "MOD-050@1"], "code-later", '{"code":null}', "invalid");
  valid("error", "code-empty", "a code of no letters is one that nobody knows", ["MOD-051@1"], '{"code":""}', { code: "unknown" });
  invalid("error", "code-empty-list", "the same in a list", ["JSN-024@1"], "code-empty", '{"code":[""]}', "malformed");
  valid("error", "code-capitals", "a code in capitals is none that is known", ["MOD-051@1"], '{"code":"INTERNAL"}', { code: "unknown" });
  invalid("error", "code-twice", "two codes", ["JSN-011@1"], "code-capitals", '{"code":"internal","code":"unknown"}', "duplicate");
  valid("error", "later-names", "a disposition, effect and attribution of a later version are read as absent", ["MOD-052@1"], '{"code":"internal","disposition":"quarantine","effect":"partial","attribution":"network"}', { code: "internal" });
  invalid("error", "disposition-number", "a disposition as a number", ["JSN-024@1"], "later-names", '{"code":"internal","disposition":1}', "malformed");
  valid("error", "delay-without-retry", "a delay without disposition retry is ignored", ["MOD-064@1"], '{"code":"aborted","disposition":"drop","retry_delay_ms":5}', { code: "aborted", disposition: "drop" });
  invalid("error", "delay-string", "a delay as a string", ["JSN-024@1"], "delay-without-retry", '{"code":"aborted","disposition":"drop","retry_delay_ms":"5"}', "malformed");
  for (const code of ["cancelled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists", "permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range", "unimplemented", "unavailable", "data_loss", "unauthenticated"]) {
    const name = `code-${code.replaceAll("_", "-")}`;
    valid("error", name, `code ${code}`, ["ERR-001@1"], `{"code":"${code}"}`);
    invalid("error", `${name}-list`, `code ${code} in a list`, ["JSN-024@1"], name, `{"code":["${code}"]}`, "malformed");
  }

  valid("end", "empty", "an end of which there is nothing to say", ["MOD-046@1"], "{}");
  invalid("end", "list", "an end that is a list", ["JSN-024@1"], "empty", "[]", "malformed");
  valid("end", "failures", "an end that names two failed inputs", ["MOD-046@1", "MOD-047@1"], '{"failures":[{"error":{"code":"not_found"}},{"index":2,"error":{"code":"aborted","message":"m"}}]}', { failures: [{ index: 0, error: { code: "not_found" } }, { index: 2, error: { code: "aborted", message: "m" } }] });
  invalid("end", "failure-no-error", "a failure without an error", ["MOD-046@1"], "failures", '{"failures":[{"index":2}]}', "invalid");
  invalid("end", "failure-null", "a failure that is null", ["JSN-028@1"], "failures", '{"failures":[null]}', "malformed");
  invalid("end", "failures-same-index", "one input that failed twice", ["MOD-047@1"], "failures", '{"failures":[{"index":2,"error":{"code":"aborted"}},{"index":2,"error":{"code":"not_found"}}]}', "invalid");
  invalid("end", "failures-object", "failures that are no list", ["JSN-024@1"], "failures", '{"failures":{"index":2,"error":{"code":"aborted"}}}', "malformed");

  valid("hello", "minimal", "the least a host says", ["SES-008@1"], '{"minors":[0],"credit":65536}');
  invalid("hello", "no-minors", "a hello without minor versions", ["SES-008@1"], "minimal", '{"minors":[],"credit":65536}', "invalid");
  invalid("hello", "credit-low", "a hello with less credit than allowed", ["SES-008@1"], "minimal", '{"minors":[0],"credit":65535}', "invalid");
  invalid("hello", "minor-string", "a minor version as a string", ["JSN-024@1"], "minimal", '{"minors":["0"],"credit":65536}', "malformed");
  valid("hello", "full", "a hello with every member", ["SES-008@1"], '{"minors":[0,300],"runtime":"r/1","limits":{"max_record":4194304},"credit":1048576,"features":["log","later"],"orphan_budget_ms":0}');
  invalid("hello", "limits-low", "a hello with a limit below its floor", ["SES-008@1"], "full", '{"minors":[0],"credit":65536,"limits":{"max_record":1048575}}', "invalid");
  invalid("hello", "feature-null", "a feature that is null", ["JSN-028@1"], "full", '{"minors":[0],"credit":65536,"features":[null]}', "malformed");
  valid("ready", "minimal", "the least a function says", ["SES-010@1"], '{"max_concurrency":1,"credit":65536}', { minor: 0, max_concurrency: 1, credit: 65536 });
  invalid("ready", "no-concurrency", "a ready with concurrency 0", ["SES-010@1"], "minimal", '{"max_concurrency":0,"credit":65536}', "invalid");
  valid("ready", "full", "a ready with every member", ["SES-010@1"], '{"minor":1,"name":"f","version":"2","max_concurrency":64,"limits":{"max_record":1048576},"credit":1048576,"features":["batch"]}');
  invalid("ready", "minor-negative", "a minor version below 0", ["JSN-024@1"], "full", '{"minor":-1,"max_concurrency":64,"credit":1048576}', "malformed");
  valid("cancel", "empty", "a cancel that gives no reason", ["MOD-057@1"], "{}");
  invalid("cancel", "reason-number", "a reason as a number", ["JSN-024@1"], "empty", '{"reason":1}', "malformed");
  for (const reason of ["deadline", "client_gone", "host_drain", "superseded"]) {
    const name = `reason-${reason.replaceAll("_", "-")}`;
    valid("cancel", name, `reason ${reason}`, ["MOD-057@1"], `{"reason":"${reason}"}`);
    invalid("cancel", `${name}-twice`, `reason ${reason} twice`, ["JSN-011@1"], name, `{"reason":"${reason}","reason":"${reason}"}`, "duplicate");
  }
  valid("credit", "one", "the least credit", ["SES-044@1"], '{"bytes":1}');
  invalid("credit", "zero", "no credit", ["SES-044@1"], "one", '{"bytes":0}', "invalid");
  valid("drain", "budget-zero", "a drain with no time at all", ["MOD-057@1"], '{"budget_ms":0}');
  invalid("drain", "budget-string", "a bound as a string", ["JSN-024@1"], "budget-zero", '{"budget_ms":"0"}', "malformed");
  for (const level of ["trace", "debug", "info", "warn", "error", "fatal"]) {
    valid("log", `level-${level}`, `a log line of level ${level}`, ["MOD-057@1"], `{"level":"${level}","message":"m","attributes":{"k":"v"}}`);
    invalid("log", `level-${level}-list`, `level ${level} in a list`, ["JSN-024@1"], `level-${level}`, `{"level":["${level}"],"message":"m"}`, "malformed");
  }
  valid("log", "empty", "a log line of which nothing is said", ["MOD-057@1"], "{}", { message: "" });
  invalid("log", "attribute-name", "a log line with a dot in the name of an attribute", ["MOD-039@1"], "empty", '{"message":"","attributes":{"a.b":"v"}}', "invalid");
  valid("unsupported", "kind", "a member that was not understood", ["MOD-057@1"], '{"kind":"pause"}');
  invalid("unsupported", "no-kind", "no member named", ["SES-102@2"], "kind", "{}", "invalid");
}
