import { Buffer } from "node:buffer";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { execa } from "execa";
import t from "tap";
import { CaseStore } from "../src/case/case-store.ts";
import { selectCases } from "../src/case/select.ts";
import { explanationOf } from "../src/commands/explanation.ts";
import { nearestId } from "../src/did-you-mean.ts";
import { hexDump } from "../src/hex-dump.ts";
import { KitError } from "../src/kit-error.ts";
import { matches, nearestPattern } from "../src/pattern.ts";
import { VectorStore } from "../src/vector-store.ts";
import { launcher } from "./launcher.ts";

const commander = createRequire(import.meta.url).resolve("commander");

function run(...args: string[]) {
  return execa(process.execPath, [launcher, ...args], { reject: false, stripFinalNewline: false });
}

t.test("every command that the help lists is there, and says of itself what it is", async (t) => {
  const { stdout } = await run("--help");
  const names = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) {2,}\S/gm)].map(([, name = ""]) => name);
  t.ok(names.length >= 17, `${names.length} commands`);
  for (const name of names) {
    const { exitCode, stdout } = await run(name, "--help");
    t.equal(exitCode, 0, name);
    t.match(stdout, `Usage: stdfn-conformance ${name} `);
    t.match(stdout, /\n\n[A-Z][^\n]{20,}/, `${name} is described`);
    t.match(stdout, "Exit status: ", `${name} says how it ends`);
  }
});

t.test("a command that ends without an answer is a defect of the kit", async (t) => {
  const code = `require("${commander}").Command.prototype.parseAsync = () => new Promise(() => {});`;
  const folder = t.testdir({ "hangs.cjs": code });
  const args = ["--require", join(folder, "hangs.cjs"), launcher, "list"];
  const { exitCode, stderr } = await execa(process.execPath, args, { reject: false });
  t.equal(exitCode, 3);
  t.match(stderr, /^stdfn-conformance: this is a defect of the kit, .* ended without an answer/);
});

t.test("what a reader that has gone cuts short shows nothing", async (t) => {
  for (const [words, status] of [
    ["repro FN-PIP-0015 -- true", 5],
    ["list", 0],
  ] as const) {
    const program = `{ "$0" "$1" ${words}; echo "$?" >&2; } | true`;
    const { stderr } = await execa("bash", ["-c", program, process.execPath, launcher]);
    t.equal(stderr, String(status), words);
  }
});

t.test("every command does what its help says", async (t) => {
  const cases: readonly [args: string[], status: number, stdout: RegExp, stderr: RegExp][] = [
    [["--version"], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [["--help"], 0, /list.*show.*schema.*Examples.*Exit status/s, /^$/],
    [[], 0, /Usage: stdfn-conformance/, /^$/],
    [["list", "--help"], 0, /SELECTOR.*Exit status/s, /^$/],
    [
      ["list", "json/valid/pipe-call"],
      0,
      /^json\/valid\/pipe-call {2}context, event, end\n$/,
      /^$/,
    ],
    [
      ["list", "--requirement", "MOD-003", "--format", "json"],
      0,
      /^json\/invalid\/pipe-context-again .*\n/,
      /^$/,
    ],
    [
      ["list", "json/valid/pipe-cal"],
      2,
      /^$/,
      /no vector matches "json\/valid\/pipe-cal"; did you mean "json\/valid\/pipe-call"\?/,
    ],
    [
      ["list", "--requirement", "ZZZ-999"],
      2,
      /^$/,
      /no vector matches all of --requirement ZZZ-999/,
    ],
    [["list", "--format", "xml"], 2, /^$/, /Allowed choices are protobuf, json, conversion/],
    [["lst"], 2, /^$/, /unknown command 'lst'.*Did you mean list\?/s],
    [["list", "--jsno"], 2, /^$/, /unknown option '--jsno'.*Did you mean --json\?/s],
    [["explain", "aborted"], 0, /^aborted {2}error code, 10 in Protobuf\n/, /^$/],
    [["explain", "FN-VER-0002"], 0, /^FN-VER-0002 {2}retired: FN-VER-0001 asks the same /, /^$/],
    [["explain", "abortd"], 2, /^$/, /did you mean "aborted"\?/],
    [["show"], 2, /^$/, /missing required argument 'ID'/],
    [["show", "json/valid/pipe-cal"], 2, /^$/, /did you mean "json\/valid\/pipe-call"\?/],
    [
      ["show", "protobuf/invalid/frame-context-twice"],
      0,
      /PBF-013.*7a.*fault +duplicate, confined to invocation 1.*error code invalid_argument.*twin +protobuf\/valid\/frame-call/s,
      /^$/,
    ],
    [
      ["show", "json/valid/limit-chunk"],
      0,
      /bytes \(87395\).*and 87139 more of 87395 bytes.*\$repeat/s,
      /^$/,
    ],
    [["show", "conversion/valid/to-json-text"], 0, /from protobuf.*to json/s, /^$/],
    [
      ["show", "conversion/invalid/equal-bytes-not"],
      0,
      /left, json.*right, protobuf.*equal +no/s,
      /^$/,
    ],
    [
      ["show", "FN-SES-0001"],
      0,
      /^FN-SES-0001 {2}\S.*\n {2}decides +SES-\d+: The .*\n {2}steps .*\n {2}twin .*\n {2}kills /s,
      /^$/,
    ],
    [
      ["show", "FN-FLT-0003"],
      0,
      /\n {2}started {2}mode filter, in json, a process [^\n]*\n {2}with {5}STDFN_EVENT_ID='\{\{id\}\}'\n( {11}.*\n)* {11}STDFN_EVENT_NOTE=''\n {2}steps /,
      /^$/,
    ],
    [
      ["show", "FN-FLT-0010"],
      0,
      /, with STDFN_EVENT_TYPE=dev\.stdfn\.everything\.environment, a process/,
      /^$/,
    ],
    [
      ["show", "function-session"],
      0,
      /^function-session .*\n {2}judged by +stdfn-conformance function --profile function-session\n.*\n {2}requires +everything, mode:session\n.*\n {2}scores +\d+ cases\n(.*\n)* {4}FN-DSC-0001 {2}DSC-\d+@\d+\n/,
      /^$/,
    ],
    [
      ["show", "FN-SES-001"],
      2,
      /^$/,
      /no vector, case or profile is named "FN-SES-001"; did you mean "FN-SES-0001"\?.*`stdfn-conformance list`/,
    ],
    [["show", "SES-043"], 2, /^$/, /no vector, .* `stdfn-conformance explain SES-043` explains it/],
    [["show", "own/b/pipe"], 2, /^$/, /`stdfn-conformance explain own\/b\/pipe --cases <folder>`/],
    [
      ["list", "FN-SES-*"],
      2,
      /^$/,
      /no vector matches "FN-SES-\*", but cases do: `stdfn-conformance list --cases 'FN-SES-\*'`/,
    ],
    [
      ["list", "function-*"],
      2,
      /^$/,
      /but profiles do: `stdfn-conformance list --profiles 'function-\*'`/,
    ],
    [["list", "--profiles", "function-pipe"], 0, /^function-pipe {2}.*\n$/, /^$/],
    [["list", "--profiles", "pipe"], 2, /^$/, /no profile matches "pipe"; there are codec, /],
    [["list", "--cases", "--level", "frame"], 2, /^$/, /cannot be used with option '--level/],
    [["schema"], 0, /^baseline\nbytes\ncancel\ncandidate\ncase\n/, /^$/],
    [["schema", "manifst"], 2, /^$/, /did you mean "manifest"\?/],
  ];
  for (const [args, status, stdout, stderr] of cases) {
    const result = await run(...args);
    t.match(
      { status: result.exitCode, stdout: result.stdout, stderr: result.stderr },
      { status, stdout, stderr },
      args.join(" ") || "(nothing)",
    );
  }
});

t.test("whatever a report names is explained", async (t) => {
  const own = t.testdir({
    "counts.json": JSON.stringify({ title: "counts", event: { data: "a" }, results: [] }),
  });
  const explained: readonly (readonly [args: readonly [string, string?], text: RegExp])[] = [
    [
      ["SES-025"],
      /^SES-025 {2}MUST.*, function, revision \d+, session-mode\n {2}The function MUST .*\n {2}https:\/\/stdfn\.dev\/spec\/1\.0\/session-mode#ses-025\n {2}cases\n {4}FN-SES-\d+ {2}\S.*\n(.*\n)* {2}vectors/,
    ],
    [["DSC-008"], /\n {2}no case and no vector checks it: Under which isolation a program runs /],
    [
      ["OWN-001"],
      /^OWN-001 {2}MUST, function, .*the author's own cases\n.*\n {2}cases: those that the author/,
    ],
    [["OWN-001", own], /\n {2}cases\n(.*\n)* {4}own\/counts\/filter {2}counts\n/],
    [["own/counts/pipe", own], /^own\/counts\/pipe {2}counts.*decides +OWN-001/s],
    [["FN-SES-0001"], /^FN-SES-0001 {2}.*decides +SES-\d+: /s],
    [["json/valid/pipe-call"], /^json\/valid\/pipe-call {2}context, event, end\n/],
    [["json/valid/pipe-call/write"], /^json\/valid\/pipe-call {2}/],
    [["aborted"], /^aborted {2}error code, 10 in Protobuf\n.*: retry\n.*: 75\n$/],
    [["10"], /^aborted {2}error code, 10 /],
    [["76"], /^76 {2}exit status \w+\n {2}a host .* takes it as \w+\n$/],
    [["unavailable"], /^unavailable {2}error code.*\n69 {2}exit status unavailable\n/s],
  ];
  for (const [[name, cases], text] of explained)
    t.match(explanationOf(name, { ...(cases !== undefined && { cases }) }), text, name);
  for (const [name, message] of [
    ["own/counts/pipe", /nothing is named "own\/counts\/pipe".*found with --cases <folder>/],
    ["SES-25", /nothing is named "SES-25"; did you mean "SES-025"\?; it is a case, /],
    ["17", /nothing is named "17"/],
  ] as const)
    t.throws(() => explanationOf(name), { name: "KitError", status: 2, message });
});

t.test("what is challenged is said to be where it is explained and performed again", async (t) => {
  const challenge = (name: string, status: string, reason: string): object => ({
    ...{ case: name, specification: "1.0", status, reason, issue: "#7" },
  });
  const folder = t.testdir({
    "challenges.json": JSON.stringify({
      challenges: [
        challenge("FN-PIP-0015", "open", "the order is open"),
        challenge("json/valid/end-empty/write", "upheld", "it can be written both ways"),
        { ...challenge("FN-SES-0001", "open", "of another version"), specification: "2.0" },
      ],
    }),
    "none.json": "{}",
  });
  const list = join(folder, "challenges.json");
  const disputed = [
    ["FN-PIP-0015", "FN-PIP-0015, challenged: the order is open (#7)"],
    [
      "json/valid/end-empty",
      "json/valid/end-empty/write, found wrong: it can be written both ways (#7)",
    ],
  ] as const;
  for (const [name, text] of disputed) {
    const field = name.startsWith("json/") ? "void        " : "  void     ";
    const note = `${field}${text}; a failure in it counts against no claim\n`;
    const told = explanationOf(name, { challenges: list });
    t.equal(
      told,
      explanationOf(name) + note,
      `${name} is told as before, and that it is challenged`,
    );
  }
  for (const name of ["FN-SES-0001", "json/valid/pipe-call", "SES-025"])
    t.equal(explanationOf(name, { challenges: list }), explanationOf(name), `${name} is not`);

  const again = (id: string, ...flags: readonly string[]) =>
    run("repro", id, "--seed", "5e1f", ...flags, "--", "true");
  const marked = await again("FN-PIP-0015", "--challenges", list);
  const plain = await again("FN-PIP-0015");
  const note =
    "void: FN-PIP-0015, challenged: the order is open (#7); a failure in it counts against no claim";
  t.match(marked.stdout, `\n${note}\n\n`);
  t.equal(marked.exitCode, 1, "it fails as before");
  const head = (text: string): string => text.split("\n\n", 1)[0] ?? "";
  t.equal(head(marked.stdout), `${head(plain.stdout)}\n${note}`);
  const vector = await again("json/valid/end-empty/write", "--challenges", list);
  t.match(vector.stdout, /\nvoid: json\/valid\/end-empty\/write, found wrong: it can be written /);
  t.notMatch((await again("json/valid/end-empty", "--challenges", list)).stdout, "void");
  const refused = await run("explain", "FN-PIP-0015", "--challenges", join(folder, "none.json"));
  t.equal(refused.exitCode, 2);
  t.match(refused.stderr, /none\.json is no list of challenges:/);
});

t.test("what does not apply to a candidate is not performed", async (t) => {
  const folder = t.testdir({
    "candidate.json": JSON.stringify({
      command: ["true"],
      ...{ modes: ["pipe"], formats: ["json"], features: [] },
    }),
  });
  const candidate = ["--candidate", join(folder, "candidate.json")];
  const none = /\nnot applicable: (.*); nothing is shown\n$/;
  const mode = "the mode session is not offered";
  const format = "the format protobuf is not offered";
  for (const [args, status, reason] of [
    [["FN-SES-0048", ...candidate], 5, mode],
    [["FN-SES-0048", "--format", "json", ...candidate], 5, mode],
    [["FN-PIP-0015", "--format", "protobuf", ...candidate], 5, format],
    [["FN-PIP-0001", ...candidate], 5, "the candidate is not the everything function"],
    [["FN-SES-0001", "--", "true"], 5, "the candidate is not the everything function"],
  ] as const) {
    const { exitCode, stdout } = await run("repro", ...args);
    t.equal(exitCode, status, stdout);
    t.equal(none.exec(stdout)?.[1], reason);
    t.notMatch(stdout, /^(wanted|came|fail|inconclusive)/m, "nothing is judged");
  }
  const one = await run("repro", "FN-PIP-0015", ...candidate);
  t.equal(one.exitCode, 1, "the format that applies is judged");
  t.match(one.stdout, /^protobuf\nnot applicable: .*^json, seed .*^fail, in /ms);
  const silent = await run("repro", "FN-SES-0001", "--", "true");
  t.match(
    silent.stdout,
    /\nthe candidate does not describe itself, so what it offers is assumed: /,
  );
  const levels = `{"stdfn":"1","a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  const deep = await run("repro", "FN-DSC-0001", "--", "sh", "-c", `echo '${levels}'`);
  t.equal(deep.exitCode, 1, deep.stderr);
  t.match(deep.stdout, /\n {2}no JSON: it nests more than 100 levels\n/);
});

t.test("the cases that are named for an example apply to every function", async (t) => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const texts = [readme, (await run("--help")).stdout, (await run("repro", "--help")).stdout];
  for (const text of texts) {
    const named = [...text.matchAll(/stdfn-conformance repro (FN-\S+) /g)];
    t.ok(named.length > 0);
    for (const [line, id = ""] of named)
      t.strictSame(new CaseStore().get(id).features, [], `${line} needs no feature`);
  }
});

t.test("what programs read is JSON", async (t) => {
  const listed = (await run("list", "--json")).stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  t.equal(listed.length, new VectorStore().ids.length, "one line for each vector");
  t.strictSame(Object.keys(listed[0]), ["id", "title", "level", "requirements", "twin"]);
  const shown = JSON.parse((await run("show", "json/valid/pipe-call", "--json")).stdout);
  t.strictSame(shown, new VectorStore().get("json/valid/pipe-call"));
  const ofCase = JSON.parse((await run("show", "FN-SES-0001", "--json")).stdout);
  t.strictSame(ofCase, new CaseStore().get("FN-SES-0001"));
  t.equal(
    JSON.parse((await run("schema", "manifest")).stdout).$id,
    "https://stdfn.dev/schemas/1.0/manifest.json",
  );
  t.ok(JSON.parse((await run("schema", "--json")).stdout).includes("case"));
});

t.test("a reader that goes away is no failure", async (t) => {
  const child = execa(process.execPath, [launcher, "list"], { reject: false, buffer: false });
  child.stdout.once("data", () => child.stdout.destroy());
  t.equal((await child).exitCode, 0);
});

t.test("vectors that are broken are the kit's fault, not the user's", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "stdfn-vectors-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  t.throws(() => new VectorStore(folder).ids, {
    name: "KitError",
    status: 3,
    message: /cannot be read/,
  });
  for (const format of ["conversion", "json", "protobuf"])
    for (const result of ["valid", "invalid"])
      mkdirSync(join(folder, format, result), { recursive: true });
  const good = new VectorStore().get("json/valid/pipe-end");
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(folder, "json/valid", `${name}.json`), JSON.stringify(value));
  write("pipe-end", good);
  write("other", good);
  write("broken", { ...good, id: "json/valid/broken", tiwn: good.twin });
  const store = new VectorStore(folder);
  t.strictSame(store.get("json/valid/pipe-end"), good);
  t.throws(() => store.get("json/valid/other"), {
    status: 3,
    message: /holds the vector json\/valid\/pipe-end/,
  });
  t.throws(() => store.get("json/valid/broken"), {
    status: 3,
    message: /unknown member "tiwn"; did you mean "twin"/,
  });
  t.throws(() => store.get("json/valid/none"), KitError);
});

t.test("selectors match whole ids", async (t) => {
  for (const [selector, id, expected] of [
    ["json/valid/pipe-end", "json/valid/pipe-end", true],
    ["json/valid/pipe", "json/valid/pipe-end", false],
    ["json/*/pipe-end", "json/valid/pipe-end", true],
    ["json/*", "json/valid/pipe-end", false],
    ["json/**", "json/valid/pipe-end", true],
    ["**pipe-*", "json/valid/pipe-end", true],
    ["json/valid/pipe.end", "json/valid/pipe-end", false],
    ["json/valid/(pipe-end)", "json/valid/pipe-end", false],
    ["", "json/valid/pipe-end", false],
  ] as const)
    t.equal(matches(selector, id), expected, `${selector} against ${id}`);
});

t.test("a selector that matches nothing is answered with what was meant", async (t) => {
  const ids = ["own/words/session", "FN-SES-0001", "json/valid/pipe-end"];
  for (const [selector, near] of [
    ["own*", "own/**"],
    ["own/*", "own/**"],
    ["*words", undefined],
    ["*pipe-end", "**pipe-end"],
    ["json/*", "json/**"],
    ["*/pipe-*", "**/pipe-**"],
    ["fn-ses-*", "FN-SES-*"],
    ["FN-SEZ-*", "FN-SES-*"],
    ["jsn/**", "json/**"],
    ["planet/*", undefined],
    ["FN-SES-01", "FN-SES-0001"],
  ] as const)
    t.equal(nearestPattern(selector, ids), near, selector);
  const { all } = new CaseStore();
  for (const [selector, message] of [
    ["area:NOPE", /no case matches "area:NOPE"; of area there are [A-Z]{3}, .*SES/],
    ["mode:sesion", /; did you mean "mode:session"\?/],
    ["mode:none-such", /; of mode there are describe, filter, none, pipe, session$/],
    ["feature:bach", /; did you mean "feature:batch"\?/],
    ["rule:SES-25", /; did you mean "rule:SES-025"\?/],
    ["rule:ses-*", /; did you mean "rule:SES-\*"\?/],
    ["mutant:cancelled-from-start", /; did you mean "mutant:cancelled-from-the-start"/],
    ["aera:SES", /"aera:SES" is no selector; did you mean "area:SES"\?; one is a case/],
    ["protobuf*", /no case matches "protobuf\*"$/],
    ["SES-025", /; did you mean "rule:SES-025"\?/],
    ["FN-FLTT-*", /; did you mean "FN-FLT-\*"\?$/],
  ] as const)
    t.throws(() => selectCases(all, [selector]), { name: "KitError", status: 2, message });
  const { all: mixed } = new CaseStore(
    undefined,
    ["own/b/session", "own/b/pipe", "own/text/words/pipe"].map((id) => ({
      ...(all[0] as (typeof all)[0]),
      id,
    })),
  );
  for (const [selector, message] of [
    ["OWN-**", /; did you mean "own\/\*\*"\?/],
    ["b", /; did you mean "own\/b\/\*\*"\?/],
    ["own/b", /; did you mean "own\/b\/\*\*"\?/],
    ["cases/b.json", /; did you mean "own\/b\/\*\*"\?/],
    ["words", /; did you mean "own\/text\/words\/\*\*"\?/],
    ["own/text", /; did you mean "own\/text\/\*\*"\?/],
    ["zzzz", /; those of your own are own\/\*\*: own\/b\/\*, own\/text\/words\/\*$/],
  ] as const)
    t.throws(() => selectCases(mixed, [selector]), { name: "KitError", status: 2, message });
  t.throws(() => selectCases(all, ["own/b"]), { message: /is found with --cases <folder>$/ });
  t.throws(() => selectCases(all, ["/"]), { message: /^no case matches "\/"/ });
  t.equal(nearestId("own/b", ["FN-SES-0001", "own/b/session"]), "own/b/session");
  t.throws(() => new VectorStore().select({ selectors: ["json/*"] }), {
    message: /; did you mean "json\/\*\*"\?$/,
  });
  for (const command of ["function", "runtime", "codec", "list"]) {
    const { stdout } = await run(command, "--help");
    t.match(stdout.replaceAll(/\s+/g, " "), /with \* \(.*within a segment\) and \*\* \(anything\)/);
  }
});

t.test("bytes are shown sixteen a line", async (t) => {
  t.strictSame(hexDump(Buffer.from("0a085354444e2f310a7f80ff20", "hex")), [
    "00000000  0a 08 53 54 44 4e 2f 31 0a 7f 80 ff 20           ..STDN/1.... ",
  ]);
  t.strictSame(
    hexDump(Buffer.alloc(17, "a")).map((line) => line.slice(0, 13)),
    ["00000000  61 ", "00000010  61 "],
  );
  t.strictSame(hexDump(new Uint8Array()), ["(no byte)"]);
  t.match(hexDump(new Uint8Array(300)).at(-1), /^… and 44 more of 300 bytes$/);
});

t.test("--help loads nothing that it does not need", async (t) => {
  const folder = t.testdir({
    "required.cjs": `const { writeSync } = require("node:fs");
      process.on("exit", () => writeSync(2, Object.keys(require.cache).map((path) => "file:" + path + "\\n").join("")));`,
  });
  const note = `import { writeSync } from "node:fs";
    export async function load(url, context, next) { writeSync(2, url + "\\n"); return next(url, context); }`;
  const hook = `import { register } from "node:module"; register(${JSON.stringify(dataUrl(note))});`;
  const preloads = ["--require", join(folder, "required.cjs"), "--import", dataUrl(hook)];
  for (const [args, modules] of [
    [["--help"], /^$/],
    [["function", "--help"], /commands\/function\.js/],
  ] as const) {
    const { stderr, stdout } = await execa(process.execPath, [...preloads, launcher, ...args]);
    t.match(stdout, /^Usage: stdfn-conformance/);
    const loaded = stderr.split("\n").filter((url) => url.startsWith("file:"));
    const packages = loaded.flatMap((url) => url.match(/node_modules\/([^/]+)/)?.[1] ?? []);
    t.strictSame([...new Set(packages)], ["commander"], "packages");
    t.match(loaded.filter((url) => url.includes("/dist/src/")).join(" "), modules, "modules");
    const heavy = /\/(generated|run|report|wire|case|mutants|puppet)\/|-store\.js$/;
    t.strictSame(
      loaded.filter((url) => heavy.test(url)),
      [],
      "what judges",
    );
  }
});

function dataUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
