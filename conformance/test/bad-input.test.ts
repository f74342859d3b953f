import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import t, { type Test } from "tap";
import { CaseStore } from "../src/case/case-store.ts";
import { commandOf } from "../src/mutants/mutant-list.ts";
import { readReport } from "../src/report/report.ts";
import { kitVersion } from "../src/version.ts";
import { launcher } from "./launcher.ts";

const zoo = fileURLToPath(new URL("../../test/zoo/", import.meta.url));
const wholeReport = fileURLToPath(new URL("../../test/reports/conforms.ndjson", import.meta.url));
const everything = commandOf("everything");
const folder = mkdtempSync(join(tmpdir(), "stdfn-bad-input-"));
t.teardown(() => rmSync(folder, { recursive: true }));

const files: Readonly<Record<string, string>> = {
  "text.txt": "hello\n",
  "none.json": "{",
  "misspelt.json": '{"commnd":["node"]}',
  "enumeration.json": '{"command":["node"],"modes":["sesion"]}',
  "other-version.json": baseline({ specification: "2.0" }),
  "other-suite.json": baseline({ suite: "runtime" }),
  "no-case.json": baseline({
    failures: [
      { case: "FN-SES-9999", verdict: "fail", signature: "timeout", reason: "not built yet" },
    ],
  }),
  "no-folder.json": '{"command":["node"],"folder":"nowhere"}',
  "newer.ndjson": '{"type":"run","report":"2"}\n',
  "no-report.ndjson": "hello\n",
  "empty.ndjson": "",
  "behind-end.ndjson": `${readFileSync(wholeReport, "utf8")}{"type":`,
  "challenge.json":
    '{"challenges":[{"case":"FN-SES-0001","specification":"1.0","status":"open","reason":"so"}]}',
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

symlinkSync("loop", join(folder, "loop"));
for (const [name, text] of [
  ["no-interpreter", "#! /opt/no/such/python -u\nprint()\n"],
  ["dos", "#!/bin/sh\r\necho\r\n"],
] as const)
  writeFileSync(join(folder, name), text, { mode: 0o755 });

t.test("what is wrong on the command line is told in one message", async (t) => {
  const places = (process.env["PATH"] ?? "").split(delimiter);
  const judge = (...args: string[]) => ["function", ...args, "--", ...everything];
  const table: readonly (readonly [args: readonly string[], status: number, message: string])[] = [
    [
      ["function"],
      2,
      "no candidate: name its program after --, such as `stdfn-conformance function -- ./my-function`, or a file with --candidate",
    ],
    [
      judge("--challenges", "challenge.json"),
      2,
      'challenge.json is no list of challenges:\n  /challenges/0: member "issue" is missing: Where it is discussed',
    ],
    [
      judge("--challenges", "none.txt"),
      2,
      "cannot read the challenges: ENOENT: no such file or directory, open 'none.txt'; `stdfn-conformance schema challenges` prints what they have to look like",
    ],
    [
      ["function", "--", "./loop"],
      2,
      `there is no program "./loop"; looked at ${folder}/loop: ELOOP: too many symbolic links encountered, stat '${folder}/loop'`,
    ],
    [
      ["function", "--", folder],
      2,
      `${folder} is a folder, and no program; name the program in it, or the one that runs it, such as node or python3`,
    ],
    [["function", "--", "./none"], 2, `there is no program "./none"; looked at ${folder}/none`],
    [
      ["function", "--", "no-such-program"],
      2,
      `there is no program "no-such-program"; looked at ${places.map((place) => resolve(place, "no-such-program")).join(", ")}`,
    ],
    [
      ["function", "--", "./text.txt"],
      2,
      `${folder}/text.txt cannot be executed; \`chmod +x\` it, or name the program that runs it first, such as node or python3`,
    ],
    [
      ["function", "--", "no-such-program --verbose"],
      2,
      `there is no program "no-such-program --verbose"; looked at ${places.map((place) => resolve(place, "no-such-program --verbose")).join(", ")}; no shell takes it apart: write program and arguments as separate words, "no-such-program" "--verbose"`,
    ],
    [
      ["function", "--", "./no-interpreter"],
      2,
      `${folder}/no-interpreter cannot be run: its first line names the program "/opt/no/such/python", and there is none; install it, or name another there`,
    ],
    [
      ["function", "--", "./dos"],
      2,
      `${folder}/dos cannot be run: its first line names the program "/bin/sh\\r", and there is none; end its lines with a line feed alone`,
    ],
    [
      ["function", "--candidate", "no-folder.json"],
      2,
      `there is no folder ${folder}/nowhere, in which no-folder.json says that the candidate runs`,
    ],
    [
      ["function", "--candidate", "absent.json"],
      2,
      "cannot read the candidate absent.json: ENOENT: no such file or directory, open 'absent.json'; `stdfn-conformance schema candidate` prints what it has to look like",
    ],
    [
      ["function", "--candidate", "misspelt.json"],
      2,
      'misspelt.json describes no candidate:\n  /: member "command" is missing: Program and arguments; never a shell string. A program with a slash is looked for from the folder it runs in\n  /: unknown member "commnd"; did you mean "command"?',
    ],
    [
      ["function", "--candidate", "enumeration.json"],
      2,
      'enumeration.json describes no candidate:\n  /modes/0: "sesion" is not allowed; allowed: "filter", "pipe", "session"; did you mean "session"?',
    ],
    [
      ["function", "--candidate", "misspelt.json", "--", "node"],
      2,
      "two candidates: the file misspelt.json and the command node; leave one of them out",
    ],
    [judge("--only", "FN-SES-001"), 2, 'no case matches "FN-SES-001"; did you mean "FN-SES-0001"?'],
    [judge("--only", "FN-SES-1"), 2, 'no case matches "FN-SES-1"; did you mean "FN-SES-0001"?'],
    [
      judge("--only", "rule:SES-3"),
      2,
      'no case matches "rule:SES-3"; did you mean "rule:SES-003"?',
    ],
    [
      ["explain", "RLY-4"],
      2,
      'nothing is named "RLY-4"; did you mean "RLY-004"?; it is a case, a vector, a requirement, an error code or an exit status',
    ],
    [
      ["explain", "rt-rly-1"],
      2,
      'nothing is named "rt-rly-1"; did you mean "RT-RLY-0001"?; it is a case, a vector, a requirement, an error code or an exit status',
    ],
    [
      judge("--only", "rule:SES-25"),
      2,
      'no case matches "rule:SES-25"; did you mean "rule:SES-025"?',
    ],
    [
      judge("--profile", "function-session", "--only", "area:FLT"),
      2,
      'no case of the profile function-session matches "area:FLT"; of area there are DSC, ERR, EVF, EXI, JSN, MOD, PBF, PRV, REC, SEC, SES, VER',
    ],
    [
      judge("--only", "RT-RLY-0001"),
      2,
      'what "RT-RLY-0001" matches is judged by `stdfn-conformance runtime`, not by `function`',
    ],
    [
      judge("--only", "json/valid/end-empty"),
      2,
      'what "json/valid/end-empty" matches is judged by `stdfn-conformance codec`, not by `function`',
    ],
    [
      ["runtime", ...judge("--only", "FN-SES-0001").slice(1)],
      2,
      'what "FN-SES-0001" matches is judged by `stdfn-conformance function`, not by `runtime`',
    ],
    [
      ["codec", ...judge("--only", "FN-*").slice(1)],
      2,
      'what "FN-*" matches is judged by `stdfn-conformance function`, not by `codec`',
    ],
    [judge("--not", "area:SEZ"), 2, 'no case matches "area:SEZ"; did you mean "area:SEC"?'],
    [
      judge("--only", "colour:red"),
      2,
      '"colour:red" is no selector; one is a case such as FN-SES-0001, a pattern with * (anything within a segment) and ** (anything), or one of rule, area, mode, format, feature, level, mutant with a colon and a name, such as rule:SES-025',
    ],
    [
      judge("--out", "none/results.ndjson"),
      2,
      "cannot write the report: ENOENT: no such file or directory, open 'none/results.ndjson'; name another file with --out",
    ],
    [
      judge("--baseline", "other-version.json"),
      2,
      'other-version.json was written for the specification "2.0", and this run is for "1.0"; write it anew with `stdfn-conformance baseline write`',
    ],
    [
      judge("--baseline", "other-suite.json"),
      2,
      'other-suite.json was written for the suite "runtime", and this run is for "function"; write it anew with `stdfn-conformance baseline write`',
    ],
    [
      judge("--baseline", "no-case.json"),
      4,
      "no-case.json names FN-SES-9999, and there is no such case; the nearest is FN-SES-0009; `stdfn-conformance baseline prune` takes it out",
    ],
    [
      ["report", "newer.ndjson"],
      2,
      `newer.ndjson:1 is of report version "2"; this kit ${kitVersion} reads version "1": read it with the kit that wrote it, or a newer one`,
    ],
    [
      ["report", "no-report.ndjson"],
      2,
      "no-report.ndjson:1 is no JSON: Unexpected token 'h', \"hello\" is not valid JSON",
    ],
    [
      ["report", "empty.ndjson"],
      2,
      "empty.ndjson is no report: its first line is not the one that says what was run",
    ],
    [
      ["report", "behind-end.ndjson"],
      2,
      "behind-end.ndjson:5 stands behind the line that ends the report; nothing may",
    ],
    [
      ["report", "absent.ndjson"],
      2,
      "cannot read the report: ENOENT: no such file or directory, open 'absent.ndjson'; `stdfn-conformance function` writes one",
    ],
    [
      ["repro", "FN-SES-001", "--", ...everything],
      2,
      'no case is named "FN-SES-001"; did you mean "FN-SES-0001"?; `stdfn-conformance list --cases` lists them',
    ],
  ];
  for (const [args, status, message] of table) {
    const { exitCode, stderr, stdout } = await run(args);
    t.strictSame(
      { status: exitCode, stderr, stdout },
      { status, stderr: `stdfn-conformance: ${message}`, stdout: "" },
      args.slice(0, 4).join(" "),
    );
  }
});

t.test("a candidate that does not speak is told how it has ended", async (t) => {
  const table: readonly (readonly [animal: string, came: RegExp, likely?: RegExp])[] = [
    [
      "exits-at-once",
      /^the end of the process, exit status 0$/,
      /^the program fails while it starts; standard error may say why$/,
    ],
    [
      "prints-banner",
      /^\d+ bytes before the preface: ".*", in hexadecimal ([0-9a-f]{2} ?)+…?$/,
      /^something prints to standard output/,
    ],
    [
      "never-answers",
      /^nothing more for \d+ ms; the process lives, it has written nothing$/,
      /^ready is not written, or output is buffered and not flushed$/,
    ],
  ];
  for (const [animal, came, likely] of table) {
    const out = `${animal}.ndjson`;
    // What is silent need not be waited for long; what is slow to speak has to be.
    const scale = animal === "never-answers" ? "0.2" : "1";
    const { exitCode, stdout } = await run([
      "function",
      ...["--only", "FN-MOD-0003", "--jobs", "1", "--time-scale", scale, "--out", out],
      ...["--", process.execPath, `${zoo}${animal}.js`],
    ]);
    const { results } = readReport(join(folder, out));
    const failed = results.find(({ format, failure }) => format === "json" && failure);
    t.equal(exitCode, 5, animal);
    t.match(stdout, `next: stdfn-conformance doctor -- ${process.execPath} ${zoo}${animal}.js`);
    t.match(failed?.failure?.came[0], came, animal);
    if (likely !== undefined) t.match(failed?.failure?.likely, likely, animal);
  }
});

t.test("a case that is none is the kit's fault", (t) => {
  const good = JSON.parse(JSON.stringify(new CaseStore().get("FN-SES-0001")));
  const broken: readonly (readonly [name: string, text: string, message: RegExp])[] = [
    ["fn-ses-0001", "{", /fn-ses-0001\.json is no case: Expected property name/],
    [
      "fn-ses-0001",
      JSON.stringify({ ...good, tiwn: "FN-SES-0002" }),
      /fn-ses-0001\.json is no case: \/: unknown member "tiwn"; did you mean "twin"\?/,
    ],
    [
      "fn-ses-0001",
      JSON.stringify({ ...good, level: "shall" }),
      /fn-ses-0001\.json is no case: \/level: "shall" is not allowed; allowed: "must", "should", "may"/,
    ],
    [
      "fn-ses-0002",
      JSON.stringify(good),
      /fn-ses-0002\.json holds the case FN-SES-0001, which belongs into ses\/fn-ses-0001\.json/,
    ],
  ];
  for (const [index, [name, text, message]] of broken.entries()) {
    const place = join(folder, `cases-${index}`);
    mkdirSync(join(place, "ses"), { recursive: true });
    writeFileSync(join(place, "ses", `${name}.json`), text);
    t.throws(() => new CaseStore(place).all, { name: "KitError", status: 3, message });
  }
  t.throws(() => new CaseStore(join(folder, "nowhere")).all, {
    status: 3,
    message: /^the cases cannot be read: ENOENT/,
  });
  t.end();
});

t.test("an interrupted run keeps what was judged so far", async (t) => {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) await interrupted(t, signal);
});

async function interrupted(t: Test, signal: NodeJS.Signals): Promise<void> {
  const out = join(folder, `${signal}.ndjson`);
  const place = t.testdir();
  const args = ["function", "--jobs", "1", "--alone", "--out", out, "--", ...everything];
  const child = execa(process.execPath, [launcher, ...args], {
    env: { TMPDIR: place },
    reject: false,
  });
  const judged = (): number => readFileSync(out, "utf8").split("\n").length;
  child.stdout.once("data", () => {
    const look = (): void => {
      if (judged() > 3) child.kill(signal);
      else setTimeout(look, 20);
    };
    look();
  });
  const { exitCode, stdout } = await child;
  const { results, end, run: planned } = readReport(out);
  t.equal(exitCode, 130);
  t.match(stdout, /verdict {2}interrupted: the run is not complete/);
  t.ok(results.length > 0 && results.length < planned.planned, "some were judged, and not all");
  t.match(end, { complete: false, exit: 130, leftovers: 0 });
  t.strictSame(readdirSync(place), [], "no folder stays");
}

t.test("an interrupted run waits for no description", async (t) => {
  // Says that it is there, and no more.
  const hangs = (mark: string): readonly string[] => [
    process.execPath,
    "-e",
    'require("node:fs").writeFileSync(process.argv[1], ""); setInterval(() => {}, 60_000);',
    mark,
  ];
  for (const [index, command] of [
    ["function"],
    ["runtime"],
    ["doctor"],
    ["doctor", "--runtime"],
    ["repro", "FN-SES-0001"],
  ].entries()) {
    const title = command.join(" ");
    const mark = join(folder, `asked-${index}`);
    const out = join(folder, `unasked-${index}.ndjson`);
    const report = command.length === 1 && title !== "doctor" ? ["--out", out] : [];
    // Without the signal it would be waited for longer than a test may take.
    const args = [...command, "--time-scale", "100", ...report, "--", ...hangs(mark)];
    const child = execa(process.execPath, [launcher, ...args], { reject: false });
    while (!existsSync(mark) && child.exitCode === null) await sleep(20);
    child.kill("SIGINT");
    const { exitCode, stdout } = await child;
    t.equal(exitCode, 130, title);
    t.notMatch(stdout, /does not describe itself/, title);
    if (report.length === 0) continue;
    const { results, end } = readReport(out);
    t.match(stdout, /verdict {2}interrupted: the run is not complete/);
    t.match({ results, end }, { results: [], end: { complete: false, exit: 130, leftovers: 0 } });
  }
});

function baseline(more: object): string {
  return JSON.stringify({
    baseline: "1",
    specification: "1.0",
    suite: "function",
    failures: [],
    ...more,
  });
}

function run(args: readonly string[]) {
  return execa(process.execPath, [launcher, ...args], {
    cwd: folder,
    reject: false,
  });
}
