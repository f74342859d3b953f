import { hex } from "../byte-parts.mjs";
import { encode } from "../protoc.mjs";

const capital = (kind) => kind[0].toUpperCase() + kind.slice(1);

export function addControls(vectors) {
  const valid = (kind, name, title, requirements, text, meaning) =>
    vectors.valid(`${kind}-${name}`, title, requirements, { level: "record", kind, bytes: [typeof text === "string" ? encode(capital(kind), text) : text], meaning });
  const invalid = (kind, name, title, requirements, twin, text, fault) =>
    vectors.invalid(`${kind}-${name}`, title, requirements, `${kind}-${twin}`, { level: "record", kind, bytes: [typeof text === "string" ? encode(capital(kind), text) : text], fault });

  valid("hello", "minimal", "the least a host says", ["SES-008@1"], "minors: 0 credit: 65536", { minors: [0], credit: 65536 });
  invalid("hello", "no-minors", "a hello without minor versions", ["SES-008@1"], "minimal", "credit: 65536", "invalid");
  invalid("hello", "credit-low", "a hello with less credit than allowed", ["SES-008@1"], "minimal", "minors: 0 credit: 65535", "invalid");
  invalid("hello", "no-credit", "a hello without credit", ["SES-008@1"], "minimal", "minors: 0", "invalid");
  invalid("hello", "credit-twice", "a hello with two credits", ["PBF-016@1"], "minimal", hex("0a 01 00 20 80 80 04 20 80 80 04"), "duplicate");
  valid("hello", "full", "a hello with every member", ["SES-008@1", "PBF-024@1"], 'minors: 0 minors: 300 runtime: "r/1" limits { max_record: 4194304 } credit: 1048576 features: "log" features: "later" orphan_budget_ms: 0', {
    minors: [0, 300], runtime: "r/1", limits: { max_record: 4194304 }, credit: 1048576, features: ["log", "later"], orphan_budget_ms: 0,
  });
  invalid("hello", "limits-low", "a hello with a limit below its floor", ["SES-008@1"], "full", "minors: 0 credit: 65536 limits { max_record: 1048575 }", "invalid");
  invalid("hello", "limits-twice", "a hello with limits twice", ["PBF-016@1"], "full", hex("0a 01 00 20 80 80 04 1a 00 1a 00"), "duplicate");
  valid("hello", "not-packed", "minor versions that are not packed", ["PBF-024@1"], hex("08 00 08 01 20 80 80 04"), { minors: [0, 1], credit: 65536 });
  invalid("hello", "packed-cut", "packed minor versions of which the last is cut short", ["PBF-020@1"], "not-packed", hex("0a 02 00 80 20 80 80 04"), "malformed");
  invalid("hello", "minor-too-high", "a minor version that 32 bits do not hold", ["PBF-022@2"], "not-packed", hex("08 80 80 80 80 10 20 80 80 04"), "malformed");

  valid("ready", "minimal", "the least a function says", ["SES-010@1"], "max_concurrency: 1 credit: 65536", { minor: 0, max_concurrency: 1, credit: 65536 });
  invalid("ready", "no-concurrency", "a ready without concurrency", ["SES-010@1"], "minimal", "credit: 65536", "invalid");
  invalid("ready", "credit-low", "a ready with less credit than allowed", ["SES-010@1"], "minimal", "max_concurrency: 1 credit: 65535", "invalid");
  valid("ready", "full", "a ready with every member", ["SES-010@1"], 'minor: 1 name: "f" version: "2" max_concurrency: 64 limits { max_record: 1048576 } credit: 1048576 features: "batch"', {
    minor: 1, name: "f", version: "2", max_concurrency: 64, limits: { max_record: 1048576 }, credit: 1048576, features: ["batch"],
  });
  invalid("ready", "limits-low", "a ready with a limit below its floor", ["SES-010@1"], "full", "max_concurrency: 1 credit: 65536 limits { max_record: 1 }", "invalid");
  invalid("ready", "minor-twice", "a ready with two minor versions", ["PBF-016@1"], "full", hex("08 00 08 01 20 01 30 80 80 04"), "duplicate");

  valid("cancel", "empty", "a cancel that gives no reason", ["MOD-057@1"], hex(""), {});
  for (const [number, reason] of [[1, "deadline"], [2, "client_gone"], [3, "host_drain"], [4, "superseded"]]) {
    const name = `reason-${reason.replaceAll("_", "-")}`;
    valid("cancel", name, `reason ${reason}`, ["MOD-057@1"], `reason: CANCEL_REASON_${reason.toUpperCase()}`, { reason });
    invalid("cancel", `${name}-twice`, `reason ${reason} twice`, ["PBF-016@1"], name, hex(`08 0${number} 08 0${number}`), "duplicate");
  }
  invalid("cancel", "wire-type", "a reason as a string", ["PBF-019@1"], "empty", hex("0a 01 01"), "malformed");
  valid("cancel", "reason-later", "a reason of a later version is read as absent", ["MOD-052@1"], hex("08 63"), {});
  invalid("cancel", "reason-later-twice", "two of them", ["PBF-016@1"], "reason-later", hex("08 63 08 64"), "duplicate");

  valid("credit", "one", "the least credit", ["SES-044@1"], "bytes: 1", { bytes: 1 });
  invalid("credit", "zero", "no credit", ["SES-044@1"], "one", hex("08 00"), "invalid");
  invalid("credit", "absent", "a credit of which nothing is said", ["SES-044@1"], "one", hex(""), "invalid");
  valid("credit", "most", "the most credit", ["SES-044@1"], "bytes: 4294967295", { bytes: 4294967295 });
  invalid("credit", "too-high", "more credit than 32 bits hold", ["PBF-022@2"], "most", hex("08 80 80 80 80 10"), "malformed");

  valid("drain", "empty", "a drain without a bound", ["MOD-057@1"], hex(""), {});
  invalid("drain", "wire-type", "a bound as a string", ["PBF-019@1"], "empty", hex("0a 01 30"), "malformed");
  valid("drain", "budget-zero", "a drain with no time at all, which is not the same as no bound", ["MOD-057@1"], "budget_ms: 0", { budget_ms: 0 });
  invalid("drain", "budget-twice", "two bounds", ["PBF-016@1"], "budget-zero", hex("08 00 08 00"), "duplicate");

  valid("log", "empty", "a log line of which nothing is said", ["MOD-057@1"], hex(""), { message: "" });
  for (const [number, level] of ["trace", "debug", "info", "warn", "error", "fatal"].entries()) {
    valid("log", `level-${level}`, `a log line of level ${level}`, ["MOD-057@1"], `level: LEVEL_${level.toUpperCase()} message: "m" attributes { key: "k" value: "v" }`, { level, message: "m", attributes: { k: "v" } });
    invalid("log", `level-${level}-twice`, `level ${level} twice`, ["PBF-016@1"], `level-${level}`, hex(`08 0${number + 1} 08 0${number + 1} 12 01 6d`), "duplicate");
  }
  invalid("log", "attribute-name", "a log line with a dot in the name of an attribute", ["MOD-039@1"], "level-info", 'message: "m" attributes { key: "a.b" value: "v" }', "invalid");
  invalid("log", "not-utf8", "a log line that is not UTF-8", ["PBF-021@1"], "empty", hex("12 01 ff"), "malformed");
  valid("log", "level-later", "a level of a later version is read as absent", ["MOD-052@1"], hex("08 63 12 01 6d"), { message: "m" });
  invalid("log", "level-later-message-twice", "two messages", ["PBF-016@1"], "level-later", hex("08 63 12 01 6d 12 01 6e"), "duplicate");

  valid("unsupported", "kind", "a member that was not understood", ["MOD-057@1"], 'kind: "40"', { kind: "40" });
  invalid("unsupported", "no-kind", "no member named", ["SES-102@2"], "kind", hex(""), "invalid");
  invalid("unsupported", "kind-twice", "two members named", ["PBF-016@1"], "kind", hex("0a 01 31 0a 01 32"), "duplicate");
}
