import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { CaseStore } from "../src/case/case-store.ts";
import { makeEmptyFolder } from "../src/commands/empty-folder.ts";
import { sha256, vectorsDigest } from "../src/digest.ts";
import { commandOf } from "../src/mutants/mutant-list.ts";
import { usual } from "../src/run/usual.ts";
import { VectorStore } from "../src/vector-store.ts";
import { launcher } from "./launcher.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const codec = join(root, "conformance/candidates/typescript-codec/candidate.json");
const reports = join(root, "conformance/test/reports");

function run(...args: readonly string[]) {
  return execa(process.execPath, [launcher, ...args], { reject: false, stripFinalNewline: false });
}

t.test("two reports are compared, and what is worse is an exit status", async (t) => {
  const folder = t.testdir();
  const lines = readFileSync(join(reports, "every-verdict.ndjson"), "utf8").trimEnd().split("\n");
  const base = lines.map((line) => JSON.parse(line));
  const write = (name: string, change: (line: Readonly<Record<string, unknown>>) => object[]) => {
    const path = join(folder, name);
    writeFileSync(
      path,
      base
        .flatMap(change)
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(""),
    );
    return path;
  };
  const same = write("same.ndjson", (line) => [line]);
  const passes = (line: object) => ({ ...line, verdict: "pass", failure: undefined });
  let written = 0;
  const of = (id: string, change: (line: object) => object[]) =>
    write(`${id}-${written++}.ndjson`, (line) => (line["id"] === id ? change(line) : [line]));
  const failed = base.find(({ verdict }) => verdict === "fail");
  for (const [name, before, after, status, text] of [
    ["nothing", same, same, 0, /nothing has changed\n$/],
    [
      "better",
      same,
      of("FN-PIP-0006", (line) => [passes(line)]),
      0,
      /better\n {2}FN-PIP-0006 protobuf {2}fail → pass .*\n\n1 better\n$/,
    ],
    [
      "worse",
      of("FN-PIP-0006", (line) => [passes(line)]),
      same,
      1,
      /worse\n {2}FN-PIP-0006 protobuf {2}pass → fail \(different:event\.data_base64\)/,
    ],
    [
      "not shown any more",
      same,
      of("FN-SES-0001", (line) => [{ ...line, verdict: "not_applicable" }]),
      1,
      /worse\n {2}FN-SES-0001 protobuf {2}pass → not applicable/,
    ],
    [
      "worse in a challenged case",
      of("FN-SES-0002", (line) => [passes(line)]),
      same,
      0,
      /worse\n {2}FN-SES-0002 json {2}pass → fail \(different:event\.data, challenged\) .*\n\n1 worse\n$/,
    ],
    ["gone", same, of("FN-SES-0001", () => []), 1, /gone\n {2}FN-SES-0001 protobuf {2}pass /],
    [
      "cut short",
      same,
      write("cut.ndjson", (line) =>
        line["type"] === "end" || line["id"] === "FN-SES-0001" ? [] : [line],
      ),
      1,
      /note {4}after was cut short, so that what it lacks may just not have been reached: the run is not complete, \d+ of \d+ results, and the report breaks off\n\ngone\n {2}FN-SES-0001/,
    ],
    ["new", of("FN-SES-0001", () => []), same, 0, /new\n {2}FN-SES-0001 protobuf {2}pass /],
    [
      "another failure",
      same,
      of("FN-PIP-0006", (line) => [
        { ...line, failure: { ...failed.failure, signature: "timeout" } },
      ]),
      0,
      /fails in another way\n {2}FN-PIP-0006 protobuf {2}fail → fail \(timeout\)/,
    ],
    [
      "another kit",
      same,
      write("kit.ndjson", (line) =>
        line["type"] === "run" ? [{ ...line, cases: `sha256:${"1".repeat(64)}` }] : [line],
      ),
      0,
      /note {4}the cases of the kit have changed in between/,
    ],
    [
      "another suite",
      same,
      write("runtime.ndjson", (line) =>
        line["type"] === "run" ? [{ ...line, suite: "runtime" }] : [line],
      ),
      2,
      /of the suite function and .* of runtime; compare two of one suite/,
    ],
    ["no report", same, launcher, 2, /is no JSON/],
  ] as const) {
    const { exitCode, stdout, stderr } = await run("diff", before, after);
    t.match(`${stdout}${stderr}`, text, name);
    t.equal(exitCode, status, `${name}: ${stdout}${stderr}`);
  }
  const gone = of("FN-SES-0001", () => []);
  const json = await run("diff", same, gone, "--json");
  t.match(JSON.parse(json.stdout), { id: "FN-SES-0001", format: "protobuf" });
});

t.test("an export holds all that a runner needs, and its digests", async (t) => {
  const folder = join(t.testdir(), "out");
  const done = await run("export", folder);
  t.equal(done.exitCode, 0, done.stderr);
  t.match(done.stdout, /\d+ files of kit [\d.]+; README\.md says how to run them/);
  const contents = JSON.parse(readFileSync(join(folder, "export.json"), "utf8"));
  const names = Object.keys(contents.files);
  const there = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  t.equal(there.length, names.length + 1, "every file but the list itself");
  for (const [name, digest] of Object.entries(contents.files))
    if (sha256(readFileSync(join(folder, name))) !== digest) t.fail(`${name} has another digest`);
  const exported = new VectorStore(join(folder, "vectors"));
  t.equal(vectorsDigest(exported), vectorsDigest(new VectorStore()), "the same vectors");
  t.strictSame(new CaseStore(join(folder, "cases")).ids, new CaseStore().ids, "the same cases");
  const page = readFileSync(join(folder, "README.md"), "utf8");
  for (const [, path = ""] of page.matchAll(
    /`((?:vectors|cases|profiles|schemas)\/[^`]*|(?:export|requirements|exclusions|challenges|usual)\.json)`/g,
  ))
    t.ok(existsSync(join(folder, path)), `${path} of the page is there`);
  const spoken = JSON.parse(readFileSync(join(folder, "usual.json"), "utf8"));
  t.strictSame(spoken, usual, "what the kit says of itself");
  const schemas = readdirSync(join(folder, "schemas"));
  t.ok(schemas.includes("case.schema.json") && schemas.includes("codec-answer.schema.json"));
  const again = await run("export", folder);
  t.equal(again.exitCode, 2);
  t.match(again.stderr, /holds something already; name a folder that is empty or not there/);
  const deeper = join(folder, "../is/not/there");
  makeEmptyFolder(deeper);
  t.strictSame(readdirSync(deeper), []);
  const refused = await run("export", "/proc/none/deeper");
  t.equal(refused.exitCode, 2);
  t.match(
    refused.stderr,
    /^stdfn-conformance: cannot write to \/proc\/none\/deeper: no folder can be made in \//,
  );
});

t.test(
  "a runner in another language needs nothing but the export",
  { skip: missingTool("python3") },
  async (t) => {
    const folder = join(t.testdir(), "out");
    await run("export", folder);
    const sdk = join(root, "sdk/python");
    const python = await execa(
      "python3",
      ["-m", "unittest", "discover", "-s", "tests", "-p", "test_vectors.py"],
      {
        cwd: sdk,
        reject: false,
        env: { PYTHONPATH: "src", STDFN_TEST_VECTORS: join(folder, "vectors") },
      },
    );
    t.equal(python.exitCode, 0, python.stderr);
    t.match(python.stderr, /^Ran [1-9]/m);
    // What is broken in the export is seen by who reads nothing else.
    const broken = join(folder, "vectors/json/valid/end-empty.json");
    writeFileSync(
      broken,
      readFileSync(broken, "utf8").replace('"meaning": {}', '"meaning": {"x": 1}'),
    );
    const again = await execa("python3", ["-m", "unittest", "test_vectors.Records"], {
      cwd: join(sdk, "tests"),
      reject: false,
      env: { PYTHONPATH: "../src", STDFN_TEST_VECTORS: join(folder, "vectors") },
    });
    t.match(again.stderr, /json\/valid\/end-empty/);
  },
);

t.test("the doctor goes through the first steps with a function", async (t) => {
  const zoo = (name: string) => [
    "--",
    process.execPath,
    join(root, `conformance/test/zoo/${name}.js`),
  ];
  const saying = (line: string) => ["--", "sh", "-c", `echo '${line}'`];
  const gzip = join(root, "conformance/candidates/gzip/candidate.json");
  const table: readonly (readonly [args: readonly string[], status: number, said: RegExp[]])[] = [
    [
      ["--", ...commandOf("everything")],
      0,
      [
        /^ok {2}the program is there and can be executed: .*\nok {2}it describes itself in \d+ ms as everything \d/,
        /\nok {2}a session is opened and ends, in json\nok {2}a session is opened and ends, in protobuf\nok {2}a pipe whose input has failed is answered, in json\nok .*\nok {2}a filter that is given nothing ends\n\nnext: stdfn-conformance function -- \S+ \S+main\.js\n$/,
      ],
    ],
    [
      ["--candidate", gzip],
      0,
      [
        /\nok {2}it is a filter, as .*candidate\.json says.*\nok {2}a filter that is given nothing ends\n\nnext: stdfn-conformance function --candidate \S+\n$/,
      ],
    ],
    [
      zoo("prints-banner"),
      1,
      [
        /\nok {2}it describes itself/,
        /\nno {2}a session is opened and ends, in json\n/,
        /Listening/,
        /\n {4}came: .*before the preface/,
        /\n\nwhat is marked no has to work before anything can be judged\n$/,
      ],
    ],
    [
      zoo("exits-at-once"),
      1,
      [
        /\nno {2}it does not describe itself: it writes no JSON: ""\n {4}assumed: modes session, pipe, filter; /,
        /\n {4}came: the end of the process, exit status 0\n {4}likely: the program fails while it starts/,
        /\nok {2}a filter that is given nothing ends\n/,
        /\nif it is not meant for every mode, say so in candidate\.json, and name that with --candidate:\n {2}\{"command":\[.*exits-at-once\.js"\],"modes":\["filter"\]\}\n$/,
      ],
    ],
    [
      ["--", "cat"],
      1,
      [
        /\nno {2}it does not describe itself: it does not end within 5000 ms; .* without waiting for standard input\n/,
        /, in json\n(.*\n)* {4}likely: the program echoes its input: .* a filter, which \{"modes":\["filter"\]\} says/,
        /, in protobuf\n( .*\n)* {4}likely: the program echoes its input: /,
        /\n {2}\{"command":\["cat"\],"modes":\["filter"\]\}\n$/,
      ],
    ],
    [
      saying(`{"stdfn":"1","modes":["session","sesion"],"formats":["json"]}`),
      1,
      [
        /\nno {2}its self-description is not valid:\n {6}\/: member "minors" is missing: .*\n( {6}\/.*\n)* {6}\/modes\/1: "sesion" is not allowed/,
        /\n {4}assumed: modes session; formats json; features none\nno {2}a session is opened and ends, in json\n/,
      ],
    ],
    [
      saying(`{"stdfn":"1","a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`),
      1,
      [/\nno {2}it does not describe itself: it nests more than 100 levels: "\{/],
    ],
    [
      [
        "--",
        "sh",
        "-c",
        `[ "$STDFN_MODE" = session ] && exec ${commandOf("everything").join(" ")}; exit 64`,
      ],
      1,
      [/\n {2}\{"command":\["sh".*\],"modes":\["session"\],"formats":\["json","protobuf"\]\}\n$/],
    ],
  ];
  for (const [args, status, said] of table) {
    const { exitCode, stdout, stderr } = await run("doctor", ...args);
    for (const text of said) t.match(stdout, text, args.join(" "));
    t.equal(exitCode, status, `${args.at(-1)}: ${stdout}${stderr}`);
  }
});

t.test(
  "on a terminal the case that is waited for is named, elsewhere nothing",
  { skip: missingTool("script") },
  async (t) => {
    const never = join(root, "conformance/test/zoo/never-answers.js");
    const out = join(t.testdir(), "results.ndjson");
    const args = ["function", "--only", "FN-MOD-0003", "--alone", "--time-scale", "0.3"];
    const command = [process.execPath, launcher, ...args, "--out", out];
    const words = [...command, "--", process.execPath, never];
    const seen = await execa("script", ["-qec", words.join(" "), "/dev/null"], { reject: false });
    t.match(seen.stdout, /\r1 of 2 {2}FN-\w+-\d+ json\S*\u001b\[K/, "as soon as it begins");
    t.match(seen.stdout, /\r1 of 2 {2}FN-\w+-\d+ json for \d+ s/, "while nothing happens");
    t.match(seen.stdout, /\r\u001b\[K/, "and is taken away");
    const quiet = await run(
      "codec",
      "--only",
      "json/valid/pipe-*",
      "--out",
      out,
      "--candidate",
      codec,
    );
    t.equal(quiet.stderr, "", "what is no terminal hears nothing of it");
    t.notMatch(quiet.stdout, "\r");
  },
);

t.test("cases and profiles are listed as vectors are", async (t) => {
  for (const [args, status, text] of [
    [["--cases", "FN-SES-0001"], 0, /^FN-SES-0001 {2}\S.*\n$/],
    [["--cases", "rule:SES-025"], 0, /FN-SES-0001/],
    [["--cases", "profile:runtime-core"], 0, /^(RT-\S+ .*\n)+$/],
    [["--cases", "profile:function-*", "RT-SES-0001"], 0, /^FN-[\s\S]*\nRT-SES-0001 /],
    [["--cases", "profile:runtime"], 2, /no profile matches "runtime"; there are codec, /],
    [["--cases", "profile:codec"], 2, /vectors; `stdfn-conformance show codec` lists them/],
    [["--help"], 0, /one of rule, area, mode, format, feature, level, mutant with a colon/],
    [["--cases", "FN-SES-001"], 2, /no case matches "FN-SES-001"; did you mean/],
    [["--profiles"], 0, /^codec +Readers.*\nfunction-any .*\nfunction-filter /],
    [["--cases", "--profiles"], 2, /cannot be used with option '--profiles'/],
  ] as const) {
    const { exitCode, stdout, stderr } = await run("list", ...args);
    t.match(`${stdout}${stderr}`, text, args.join(" "));
    t.equal(exitCode, status, args.join(" "));
  }
  const [profile] = (await run("list", "--profiles", "--json")).stdout.split("\n");
  t.match(JSON.parse(profile ?? ""), { profile: "codec", suite: "codec", status: "draft" });
});

t.test("the kit proves itself, and says where it does not", async (t) => {
  const proved = await run("self-test", "--sample", "3", "--seed", "5e1f");
  t.equal(proved.exitCode, 0, proved.stdout);
  t.match(
    proved.stdout,
    /^(\d+) of \1 broken codecs are refused.*\n(\d+) of \2 results of 3 cases pass.*\n(\d+) of \3 mutants of it are refused.*\n(\d+) of \4 runtimes, right and broken, come to what they deserve\nthe kit judges right, seed 5e1f\n$/,
  );
  // A kit whose own function and runtime are broken has to say so.
  const kit = join(t.testdir(), "conformance");
  mkdirSync(kit);
  for (const name of [
    "bin",
    "cases",
    "dist",
    "generated",
    "mutants",
    "package.json",
    "profiles",
    "puppet",
    "vectors",
    "challenges.json",
    "exclusions.json",
  ])
    cpSync(join(root, "conformance", name), join(kit, name), { recursive: true });
  symlinkSync(join(root, "conformance/node_modules"), join(kit, "node_modules"));
  for (const name of ["everything", "plain"]) {
    const main = join(kit, "mutants", name, "main.js");
    writeFileSync(main, `process.exit(70);\n${readFileSync(main, "utf8")}`);
  }
  const broken = await execa(
    process.execPath,
    [join(kit, "bin/stdfn-conformance.cjs"), "self-test", "--sample", "1", "--seed", "5e1f"],
    { reject: false },
  );
  t.equal(broken.exitCode, 3, `${broken.stdout}${broken.stderr}`);
  t.match(
    broken.stdout,
    /wrong: FN-.* has come to (fail|inconclusive).*wrong: the plain runtime that does wrong: nothing has come to inconclusive,handshake,SES-003 .*exit status 70.*, and should come to pass\n.*please report it, with the seed/s,
  );
});
