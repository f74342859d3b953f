import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import t from "tap";
import { CaseStore } from "../src/case/case-store.ts";
import { checkLines } from "../src/claim/check-lines.ts";
import { expectedResults, lacking } from "../src/claim/expected.ts";
import { codecCases } from "../src/codec/codec-case.ts";
import { verification } from "../src/commands/verify-claim.ts";
import { sha256 } from "../src/digest.ts";
import { KitError } from "../src/kit-error.ts";
import { commandOf } from "../src/mutants/mutant-list.ts";
import { makeProfiles } from "../src/profile/make-profiles.ts";
import { profileDigest, profileNames, readProfile } from "../src/profile/profile.ts";
import { countsOf, exitOf, namesDigestOf, type RunLine, readReport } from "../src/report/report.ts";
import type { Failure } from "../src/run/judgement.ts";
import { isVoid, type Result, twinReason } from "../src/run/verdict.ts";
import { VectorStore } from "../src/vector-store.ts";
import { launcher } from "./launcher.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const candidate = join(root, "conformance/candidates/typescript-codec/candidate.json");

function run(...args: readonly string[]) {
  return execa(process.execPath, [launcher, ...args], { reject: false });
}

t.test("every profile is there, and a frozen one is as it was scored", async (t) => {
  const made = makeProfiles();
  t.strictSame(profileNames(), [...made.keys()].sort());
  for (const [name, profile] of made) {
    const read = readProfile(name);
    const now = new Map(profile.scored.map((one) => [one.case, one]));
    const changed = read.scored.filter((one) => now.get(one.case)?.sha256 !== one.sha256);
    if (read.status === "frozen") t.strictSame(changed, [], name);
    t.equal(profileDigest(read), read.digest);
    t.ok(read.scored.length > 10, `${name}: ${read.scored.length} cases`);
  }
  t.throws(() => readProfile("function-pip"), /did you mean "function-pipe"/);
});

t.test("what a candidate does not offer is not expected of it", async (t) => {
  const pipe = readProfile("function-pipe");
  const everything: RunLine["candidate"] = {
    command: ["everything"],
    files: [],
    name: "everything",
    version: "1",
    modes: ["pipe"],
    formats: ["json"],
    features: [],
  };
  t.strictSame(lacking(pipe, everything), []);
  t.strictSame(lacking(pipe, { ...everything, name: "thumb", modes: ["filter"] }), [
    "everything",
    "mode:pipe",
  ]);
  const expected = expectedResults(pipe, everything);
  const applying = expected.filter(({ applies }) => applies);
  t.ok(applying.length > 20, `${applying.length} of ${expected.length} apply`);
  t.ok(applying.every(({ format }) => format !== "protobuf"));
  const core = readProfile("runtime-core");
  t.strictSame(lacking(core, { ...everything, modes: ["session", "pipe"] }), ["format:protobuf"]);
});

t.test("a claim is made from a whole run, and holds as long as nothing is changed", async (t) => {
  const folder = t.testdir();
  const path = (name: string): string => join(folder, name);
  const report = path("results.ndjson");
  const scored = codecCases(new VectorStore()).length;
  t.equal((await run("codec", "--candidate", candidate, "--out", report)).exitCode, 0);
  const claim = path("claim");
  const made = await run("claim", report, "--profile", "codec", "--out", claim);
  t.equal(made.exitCode, 0, made.stdout);
  t.match(made.stdout, /@stdfn\/schemas [\d.]+ keeps to codec\n.*draft.*self-reported/s);
  const checked = await run("verify", claim);
  t.equal(checked.exitCode, 0, checked.stdout);
  t.match(checked.stdout, /^the claim that @stdfn\/schemas .* keeps to codec holds\n/);
  t.match(checked.stdout, `scored   ${scored} results, all as required`);

  const lines = readFileSync(report, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const stated = JSON.parse(readFileSync(join(claim, "claim.json"), "utf8"));
  const isAt = (id: string) => (line: { id?: string }) => line.id === id;
  const at = "json/valid/pipe-call";
  const pair: Result["twin"] = lines.find(isAt(at)).twin;
  const change = (members: object) =>
    lines.map((line) => (isAt(at)(line) ? { ...line, ...members } : line));
  const failed = { verdict: "fail", failure: failure() };
  // What stands on a case that failed shows nothing.
  const shaken = change(failed).map((line) => {
    if (line.twin?.id !== at) return line;
    const twin = { id: at, verdict: "fail" } as const;
    return { ...line, verdict: "inconclusive", reason: twinReason(twin), twin };
  });
  const without = lines.filter((line) => !isAt(at)(line));
  const disputed = (specification: string, status: string) => ({
    challenges: [
      { case: at, specification, status, reason: "it can be read both ways", issue: "#7" },
    ],
  });

  interface Tampering {
    readonly report?: readonly object[];
    /** The last line, and the digest in the claim, are made to fit. */
    readonly whole?: true;
    readonly claim?: object;
    readonly challenges?: object;
    readonly says: RegExp | string;
    readonly status?: number;
  }
  const tamperings: Readonly<Record<string, Tampering>> = {
    "a verdict is changed": {
      report: change(failed),
      says: /the report is not the one it was claimed with/,
    },
    "a verdict is changed and the digest with it": {
      report: change({ verdict: "warn" }),
      claim: {},
      says: `its last line counts ${scored} pass, and there are ${scored - 1}`,
    },
    "a failure is in a report that fits": {
      report: change(failed),
      whole: true,
      says: /json\/valid\/pipe-call json has come to fail: different/,
    },
    "a pass is called a warning": {
      report: change({ ...failed, verdict: "warn" }),
      whole: true,
      says: `${at} json has come to warn, and what its case refuses comes to fail\n`,
    },
    "a pass states a failure": {
      report: change({ failure: failure() }),
      whole: true,
      says: `${at} json has come to pass, and states a failure\n`,
    },
    "a level is lowered": {
      report: change({ level: "should" }),
      whole: true,
      says: `${at} json states the level "should", and that of its case is "must"\n`,
    },
    "a mode is changed": {
      report: change({ mode: "filter" }),
      whole: true,
      says: `${at} json states the mode "filter", and that of its case is "none"\n`,
    },
    "a title is changed": {
      report: change({ title: "x" }),
      whole: true,
      says: `${at} json states the title "x", and that of its case is "`,
    },
    "the twin has come to something else by its own line": {
      report: change({ twin: { ...pair, verdict: "warn" } }),
      whole: true,
      says: `${at} json says that its twin ${pair.id} came to warn, and by its own line that came to pass\n`,
    },
    "the twin is another": {
      report: change({ twin: { ...pair, id: at } }),
      whole: true,
      says: `${at} json names ${at} as its twin, and the twin of its case is ${pair.id}\n`,
    },
    "a line stands there that no run gives": {
      report: [
        { ...lines[0], planned: scored + 1 },
        { ...lines[1], id: "json/valid/nothing" },
        ...lines.slice(1),
      ],
      whole: true,
      says: /json\/valid\/nothing.* is no result of the suite codec of this kit\n/,
    },
    "a failure is called known by a run without a baseline": {
      report: change({ known: { reason: "so" } }),
      whole: true,
      says: `${at} json is called known, and the run had no baseline\n`,
    },
    "the baseline is stale": {
      report: [
        ...lines.slice(0, -1),
        { ...lines.at(-1), exit: 4, stale: [{ case: at, came: "pass" }] },
      ],
      claim: {},
      says: "the baseline of the run is stale: 1 of its failures was not met; prune it and run again\n",
    },
    "the exit status is not what the results come to": {
      report: [...lines.slice(0, -1), { ...lines.at(-1), exit: 1 }],
      claim: {},
      says: "its last line says exit 1, and the results 0\n",
    },
    "the program has no digest": {
      report: [{ ...lines[0], candidate: { ...lines[0].candidate, files: [] } }, ...lines.slice(1)],
      claim: { candidate: { ...stated.candidate, files: [] } },
      says: /it holds no digest of the candidate's program ".*node.*"; let the kit read that/,
    },
    "a word has a digest that the command does not have": {
      report: [
        {
          ...lines[0],
          candidate: {
            ...lines[0].candidate,
            files: [...stated.candidate.files, { word: 99, sha256: "0".repeat(64) }],
          },
        },
        ...lines.slice(1),
      ],
      whole: true,
      says: /it holds a digest of word 99 of a command of \d+ words\n/,
    },
    "no machine is so slow": {
      report: [{ ...lines[0], time_scale: 1_000 }, ...lines.slice(1)],
      claim: {},
      says: "every time limit was multiplied by 1000; the 1 that was asked for comes to 1 to 20\n",
    },
    "whoever asked for long limits is told of": {
      report: [
        { ...lines[0], time_scale: 1_000, asked_time_scale: 1_000 },
        ...lines.slice(1, -1),
        { ...lines.at(-1), leftovers: 50 },
      ],
      claim: {},
      says: /limits +1000 times those of the cases, of which 1000 was asked for\n +left +50 processes outside/,
      status: 0,
    },
    "a failure is called known": {
      report: change({ ...failed, known: { reason: "so" } }),
      whole: true,
      says: /has come to fail: known, and still one/,
    },
    "a line is dropped": { report: without, claim: {}, says: /a line was added or taken out/ },
    "a line is dropped, and the count of what was planned with it": {
      report: [{ ...lines[0], planned: scored - 1 }, ...without.slice(1)],
      whole: true,
      says: "json/valid/pipe-call json is scored by codec and has no result",
    },
    "a line stands there twice": {
      report: [{ ...lines[0], planned: scored + 1 }, lines[1], ...lines.slice(1)],
      whole: true,
      says: /it holds .* twice/,
    },
    "what applies is called not applicable": {
      report: change({ verdict: "not_applicable" }),
      whole: true,
      says: /not applicable by the report, and the candidate offers what it needs/,
    },
    "the last line is missing": {
      report: lines.slice(0, -1),
      claim: {},
      says: /it was interrupted/,
    },
    "the run was interrupted": {
      report: [...lines.slice(0, -1), { ...lines.at(-1), complete: false, exit: 130 }],
      claim: {},
      says: /does not hold\n {2}it was interrupted\n/,
    },
    "the run was partial": {
      report: [{ ...lines[0], partial: true }, ...lines.slice(1)],
      whole: true,
      says: /cases were left out with --only or --not/,
    },
    "the run was of another profile": {
      report: [
        { ...lines[0], profile: { name: "function-any", digest: stated.profile_digest } },
        ...lines.slice(1),
      ],
      whole: true,
      says: /it is a run of the profile function-any alone/,
    },
    "the result is for an older revision": {
      report: change({ requirement: { id: "MOD-001", revision: 99 } }),
      whole: true,
      says: /is scored for MOD-001@\d+, and its result is for MOD-001@99/,
    },
    "the cases were others": {
      report: [{ ...lines[0], cases: `sha256:${"0".repeat(64)}` }, ...lines.slice(1)],
      whole: true,
      claim: { cases: `sha256:${"0".repeat(64)}` },
      says: /made by other cases than those of this kit; they have changed since/,
    },
    "the kit was another": {
      report: [{ ...lines[0], kit: "9.9.9" }, ...lines.slice(1)],
      whole: true,
      claim: { kit: "9.9.9" },
      says: /does not hold\n {2}the run was made by kit 9\.9\.9, and this is .*: verify it with that one\n$/,
    },
    "the vectors were others": {
      report: [{ ...lines[0], vectors: `sha256:${"0".repeat(64)}` }, ...lines.slice(1)],
      whole: true,
      claim: { vectors: `sha256:${"0".repeat(64)}` },
      says: /made by other vectors than those of this kit; they have changed since/,
    },
    "another profile is claimed": {
      claim: { profile: "function-any" },
      says: /it is a run of the suite codec, and function-any is of function/,
    },
    "another list by the same name is claimed": {
      claim: { profile_digest: `sha256:${"1".repeat(64)}` },
      says: /another list of cases by the name codec \(draft\)/,
    },
    "another candidate is claimed": {
      claim: { candidate: { ...stated.candidate, command: ["./mine"] } },
      says: /it states candidate .*mine.*, and the report shows/,
    },
    "more is claimed than was judged": {
      claim: { features: [...stated.features, "time_travel"] },
      says: /it states features .*time_travel/,
    },
    "the count is another": {
      claim: { executed: 5 },
      says: `it states executed 5, and the report shows ${scored}`,
    },
    "a member is misspelt": {
      claim: { standing: undefined, standin: "self-reported" },
      says: /unknown member "standin"; did you mean "standing"/,
      status: 2,
    },
    "no such profile": { claim: { profile: "codecs" }, says: /did you mean "codec"/, status: 2 },
    "the failed case is challenged": {
      report: shaken,
      whole: true,
      challenges: disputed("1.0", "open"),
      says: /holds\n.*void +json\/valid\/pipe-call, challenged: it can be read both ways \(#7\)/s,
      status: 0,
    },
    "the failed case was found wrong": {
      report: shaken,
      whole: true,
      challenges: disputed("1.0", "upheld"),
      says: /void .*found wrong/,
      status: 0,
    },
    "the report itself calls the failed case challenged": {
      report: change({
        ...failed,
        challenged: { case: at, status: "upheld", reason: "so", issue: "#7" },
      }),
      whole: true,
      says: /does not hold\n {2}json\/valid\/pipe-call json has come to fail: different\n/,
    },
    "the case is challenged for another version": {
      report: change(failed),
      whole: true,
      challenges: disputed("2.0", "upheld"),
      says: /has come to fail/,
    },
    "the challenges are none": {
      challenges: { challenges: [{ case: at }] },
      says: /is no list of challenges/,
      status: 2,
    },
  };
  for (const [
    name,
    { report: changed, whole, claim: members, challenges, says, status = 1 },
  ] of Object.entries(tamperings)) {
    const bundle = path(name);
    mkdirSync(bundle);
    const text = textOf(changed ?? lines, whole);
    writeFileSync(join(bundle, "results.ndjson"), text);
    const fits = members === undefined && !whole ? {} : { report: digestText(text) };
    writeFileSync(join(bundle, "claim.json"), JSON.stringify({ ...stated, ...fits, ...members }));
    const list = join(bundle, "challenges.json");
    if (challenges !== undefined) writeFileSync(list, JSON.stringify(challenges));
    const { text: told, status: came } = verified(
      bundle,
      challenges === undefined ? undefined : list,
    );
    t.match(told, says, name);
    t.equal(came, status, `${name}: ${told}`);
  }

  const refused = await run("claim", report, "--profile", "function-any", "--out", path("none"));
  t.equal(refused.exitCode, 1);
  t.match(refused.stdout, /^no claim of function-any can be made from .*\n.*suite codec/);
});

t.test("lines that no run of this kit writes are told from those that one may", async (t) => {
  const store = new CaseStore();
  const whole = readReport(
    fileURLToPath(new URL("../../test/reports/conforms.ndjson", import.meta.url)),
  );
  const profile = { name: "function-session", digest: `sha256:${"0".repeat(64)}` };
  const run: RunLine = { ...whole.run, profile };
  const line = (id: string, format: "json" | undefined, more: Partial<Result> = {}): Result => {
    const { title, requirement, level, mode, twin } = store.get(id);
    const spoken = format === undefined ? {} : { format };
    const pass = { verdict: "pass", twin: { id: twin, verdict: "pass" } } as const;
    return {
      type: "case",
      id,
      ...spoken,
      title,
      requirement,
      level,
      mode,
      ms: 1,
      ...pass,
      ...more,
    };
  };
  const warned = (signature: string): Partial<Result> => ({
    verdict: "warn",
    failure: { ...(failure() as Failure), signature },
  });
  const refused = { verdict: "fail", failure: failure() as Failure } as const;
  const [must, graded, should] = ["FN-SES-0001", "FN-SES-0056", "FN-ERR-0007"] as const;
  const { twin } = store.get(must);
  const came = (verdict: Result["twin"]["verdict"]) => ({ twin: { id: twin, verdict } });
  const open = { verdict: "inconclusive", reason: `${twin}, its twin, came to fail` } as const;
  // It has passed by itself, which is what those whose twin it is go by.
  const nearer = store.get(graded).twin;
  const farther = { id: store.get(nearer).twin, verdict: "fail" } as const;
  const passedAlone: Partial<Result> = {
    verdict: "inconclusive",
    reason: twinReason(farther),
    twin: farther,
  };
  const table: readonly (readonly [results: readonly Result[], says: RegExp | undefined])[] = [
    [[line(must, "json")], undefined],
    [[line(must, "json", refused)], undefined],
    [
      [line(must, "json", warned("graded:warn"))],
      /come to warn, and what its case refuses .* fail$/,
    ],
    [[line(graded, "json", warned("graded:warn"))], undefined],
    [
      [line(graded, "json", warned("different"))],
      /come to warn by different, which .* not grade so/,
    ],
    [[line(should, "json", warned("different"))], undefined],
    [[line(should, "json", refused)], /come to fail, and what its case refuses comes to warn$/],
    [[line(should, "json", { verdict: "warn" })], /come to warn, and states no failure$/],
    [[line(must, "json", came("warn"))], undefined],
    [[line(must, "json", came("fail"))], /come to pass, and its twin .* to fail$/],
    [[line(must, "json", came("not_run"))], /come to pass, and its twin .* to not_run$/],
    [[line(must, "json", { ...refused, ...came("fail") })], undefined],
    [[line(must, "json", { ...open, ...came("fail") })], undefined],
    [[line(graded, "json"), line(nearer, "json", passedAlone)], undefined],
    [[line(must, "json", came("warn")), line(twin, "json")], /its own line that came to pass$/],
    [
      [line(must, "json", came("pass")), line(twin, "json", refused)],
      /own line that came to fail$/,
    ],
    [[line(must, "json", { verdict: "not_applicable", ...came("not_run") })], undefined],
    [[line(must, undefined)], /FN-SES-0001 is no result of the suite function of this kit$/],
    [[line(must, "json", { id: "own/a" })], /own\/a json is no result of the suite function/],
  ];
  for (const [results, says] of table) {
    const problems = checkLines({ run, results, end: undefined });
    const name = results
      .map(({ id, verdict, twin }) => `${id} ${verdict}, twin ${twin.verdict}`)
      .join("; ");
    if (says === undefined) t.strictSame(problems, [], name);
    else t.match(problems, [says], name);
    t.equal(problems.length, says === undefined ? 0 : 1, name);
  }
  const { profile: _profile, ...suite } = run;
  const own = { folder: "cases", digest: profile.digest };
  const [lacks, ...others] = checkLines({
    run: { ...suite, own_cases: own },
    results: [line(must, "json"), line(must, "json", { id: "own/a" })],
    end: undefined,
  });
  t.match(lacks, /^it is a run of the suite function, and lacks [1-9]\d\d results: /);
  t.strictSame(others, []);
});

t.test("a run does not count what a claim does not count", async (t) => {
  const folder = t.testdir();
  const path = (name: string): string => join(folder, name);
  const profile = ["--profile", "function-filter"];
  // What is reversed wrong is inconclusive for the cases that stand on it, too.
  const candidate = ["--", ...commandOf("everything"), "--mutant=reverse-keeps-order"];
  const judged = (name: string, ...args: readonly string[]) =>
    run("function", ...profile, "--out", path(name), ...args, ...candidate);
  const plain = await judged("plain.ndjson");
  t.equal(plain.exitCode, 1, plain.stdout);
  const bad = readReport(path("plain.ndjson")).results.filter(({ verdict }) => verdict !== "pass");
  const failed = bad.filter(({ verdict }) => verdict === "fail").map(({ id }) => id);
  t.strictSame(failed, ["FN-FLT-0001"]);
  const dependent = bad.filter(({ twin }) => twin.id === "FN-FLT-0001");
  t.ok(
    dependent.some(({ verdict }) => verdict === "inconclusive"),
    "its failure has kept others from counting",
  );

  const list = ["--challenges", path("challenges.json")];
  const challenge = {
    case: "FN-FLT-0001",
    specification: "1.0",
    status: "open",
    reason: "the order is open",
    issue: "#7",
  };
  writeFileSync(path("challenges.json"), JSON.stringify({ challenges: [challenge] }));
  const marked = await judged("results.ndjson", ...list);
  t.equal(marked.exitCode, 0, marked.stdout);
  t.match(marked.stdout, /void: FAIL FN-FLT-0001 .*void +FN-FLT-0001, challenged: the order is/s);
  const { run: said, results, end } = readReport(path("results.ndjson"));
  t.equal(said.challenges, `sha256:${sha256(readFileSync(path("challenges.json")))}`);
  t.strictSame(
    end?.counts,
    readReport(path("plain.ndjson")).end?.counts,
    "it is counted as before",
  );
  t.strictSame(
    results
      .filter(isVoid)
      .map(({ id }) => id)
      .sort(),
    bad.map(({ id }) => id).sort(),
  );

  const claim = (out: string, ...args: readonly string[]) =>
    run("claim", path("results.ndjson"), ...profile, "--out", path(out), ...args);
  const refused = await claim("refused");
  t.equal(refused.exitCode, 1, "the mark of a report is not believed");
  t.match(refused.stdout, /FN-FLT-0001 has come to fail/);
  const made = await claim("claim", ...list);
  t.equal(made.exitCode, 0, made.stdout);
  t.match(made.stdout, /void +FN-FLT-0001, challenged: the order is open \(#7\)/);
  t.equal(verified(path("claim"), undefined).status, 1);
  t.equal(verified(path("claim"), path("challenges.json")).status, 0);
});

t.test("what a function fails is known until it is not met", async (t) => {
  const gzip = join(root, "conformance/candidates/gzip/candidate.json");
  const folder = t.testdir({ cases: {} });
  const [cases, report, known] = ["cases", "results.ndjson", "known.json"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const packs = { title: "packs", event: { datacontenttype: "text/plain", data: "a" } };
  const expectExit = (status: number): void =>
    writeFileSync(join(cases, "packs.json"), JSON.stringify({ ...packs, exit: [status] }));
  const judged = (...args: readonly string[]) =>
    run("function", "--cases", cases, "--out", report, "--candidate", gzip, ...args);

  expectExit(1);
  t.equal((await judged()).exitCode, 1);
  const written = await run("baseline", "write", report, "--reason", "#12", "--out", known);
  t.match(written.stdout, /known\.json: 1 known failures$/);
  const excused = await judged("--baseline", known);
  t.equal(excused.exitCode, 0, excused.stdout);
  t.match(excused.stdout, /does not conform, and every failure is known: 1\n/);

  expectExit(0);
  const stale = await judged("--baseline", known);
  t.equal(stale.exitCode, 4, stale.stdout);
  t.match(
    stale.stdout,
    /stale +own\/packs\/filter is in the baseline as a failure, and has come to: pass\n/,
  );
  t.match(stale.stdout, /verdict +the baseline is stale: `stdfn-conformance baseline prune`/);
  const pruned = await run("baseline", "prune", known, report);
  t.match(pruned.stdout, /known\.json: 0 known failures, 1 taken out$/);
  t.match(JSON.parse(readFileSync(known, "utf8")), { suite: "function", failures: [] });
  const whole = await judged("--baseline", known);
  t.equal(whole.exitCode, 0, whole.stdout);

  const claim = ["claim", report, "--profile", "function-any", "--out", join(folder, "claim")];
  const unnamed = await run(...claim);
  t.equal(unnamed.exitCode, 2);
  t.match(unnamed.stderr, /the candidate does not say its name; say with --for what is claimed/);
  const empty = await run(...claim, "--for", "gzip 1.12");
  t.equal(empty.exitCode, 1, empty.stdout);
  t.match(empty.stdout, /nothing that function-any scores applies to what the candidate offers/);

  await judged("--only", "own/**");
  for (const args of [
    ["write", report, "--reason", "so", "--out", known],
    ["prune", known, report],
  ]) {
    const refused = await run("baseline", ...args);
    t.equal(refused.exitCode, 2, args.join(" "));
    t.match(refused.stderr, /is not the report of a whole run/, args.join(" "));
  }
});

t.test("a function is claimed by its own run, and its claim is not replaced", async (t) => {
  const folder = t.testdir();
  const report = join(folder, "results.ndjson");
  const profile = ["--profile", "function-filter"];
  const judged = await run(
    "function",
    ...profile,
    "--out",
    report,
    "--",
    ...commandOf("everything"),
  );
  t.equal(judged.exitCode, 0, judged.stdout);
  const claim = ["claim", report, ...profile, "--out", join(folder, "claim")];
  const made = await run(...claim, "--for", "my-sdk 1.2.0");
  t.equal(made.exitCode, 0, made.stdout);
  t.match(made.stdout, /my-sdk 1\.2\.0 keeps to function-filter\n.*scored +[1-9]\d* results/s);
  const checked = await run("verify", join(folder, "claim"));
  t.equal(checked.exitCode, 0, checked.stdout);
  t.match(checked.stdout, /^the claim that my-sdk 1\.2\.0 keeps to function-filter holds\n/);
  const again = await run(...claim, "--for", "my-sdk 1.3.0");
  t.equal(again.exitCode, 2);
  t.match(again.stderr, /claim holds something already; name a folder that is empty or not there/);
  t.match(JSON.parse(readFileSync(join(folder, "claim/claim.json"), "utf8")), {
    implementation: "my-sdk 1.2.0",
  });
});

t.test("a run of a profile is of its cases alone, and of its suite", async (t) => {
  const report = join(t.testdir(), "results.ndjson");
  const wrong = await run("codec", "--profile", "function-any", "--candidate", candidate);
  t.equal(wrong.exitCode, 2);
  t.match(wrong.stderr, /the profile function-any is judged by `stdfn-conformance function`/);
  const partial = ["--only", "json/valid/pipe-*"];
  await run("codec", "--profile", "codec", ...partial, "--candidate", candidate, "--out", report);
  const refused = await run("claim", report, "--profile", "codec");
  t.equal(refused.exitCode, 1);
  t.match(refused.stdout, /it is a partial run/);
});

/** What `verify` prints, and its exit status. */
function verified(folder: string, challenges: string | undefined) {
  try {
    const { text, holds } = verification(folder, challenges === undefined ? {} : { challenges });
    return { text, status: holds ? 0 : 1 };
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    return { text: error.message, status: error.status };
  }
}

/** A report as text; if it is to be whole, its last line is made to fit. */
function textOf(lines: readonly object[], whole: true | undefined): string {
  const all = whole ? [...lines.slice(0, -1), fitting(lines)] : lines;
  return all.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function fitting(lines: readonly object[]): object {
  const results = lines.slice(1, -1) as readonly Result[];
  const counts = countsOf(results);
  return { ...lines.at(-1), counts, exit: exitOf(results, true), digest: namesDigestOf(results) };
}

function digestText(text: string): string {
  return `sha256:${sha256(text)}`;
}

function failure(): Result["failure"] {
  return { signature: "different", rule: "MOD-001", step: 0, wanted: ["a"], came: ["b"] };
}
