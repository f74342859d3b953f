import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import t from "tap";
import { CaseStore } from "../src/case/case-store.ts";
import { commandOf } from "../src/mutants/mutant-list.ts";
import { readReport } from "../src/report/report.ts";
import { partsOf, reasonNotToRun } from "../src/run/applicability.ts";
import type { Result } from "../src/run/verdict.ts";
import { launcher } from "./launcher.ts";

async function judged(folder: string, selector: string, mutant: readonly string[] = []) {
  const report = join(folder, "results.ndjson");
  const options = ["--only", selector, "--seed", "73656c656374", "--out", report, "--"];
  const candidate = [...commandOf("everything"), ...mutant];
  const all = [launcher, "function", ...options, ...candidate];
  const { exitCode } = await execa(process.execPath, all, { reject: false });
  const [run, ...lines] = readFileSync(report, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Result & { readonly planned?: number });
  return { exitCode, run, results: lines.filter(({ type }) => type === "case") };
}

t.test("what was asked for is reported, nothing else, and never for want of a twin", async (t) => {
  const { exitCode, results, run } = await judged(t.testdir(), "FN-SES-000*");
  t.equal(exitCode, 0);
  t.equal(results.length, run?.planned, "every planned result");
  t.match(
    results,
    results.map(() => ({ id: /^FN-SES-000\d$/, verdict: "pass" })),
  );
  const elsewhere = results.filter(({ twin }) => !twin.id.startsWith("FN-SES-000"));
  t.ok(elsewhere.length > 0, "some have twins that were not asked for");
});

t.test("a twin that was not asked for decides all the same", async (t) => {
  const mutant = ["--mutant=cancelled-from-the-start"];
  const { exitCode, results } = await judged(t.testdir(), "FN-SES-0029", mutant);
  t.equal(exitCode, 5);
  const inconclusive = {
    id: "FN-SES-0029",
    verdict: "inconclusive",
    twin: { id: "FN-EVF-0027", verdict: "fail" },
  };
  t.match(results, [inconclusive, inconclusive]);
});

t.test("why a case does not apply is told in one way", async (t) => {
  const offered = {
    name: "everything",
    modes: ["session"],
    formats: ["json"],
    features: ["batch"],
  };
  const reasons = new Map(
    new CaseStore().all
      .filter(({ candidate }) => candidate === "function")
      .flatMap(partsOf)
      .map((part) => [reasonNotToRun(part, offered) ?? "", part.of.id]),
  );
  for (const [reason, id] of reasons)
    t.match(reason, /^(|the (mode|format) [a-z]+ is not offered|[a-z_]+ is (not )?declared)$/, id);
  for (const reason of [
    "the mode filter is not offered",
    "the format protobuf is not offered",
    "batch is declared",
    "log is not declared",
    "",
  ])
    t.ok(reasons.has(reason), reason);
});

t.test("what is left after selecting has to be something", async (t) => {
  const folder = t.testdir();
  const select = (...options: readonly string[]) =>
    execa(
      process.execPath,
      [launcher, "function", ...options, "--out", "none.ndjson", "--", ...commandOf("everything")],
      { reject: false, cwd: folder },
    );
  const { exitCode, stdout } = await select("--only", "FN-SES-0001", "--not", "rule:SES-025");
  t.equal(exitCode, 5);
  t.match(stdout, /nothing shown: nothing was executed/);
  // Every first step works with it, so the doctor would find nothing.
  const lacking = new CaseStore().all.find(
    ({ candidate, features }) =>
      candidate === "function" && features.some((one) => one.startsWith("without:")),
  );
  const other = await select("--only", lacking?.id ?? "none");
  t.match(other.stdout, /n\/a .*; next: stdfn-conformance report /s, lacking?.id ?? "none");
});

t.test("a format in which no session opens keeps nobody from the other", async (t) => {
  const report = join(t.testdir(), "results.ndjson");
  const program = fileURLToPath(new URL("../../test/zoo/knows-json.js", import.meta.url));
  const cases = ["FN-SES-0001", "FN-SES-0002", "FN-EVF-0003", "FN-MOD-0003", "FN-SES-0008"];
  const how = ["--jobs", "1", "--alone", "--seed", "666f726d", "--out", report];
  const all = [launcher, "function", "--only", ...cases, ...how, "--", process.execPath, program];
  await execa(process.execPath, all, { reject: false });
  const { results } = readReport(report);
  const json = results.filter(({ format }) => format === "json");
  t.equal(json.length, cases.length);
  t.match(
    json,
    json.map(() => ({ verdict: "pass" })),
  );
  const spared = /^no session opened in 3 cases in protobuf before, so this one was not tried$/;
  t.match(
    results.find(({ failure }) => spared.test(failure?.came[0] ?? "")),
    { format: "protobuf", verdict: "inconclusive" },
  );
});
