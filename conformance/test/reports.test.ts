import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t, { type Test } from "tap";
import { Parser } from "tap-parser";
import { pruneBaseline, writeBaseline } from "../src/commands/keep-baseline.ts";
import { annotatedProtobuf } from "../src/report/annotated-protobuf.ts";
import { badgeOf } from "../src/report/badge.ts";
import { htmlOf } from "../src/report/html.ts";
import { junitOf } from "../src/report/junit.ts";
import { markdownOf } from "../src/report/markdown.ts";
import {
  candidateName,
  countsOf,
  type EndLine,
  exitOf,
  namesDigestOf,
  type Report,
  readReport,
} from "../src/report/report.ts";
import { openingText, summaryText } from "../src/report/summary-text.ts";
import { tapOf } from "../src/report/tap.ts";
import { requirement } from "../src/requirements.ts";
import { shuffled } from "../src/run/shuffle.ts";
import { isVoid, type Result, type Verdict, verdicts } from "../src/run/verdict.ts";
import { launcher } from "./launcher.ts";

const folder = fileURLToPath(new URL("../../test/reports/", import.meta.url));
const pathOf = (name: string): string => `${folder}${name}`;
const everyVerdict = readReport(pathOf("every-verdict.ndjson"));
const conforms = readReport(pathOf("conforms.ndjson"));
const golden = (form: string): string => readFileSync(pathOf(`golden.${form}`), "utf8");

t.test("every form is what people have looked at", async (t) => {
  const forms: readonly (readonly [form: string, text: string])[] = [
    ["text", `${openingText(everyVerdict.run)}\n${summaryText(everyVerdict)}`],
    ["tap", tapOf(everyVerdict)],
    ["junit", junitOf(everyVerdict)],
    ["md", markdownOf([everyVerdict])],
    ["json", `${JSON.stringify(everyVerdict, null, 2)}\n`],
    ["badge", badgeOf(everyVerdict)],
    ["html", htmlOf([everyVerdict, conforms])],
  ];
  for (const [form, text] of forms)
    t.equal(
      text,
      golden(form),
      `${form}; if it is meant: node conformance/scripts/golden-reports.mjs`,
    );
});

t.test("the fixed report is one that a run would write", async (t) => {
  for (const { results, end } of [everyVerdict, conforms]) {
    t.strictSame(end?.counts, countsOf(results));
    t.equal(end?.digest, namesDigestOf(results));
    t.equal(end?.exit, exitOf(results, true, end?.stale));
  }
  t.ok(
    verdicts.every((verdict) => (everyVerdict.end?.counts[verdict] ?? 0) > 0),
    "every verdict is in it",
  );
});

t.test("TAP is read back with the same counts", async (t) => {
  const counts = countsOf(everyVerdict.results);
  const parser = new Parser({ strict: true });
  parser.end(tapOf(everyVerdict));
  const { results } = parser;
  t.equal(results?.count, everyVerdict.results.length);
  t.equal(results?.skip, counts.not_applicable);
  t.equal(results?.todo, counts.warn + 1 + 2, "warnings, one that is known and two that are void");
  t.equal(
    results?.bailout,
    "the kit itself has failed; the baseline is stale, 1 of its failures was not met",
  );
  const read = points(tapOf(everyVerdict));
  t.strictSame(
    read,
    everyVerdict.results.map(({ id, verdict }) => [id, verdict]),
  );
  const interrupted = new Parser();
  interrupted.end(tapOf(readReport(pathOf("interrupted.ndjson"))));
  t.equal(interrupted.results?.ok, false, "fewer points than planned are a failure");
  t.equal(interrupted.results?.plan.end, 8);
  t.equal(interrupted.results?.count, 2);
});

/** Case and verdict of each test point. */
function points(tap: string): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  const parser = new Parser();
  parser.on("assert", ({ name, ok, skip, diag }) => {
    const id = /(FN|RT)-[A-Z]{3}-\d{4}/.exec(name)?.[0] ?? "";
    found.push([id, skip ? "not_applicable" : ok ? "pass" : diag?.verdict]);
  });
  parser.end(tap);
  return found;
}

t.test(
  "JUnit is well-formed, with the same counts",
  { skip: missingTool("python3") },
  async (t) => {
    const program = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
cases = list(root.iter("testcase"))
print(json.dumps({
  "stated": {name: int(root.get(name)) for name in ("tests", "failures", "errors", "skipped")},
  "suites": [sum(int(suite.get(name)) for suite in root) for name in ("tests", "failures", "errors", "skipped")],
  "counted": {name: len(list(root.iter(element))) for name, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))},
  "verdicts": [value.get("value") for value in root.iter("property") if value.get("name") == "verdict"],
  "names": [case.get("name") for case in cases],
}))`;
    const { stdout } = await execa("python3", ["-c", program], { input: junitOf(everyVerdict) });
    const { stated, suites, counted, verdicts: read, names } = JSON.parse(stdout);
    const counts = countsOf(everyVerdict.results);
    const stale = 1;
    t.strictSame(stated, {
      tests: everyVerdict.results.length + stale,
      failures: counts.fail - 2,
      errors: counts.inconclusive - 1 + counts.kit_error + stale,
      skipped: counts.not_applicable + counts.warn + 3,
    });
    t.strictSame(suites, Object.values(stated));
    t.strictSame({ tests: names.length, ...counted }, stated);
    t.strictSame(tally(read), counts);
    t.ok(
      names.some((name: string) => name.includes("</title><script>")),
      "texts come through",
    );
  },
);

function tally(read: readonly string[]): Readonly<Record<string, number>> {
  return countsOf(read.map((verdict) => ({ verdict: verdict as Verdict })));
}

t.test("JSON, Markdown and HTML have the same counts", async (t) => {
  const counts = countsOf(everyVerdict.results);
  t.strictSame(JSON.parse(golden("json")).end.counts, counts);
  const rows = [...golden("md").matchAll(/^\| ([a-z ]+) \| (\d+) \|$/gm)];
  t.strictSame(
    Object.fromEntries(rows.map(([, name = "", count]) => [name.replace(" ", "_"), Number(count)])),
    counts,
  );
  checkPage(t, htmlOf([everyVerdict]), [everyVerdict]);
  checkPage(t, golden("html"), [everyVerdict, conforms]);
  checkPage(t, htmlOf(Array(28).fill(everyVerdict)), Array(28).fill(everyVerdict));
});

/** Counts everywhere on a page what the reports have. */
function checkPage(t: Test, page: string, reports: readonly Report[]): void {
  const cards = page.split('<section class="card').slice(1);
  const chapters = page.split('<details class="chapter').slice(1);
  t.equal(cards.length, reports.length);
  for (const [index, { results }] of reports.entries()) {
    const numbers = cards[index]?.matchAll(/data-count="(\w+)"><b>(\d+)<\/b>/g) ?? [];
    t.strictSame(
      Object.fromEntries([...numbers].map(([, verdict = "", count]) => [verdict, Number(count)])),
      countsOf(results),
      "the summary",
    );
    const cells = [...page.matchAll(/data-verdicts="([^"]*)"/g)].map(
      ([, all = ""]) => all.split(" ")[index] ?? "",
    );
    t.strictSame(tally(cells.filter((cell) => cell !== "none")), countsOf(results), "the rows");
    for (const chapter of chapters) {
      const [, name] = /data-chapter="([^"]*)"/.exec(chapter) ?? [];
      const own = results.filter((one) => requirement(one.requirement.id)?.chapter === name);
      const [, text = ""] = /<span class="tally">(.*?)<span class="shown">/s.exec(chapter) ?? [];
      const parts = reports.length > 1 ? text.split('<span class="of">').slice(1) : [text];
      const stated = [...(parts[index]?.matchAll(/>(\d+) ([a-z ]+)</g) ?? [])];
      t.strictSame(
        {
          ...countsOf([]),
          ...Object.fromEntries(
            stated.map(([, count, verdict = ""]) => [verdict.replace(" ", "_"), Number(count)]),
          ),
        },
        countsOf(own),
        `the chapter ${name}`,
      );
    }
  }
}

t.test("runs of one candidate are told apart by their letters", async (t) => {
  const [pass] = conforms.results;
  if (pass === undefined) throw new Error("there is a pass");
  const twice = [conforms, { ...conforms, results: [{ ...pass, verdict: "warn" as const }] }];
  const page = htmlOf(twice);
  const name = candidateName(conforms.run);
  t.match(page, `<b class="letter">A</b> ${name}`);
  t.match(page, `<b class="letter">B</b> ${name}`);
  t.match(page, `<summary>B, ${name}: warn</summary>`);
  t.match(page, /<th scope="col" title="[^"]*">A<\/th><th scope="col" title="[^"]*">B<\/th>/);
  const text = markdownOf(twice);
  t.match(text, `# A: ${name}: conforms`);
  t.match(text, `## B: warn: ${pass.id}`);
  t.match(
    text,
    `## Cases in which they differ: ${conforms.results.length} of ${conforms.results.length}`,
  );
  t.match(text, new RegExp(`^\\| ${pass.id} .* \\| pass \\| warn \\|$`, "m"));
  t.notMatch(text.split("# A:")[0], /fail \|$/m);
});

t.test("a page says why passed cases have no wire log", async (t) => {
  const traced = conforms.results.map((result) => ({ ...result, transcript: [] }));
  t.match(htmlOf([conforms]), /A case that passed has it too where the run was made with/);
  t.notMatch(htmlOf([{ ...conforms, results: traced }]), /<code>--trace/);
});

t.test(
  "a page needs nothing from elsewhere, and runs nothing that a candidate wrote",
  async (t) => {
    const page = golden("html");
    t.notMatch(page, /src="|<link|href="(?!#|https:\/\/stdfn\.dev\/spec\/)/, "no resource");
    t.equal(page.match(/<script/g)?.length, 1, "one script, the page's own");
    t.match(page, /&lt;script&gt;alert/);
    t.match(page, /default-src 'none'/);
  },
);

t.test("a badge states what is claimed and whether it holds", async (t) => {
  const { run, results: kept } = conforms;
  const [fail] = everyVerdict.results.filter(
    ({ known, verdict }) => verdict === "fail" && known === undefined,
  );
  const [disputed] = everyVerdict.results.filter((result) => isVoid(result));
  if (fail === undefined || disputed === undefined) throw new Error("there are failures");
  const badge = (change: object): string => JSON.parse(badgeOf({ ...conforms, ...change })).message;
  t.equal(badge({}), "conforms");
  t.equal(badge({ results: [fail] }), "does not conform");
  t.equal(badge({ results: [{ ...fail, known: { reason: "so" } }] }), "does not conform");
  t.equal(badge({ results: [...kept, disputed] }), "conforms");
  t.equal(badge({ results: [...kept, { ...disputed, known: { reason: "so" } }] }), "conforms");
  t.equal(badge({ results: [...kept, fail, disputed] }), "does not conform");
  t.equal(badge({ results: [disputed] }), "not shown");
  t.equal(badge({ run: { ...run, partial: true } }), "not shown");
  t.equal(badge({ end: undefined }), "not shown, run not complete");
  t.equal(badge({ results: [] }), "not shown");
  const digest = `sha256:${"0".repeat(64)}`;
  const profile = { name: "function-pipe", digest };
  t.match(badgeOf({ ...conforms, run: { ...run, profile } }), /"label":"stdfn 1.0 function-pipe"/);
  t.match(openingText({ ...run, profile }), /as a function by the profile function-pipe, spec/);
});

t.test("a whole green run says what it has left to a codec", async (t) => {
  const { run, end, results } = conforms;
  const candidate = (modes: readonly string[]) => ({
    ...run,
    candidate: { ...run.candidate, modes },
  });
  const failed = everyVerdict.results.find(({ verdict }) => verdict === "fail") as Result;
  const note =
    /\n {2}besides {2}how bodies are read .* stdfn-conformance codec\n {2}verdict {2}conforms: /;
  for (const [changes, isSaid] of [
    [{}, true],
    [{ run: { ...run, suite: "runtime" } }, true],
    [{ run: candidate(["filter", "pipe"]) }, true],
    [{ run: candidate(["filter"]) }, false],
    [{ run: { ...run, suite: "codec" } }, false],
    [{ run: { ...run, partial: true } }, false],
    [{ end: undefined }, false],
    [{ end: { ...(end as EndLine), complete: false } }, false],
    [{ results: [...results, failed] }, false],
    [{ results: [...results, { ...failed, known: { reason: "so" } }] }, false],
  ] as const) {
    const text = summaryText({ ...conforms, ...(changes as Partial<Report>) });
    if (isSaid) t.match(text, note, JSON.stringify(changes));
    else t.notMatch(text, "besides", JSON.stringify(changes).slice(0, 80));
  }
});

t.test("every form says that a run was cut short", async (t) => {
  const broken = readReport(pathOf("interrupted.ndjson"));
  const [kept, failed] = broken.results as [Result, Result];
  const end = { ...(conforms.end as EndLine), complete: false, exit: 130 };
  const note = "the run is not complete, 2 of 8 results";
  const breaks = `${note}, and the report breaks off`;
  for (const [name, report, verdict, said, badge] of [
    ["a failure", { ...broken, end }, `does not conform; ${note}`, note, "does not conform"],
    ["no end", broken, `does not conform; ${breaks}`, breaks, "does not conform"],
    [
      "no failure",
      { ...broken, results: [kept], end },
      `interrupted: ${note.replace("2", "1")}`,
      note.replace("2", "1"),
      "not shown",
    ],
    [
      "a known failure",
      { ...broken, results: [kept, { ...failed, known: { reason: "so" } }], end },
      `interrupted: ${note}`,
      note,
      "not shown",
    ],
  ] as const satisfies readonly (readonly [string, Report, string, string, string])[]) {
    t.match(summaryText(report), `  verdict  ${verdict}\n`, name);
    t.match(tapOf(report), `\nBail out! ${said}\n`, name);
    t.match(junitOf(report), `<error type="incomplete" message="${said}"/>`, name);
    t.match(markdownOf([report]), `: ${verdict}\n`, name);
    t.match(markdownOf([report, conforms]), `| ${verdict} |`, name);
    t.match(htmlOf([report]), ` ${verdict}</p>`, name);
    t.match(htmlOf([conforms, report]), ` ${verdict}</p>`, name);
    t.equal(JSON.parse(badgeOf(report)).message, `${badge}, run not complete`, name);
  }
  for (const text of [summaryText, tapOf, junitOf, badgeOf])
    for (const whole of [everyVerdict, conforms]) t.notMatch(text(whole), "not complete");
  const junit = junitOf({ ...broken, results: [kept], end });
  t.match(junit, /<testsuites .* tests="2" failures="0" errors="1" skipped="0">/);
  t.match(junit, /<testsuite name="run" tests="1" failures="0" errors="1" skipped="0">/);
});

t.test("TAP and JUnit are green exactly where the exit status is", async (t) => {
  const { run, results, end } = conforms;
  if (end === undefined) throw new Error("there is an end");
  const some = everyVerdict.results;
  const pick = (wanted: Verdict): Result => {
    const found = some.find((one) => one.verdict === wanted && !isVoid(one) && !one.known);
    if (found === undefined) throw new Error(`there is a result ${wanted}`);
    return found;
  };
  const disputed = some.filter(isVoid);
  const na = pick("not_applicable");
  const stale = [{ case: "FN-SES-0001", came: "pass" }];
  for (const [name, report, status, said] of [
    ["conforms", conforms, 0, undefined],
    ["a failure", { run, results: [...results, pick("fail")], end }, 1, undefined],
    ["a warning", { run, results: [...results, pick("warn")], end }, 0, undefined],
    ["inconclusive", { run, results: [pick("inconclusive")], end }, 5, undefined],
    ["a defect", { run, results: [pick("kit_error")], end }, 3, undefined],
    ["challenged", { run, results: [...results, ...disputed], end }, 0, undefined],
    [
      "nothing but challenged cases",
      { run, results: disputed, end },
      5,
      ["nothing", "nothing was executed but challenged cases"],
    ],
    ["nothing applied", { run, results: [na], end }, 5, ["nothing", "nothing was executed"]],
    [
      "a stale baseline",
      { run, results, end: { ...end, stale } },
      4,
      ["stale", "the baseline is stale, 1 of its failures was not met"],
    ],
    ["cut short", { run, results, end: undefined }, 5, ["incomplete", "the run is not complete"]],
  ] as const satisfies readonly (readonly [string, Report, number, unknown])[]) {
    const whole = { ...report, run: { ...run, planned: report.results.length } };
    t.equal(exitOf(whole.results, whole.end?.complete ?? false, whole.end?.stale), status, name);
    const tap = tapOf(whole);
    const parser = new Parser();
    parser.end(tap);
    t.equal(parser.ok, status === 0, `${name} as TAP`);
    const junit = junitOf(whole);
    const sums = /<testsuites .* failures="0" errors="0" /.test(junit);
    t.equal(sums, status === 0, `${name} as JUnit`);
    t.equal(/<(error|failure) /.test(junit), status !== 0, `${name} as JUnit`);
    if (said === undefined) continue;
    const [type, reason] = said;
    t.match(tap, `Bail out! ${reason}`, name);
    t.match(junit, `<error type="${type}" message="${reason}`, name);
  }
});

t.test("what other failures follow from comes first, whatever the order of the run", async (t) => {
  const [pattern] = everyVerdict.results.filter(({ verdict }) => verdict === "fail");
  if (pattern === undefined) throw new Error("there is a failure");
  const { known: _known, challenged: _challenged, ...plain } = pattern;
  const result = (id: string, rule: string, twin: string, came: Verdict, more: object = {}) => ({
    ...{ ...plain, id, format: "json" as const, requirement: { id: rule, revision: 1 } },
    twin: { id: twin, verdict: came },
    ...more,
  });
  const expected = [
    result("FN-SES-0030", "SES-030", "FN-SES-0031", "fail"),
    result("FN-PIP-0010", "PIP-010", "FN-PIP-0011", "pass", { format: "protobuf" }),
    result("FN-JSN-0002", "JSN-002", "FN-PIP-0001", "pass"),
    result("FN-PIP-0009", "PIP-009", "FN-PIP-0011", "pass"),
    result("FN-PIP-0010", "PIP-010", "FN-PIP-0011", "pass"),
    result("FN-SES-0009", "SES-009", "FN-SES-0009", "fail"),
    result("FN-JSN-0003", "JSN-003", "FN-SES-0030", "fail"),
    result("FN-SES-0008", "SES-008", "FN-SES-0030", "fail"),
    result("FN-MOD-0001", "MOD-001", "FN-PIP-0010", "fail", {
      ...{ verdict: "inconclusive", format: "protobuf" },
    }),
  ];
  const headlines = (results: readonly Result[]): readonly string[] =>
    [...summaryText({ ...conforms, results }).matchAll(/^(?:FAIL|INCONCLUSIVE) (\S+ \S+) /gm)].map(
      ([, name = ""]) => name,
    );
  const sections = (results: readonly Result[]): readonly string[] =>
    [...markdownOf([{ ...conforms, results }]).matchAll(/^## \S+: (\S+ \S+) /gm)].map(
      ([, name = ""]) => name,
    );
  const names = expected.map(({ id, format }) => `${id} ${format}`);
  const [ses, pip, jsn] = names;
  for (const order of [
    expected,
    [...expected].reverse(),
    shuffled(expected, "5e1f", ({ id }) => id),
  ]) {
    t.strictSame(sections(order), names);
    t.strictSame(headlines(order), names);
    const full = summaryText({ ...conforms, results: order }).split(/^ {2}repro .*--format \S+/m);
    t.equal(full.length, 4);
    for (const [index, name] of [ses, pip, jsn].entries()) t.match(full[index], `FAIL ${name} `);
  }
  const [first, second] = [
    result("FN-SES-0001", "SES-001", "FN-PIP-0001", "pass", { format: "protobuf" }),
    result("FN-SES-0001", "SES-001", "FN-PIP-0001", "pass"),
  ];
  const others = ["2", "3"].map((end) =>
    result(`FN-SES-000${end}`, "SES-001", "FN-PIP-0001", "pass"),
  );
  const text = summaryText({ ...conforms, results: [first, second, ...others] as Result[] });
  const full = [...text.matchAll(/^FAIL (\S+ \S+) .*\n {2}rule/gm)].map(([, name]) => name);
  t.strictSame(full, ["FN-SES-0001 json", "FN-SES-0002 json", "FN-SES-0003 json"]);
});

t.test("a report that is not whole makes no baseline, and what it lacks is said", async (t) => {
  const lines = readFileSync(pathOf("conforms.ndjson"), "utf8").trimEnd().split("\n");
  const [run = "", ...rest] = lines;
  const partial = run.replace('"partial":false', '"partial":true');
  const folder = t.testdir({
    "partial.ndjson": `${[partial, ...rest].join("\n")}\n`,
    "both.ndjson": `${[partial, ...rest.slice(0, -1)].join("\n")}\n`,
  });
  const out = `${folder}/known.json`;
  for (const [path, said] of [
    [pathOf("interrupted.ndjson"), /: the run is not complete, 2 of 8 .*; run again to its end$/],
    [`${folder}/partial.ndjson`, /: cases were left out; run again without --only and --not$/],
    [`${folder}/both.ndjson`, /breaks off, and cases .*; run again without .* and to its end$/],
  ] as const)
    t.throws(() => writeBaseline(path, "so", out), { name: "KitError", status: 2, message: said });
  writeBaseline(pathOf("conforms.ndjson"), "so", out);
  t.throws(() => pruneBaseline(out, pathOf("interrupted.ndjson")), { message: /to its end$/ });
});

t.test("what somebody wrote into a baseline is kept when it is written again", async (t) => {
  const folder = t.testdir({
    "runtime.json": '{"baseline":"1","specification":"1.0","suite":"runtime","failures":[]}',
    "other.json": '{"name":"my-function"}',
    "empty.json": "",
  });
  const out = `${folder}/known.json`;
  const said = (reason: string, path = out): string => {
    const written = t.capture(process.stdout, "write");
    try {
      writeBaseline(pathOf("every-verdict.ndjson"), reason, path);
    } finally {
      written.restore();
    }
    return written()
      .map(({ args }) => args[0])
      .join("");
  };
  t.match(said("so"), /known\.json: 5 known failures\n$/);
  const { failures, ...head } = JSON.parse(readFileSync(out, "utf8"));
  const [first, second, third, ...others] = failures;
  const edited = { ...first, reason: "batch is not built yet", issue: "#12" };
  const changed = { ...third, signature: "another", reason: "it was another failure" };
  const gone = { ...first, case: "FN-SES-9999" };
  const file = { ...head, specification: "0.9", failures: [gone, changed, second, edited] };
  writeFileSync(out, JSON.stringify(file));
  t.match(said("new"), /known\.json: 5 known failures, 2 with the reason they had, 2 taken out\n$/);
  const renewed = [third, ...others].map((one) => ({ ...one, reason: "new" }));
  t.strictSame(JSON.parse(readFileSync(out, "utf8")), {
    ...head,
    failures: [edited, second, ...renewed],
  });
  t.match(said("so", `${folder}/empty.json`), /empty\.json: 5 known failures\n$/);
  for (const [name, message] of [
    [
      "runtime.json",
      /runtime\.json is a baseline of the suite runtime, .* of function; name another/,
    ],
    ["other.json", /other\.json is no baseline:/],
  ] as const) {
    const before = readFileSync(`${folder}/${name}`, "utf8");
    t.throws(() => said("so", `${folder}/${name}`), { status: 2, message });
    t.equal(readFileSync(`${folder}/${name}`, "utf8"), before, `${name} is left as it was`);
  }
});

t.test("a run that shows nothing says why", async (t) => {
  const [open] = everyVerdict.results.filter(({ verdict }) => verdict === "inconclusive");
  const [void_] = everyVerdict.results.filter((result) => isVoid(result));
  const [defect] = everyVerdict.results.filter(({ verdict }) => verdict === "kit_error");
  if (open === undefined || void_ === undefined || defect === undefined)
    throw new Error("there are such results");
  const { results } = conforms;
  const limit = { ...defect, reason: "too many files are open; raise the limit" };
  for (const [own, why] of [
    [[...results, open], "not shown to conform: 1 result is inconclusive"],
    [[...results, open, open], "not shown to conform: 2 results are inconclusive"],
    [[], "nothing shown: nothing was executed"],
    [[void_], "nothing shown: nothing was executed but challenged cases"],
    [[limit, defect], "the kit itself has failed: please report it, with the report file"],
    [
      [open, limit],
      "the kit could not do its work, and this says nothing of the candidate: too many files are open; raise the limit",
    ],
  ] as const)
    t.match(summaryText({ ...conforms, results: own }), `  verdict  ${why}\n`);
});

t.test("every form marks the results of challenged cases, and no others", async (t) => {
  const disputed = everyVerdict.results.filter(({ challenged }) => challenged !== undefined);
  const names = disputed.map(({ id, format }) => `${id} ${format}`).sort();
  t.equal(names.length, 3, "one that failed, one that passed, and one whose twin was found wrong");
  const marked = (text: string, each: RegExp): readonly string[] =>
    [...text.matchAll(each)].map(([, id, format]) => `${id} ${format}`).sort();
  const tap = tapOf(everyVerdict).split(/^(?=not ok|ok)/m);
  const points = tap.filter((text) => /^ {2}challenged: /m.test(text)).join("");
  t.strictSame(marked(points, /^(?:not )?ok \d+ - (\S+) (\S+)/gm), names, "TAP");
  const cases = junitOf(everyVerdict).split("<testcase").slice(1);
  const junit = cases.filter((text) => text.includes('<property name="challenged"')).join("");
  t.strictSame(marked(junit, / name="(\S+) (\S+) .*" time/g), names, "JUnit");
  const page = htmlOf([everyVerdict]);
  const rows = page.match(/<tr id="[^"]*" data-verdicts.*?<small>challenged<\/small>/g) ?? [];
  const anchored = rows.filter((row) => !row.includes("</tr>")).join("");
  t.strictSame(marked(anchored, /<tr id="([^".]*)\.([^"]*)"/g), names, "HTML");
  const failed = names.filter((name) => name !== "FN-SES-0002 protobuf");
  const sections = /^## challenged \w+: (\S+) (\S+)/gm;
  t.strictSame(marked(markdownOf([everyVerdict]), sections), failed, "Markdown");
  const lines = /^void: [A-Z]+ (\S+) (\S+)/gm;
  t.strictSame(marked(summaryText(everyVerdict), lines), failed, "text");
  for (const text of [summaryText(everyVerdict), page, markdownOf([everyVerdict])])
    for (const said of [
      /FN-SES-0002, challenged: the text can/,
      /FN-PIP-0003, found wrong: it asks/,
    ])
      t.match(text, said);
  const [kept] = conforms.results;
  const apart = { ...conforms, results: [kept, ...disputed] as Report["results"] };
  t.match(
    summaryText(apart),
    /verdict {2}conforms, apart from results of challenged cases, which count for nothing: 2\n/,
  );
  t.match(markdownOf([apart, conforms]), /\| fail, challenged \| not run \|/);
});

t.test("what a run comes to decides its exit status", async (t) => {
  const result = (verdict: Verdict, known = false) => ({
    verdict,
    ...(known ? { known: { reason: "so" } } : {}),
  });
  const challenged = {
    case: "FN-SES-0001",
    status: "open" as const,
    reason: "so",
    issue: "#1",
  };
  const disputed = (verdict: Verdict) => ({ verdict, challenged });
  const stale = [{ case: "FN-SES-0001", came: "pass" }];
  for (const [results, complete, left, status] of [
    [[result("pass")], true, [], 0],
    [[result("pass"), result("warn"), result("not_applicable")], true, [], 0],
    [[result("pass"), result("fail")], true, [], 1],
    [[result("pass"), result("fail", true)], true, [], 0],
    [[result("pass"), result("inconclusive", true)], true, [], 0],
    [[result("pass"), result("inconclusive")], true, [], 5],
    [[result("pass"), result("fail", true)], true, stale, 4],
    [[result("fail")], true, stale, 1],
    [[result("pass"), result("fail"), result("kit_error")], true, stale, 3],
    [[result("pass"), disputed("fail"), disputed("inconclusive")], true, [], 0],
    [[result("pass"), disputed("kit_error")], true, [], 0],
    [[result("pass"), disputed("fail"), result("fail")], true, [], 1],
    [[disputed("pass")], true, [], 0],
    [[disputed("fail")], true, [], 5],
    [[result("pass"), disputed("fail")], false, [], 5],
    [[result("pass")], false, [], 5],
    [[result("not_applicable")], true, [], 5],
    [[], true, [], 5],
  ] as const)
    t.equal(exitOf(results, complete, left), status, JSON.stringify([results, complete, left]));
});

t.test("a file that is no report is refused with what is wrong with it", async (t) => {
  const lines = readFileSync(pathOf("conforms.ndjson"), "utf8").split("\n");
  const [run = "", first = ""] = lines;
  const whole = lines.join("\n");
  const last = lines.at(-2);
  const behind = /report\.ndjson:5 stands behind the line that ends the report; nothing may/;
  const file = `${t.testdir()}/report.ndjson`;
  for (const [text, message] of [
    ["", /no report: its first line/],
    [`${first}\n`, /no report: its first line/],
    ["{}}\n", /report\.ndjson:1 is no JSON/],
    [
      `${run.replace('"report":"1"', '"report":"2"')}\n`,
      /:1 is of report version "2"; this kit .* reads version "1".*newer/,
    ],
    [
      `${run}\n${first.replace('"verdict":"pass"', '"verdict":"passed"')}\n`,
      /:2 is no line of a report/,
    ],
    [`${run.replace('"seed"', '"sead"')}\n`, /:1 is no line of a report/],
    [`${run}\n${first}\n${run}\n`, /:3 is a second line that says what was run; a report has one/],
    [`${whole}${run}\n`, /:5 is a second line that says what was run/],
    [`${whole}${last}\n`, behind],
    [`${whole}${first}\n`, behind],
    [`${whole}${first.slice(0, 20)}`, behind],
  ] as const) {
    writeFileSync(file, text);
    t.throws(() => readReport(file), { name: "KitError", status: 2, message });
  }
  t.throws(() => readReport(`${file}.none`), { status: 2, message: /cannot read the report/ });
  const { run: kept, results, end } = readReport(pathOf("interrupted.ndjson"));
  t.strictSame([kept.planned, results.length, end], [8, 2, undefined], "an interrupted run is one");
  const cli = await execa(process.execPath, [launcher, "report", file, file, "--to", "tap"], {
    reject: false,
  });
  t.equal(cli.exitCode, 2);
});

t.test("bytes of a protobuf stream are told field by field", async (t) => {
  for (const [hex, rows] of [
    ["0a08535444464e2f310a", [/preface, 8 bytes: "STDFN\/1\\n"$/]],
    [
      "1a100a036162",
      [
        /event, 16 bytes, of which 4 are here$/,
        /^00000002 .* {2}id, 3 bytes, of which 2 are here: "ab"$/,
      ],
    ],
    [
      "7a04080162003a",
      [/frame, 4 bytes$/, /id = 1$/, /drain, 0 bytes$/, /end of wire type 2, which ends nowhere$/],
    ],
    [
      "7a0408015a0208ff",
      [
        /frame/,
        /id = 1/,
        /credit, 2 bytes, of which 0 are here$/,
        /preface of wire type 0, which ends nowhere$/,
      ],
    ],
    ["82010268 69", [/unknown field 16, 2 bytes$/]],
    ["12046a02 0a00", [/context, 4 bytes/, /extensions, 2 bytes/, /key, 0 bytes: ""/]],
    ["00", [/no field begins here$/]],
    ["0d01020304", [/preface$/]],
    ["0b", [/preface of wire type 3, which ends nowhere$/]],
  ] as const) {
    const told = annotatedProtobuf(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    t.match(told, rows, `${hex}\n${told.join("\n")}`);
  }
  const cut = annotatedProtobuf(Buffer.from("2a8080040a", "hex"), 65_540);
  t.match(cut, [/chunk, 65536 bytes$/], "what was cut away is not called missing");
});
