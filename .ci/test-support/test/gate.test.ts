import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import t from "tap";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const ci: URL = new URL("../../../", import.meta.url);
const { createReport } = (await import(new URL("tap-report.mjs", ci).href)) as {
  createReport(file: string): {
    readonly parser: { end(text: string): void };
    readonly count: Counts;
    readonly problems: ReadonlyArray<{ readonly name: string; readonly text: string }>;
    readonly skips: ReadonlySet<string>;
    readonly remarks: readonly string[];
    finish(failure: string | undefined): void;
  };
};
const { reasonToInstall } = (await import(new URL("installed.mjs", ci).href)) as {
  reasonToInstall(root: string): string | undefined;
};
const { pruneDist } = (await import(new URL("prune-dist.mjs", ci).href)) as {
  pruneDist(workspace: string): string[];
};
const { isSupportedNode } = (await import(new URL("node-version.mjs", ci).href)) as {
  isSupportedNode(version: string): boolean;
};

t.test("a test file's TAP is counted by what it asserted", (t) => {
  const cases: ReadonlyArray<{
    readonly what: string;
    readonly tap: string;
    readonly failure?: string;
    readonly count: readonly [number, number, number];
    readonly problem?: RegExp;
  }> = [
    { what: "assertions", tap: "ok 1 - a\nok 2 - b\n1..2\n", count: [2, 0, 0] },
    {
      what: "a subtest counts by its assertions, not for itself",
      tap: "# Subtest: s\n    ok 1 - a\n    ok 2 - b\n    1..2\nok 1 - s\n1..1\n",
      count: [2, 0, 0],
    },
    {
      what: "a failure inside a subtest counts once",
      tap: "# Subtest: s\n    not ok 1 - a\n    1..1\nnot ok 1 - s\n1..1\n",
      count: [0, 1, 0],
      problem: /^f › s › a$/,
    },
    {
      what: "a subtest without assertions",
      tap: "# Subtest: s\n    1..0\nok 1 - s\nok 2 - b\n1..2\n",
      count: [1, 1, 0],
      problem: /^f › s$/,
    },
    { what: "an empty file", tap: "", count: [0, 1, 0], problem: /^f$/ },
    {
      what: "a file in which tap found no test",
      tap: "TAP version 14\n1..0 # no tests found\n",
      count: [0, 1, 0],
      problem: /^f$/,
    },
    { what: "a skip", tap: "ok 1 - s # SKIP no protoc\n1..1\n", count: [0, 0, 1] },
    { what: "a todo is no pass", tap: "not ok 1 - s # TODO later\n1..1\n", count: [0, 0, 1] },
    {
      what: "an exit status after assertions that passed",
      tap: "ok 1 - a\n1..1\n",
      failure: "exit status 3",
      count: [1, 1, 0],
      problem: /^f$/,
    },
    { what: "bail out", tap: "ok 1 - a\nBail out! no\n", count: [1, 1, 0], problem: /^f$/ },
  ];
  for (const { what, tap, failure, count, problem } of cases) {
    const report = createReport("f");
    report.parser.end(tap);
    report.finish(failure);
    const [passed, failed, skipped] = count;
    t.same(report.count, { passed, failed, skipped }, what);
    t.equal(report.problems.length, problem === undefined ? 0 : 1, `${what}: problems`);
    if (problem !== undefined) t.match(report.problems[0]?.name, problem, `${what}: name`);
  }
  t.end();
});

t.test("why tests were skipped is told once each", (t) => {
  const report = createReport("f");
  report.parser.end(
    "# Subtest: s\n    ok 1 - a # SKIP no jq\n    ok 2 - b # SKIP no jq\n    1..2\nok 1 - s\nok 2 - c # SKIP\n1..2\n",
  );
  t.same([...report.skips], ["no jq"]);
  t.equal(report.count.skipped, 3);
  t.end();
});

t.test("what tests comment is told", (t) => {
  const report = createReport("f");
  const inner = "    # it took two rounds\n    ok 1 - a # time=3ms\n    1..1\n    # time=4ms\n";
  report.parser.end(`# Subtest: s\n${inner}ok 1 - s\n1..1\n# time=5ms\n`);
  t.same(report.remarks, ["it took two rounds"]);
  t.end();
});

t.test("an installation counts as done only where it is what the lock file says", (t) => {
  const entry = { version: "1.0.0", integrity: "sha512-a" };
  const native = { ...entry, optional: true };
  const lock = { "": {}, "node_modules/a": entry, "node_modules/native": native };
  const cases: ReadonlyArray<readonly [string, unknown, RegExp | undefined]> = [
    ["the same", { "node_modules/a": entry, "node_modules/native": native }, undefined],
    ["without another platform's optional package", { "node_modules/a": entry }, undefined],
    ["nothing, or interrupted", undefined, /nothing is installed/],
    ["a package less", { "node_modules/native": native }, /a is not installed/],
    ["another version", { "node_modules/a": { ...entry, version: "2.0.0" } }, /a is 2\.0\.0/],
    ["other bytes", { "node_modules/a": { ...entry, integrity: "sha512-b" } }, /a is 1\.0\.0/],
    ["a package more", { "node_modules/a": entry, "node_modules/b": entry }, /b is installed but/],
  ];
  for (const [what, installed, expected] of cases) {
    const root = t.testdir({
      "package-lock.json": JSON.stringify({ packages: lock }),
      node_modules: { a: {}, native: {} },
    });
    if (installed !== undefined) {
      const hidden = join(root, "node_modules", ".package-lock.json");
      writeFileSync(hidden, JSON.stringify({ packages: installed }));
    }
    const reason = reasonToInstall(root);
    if (expected === undefined) t.equal(reason, undefined, what);
    else t.match(reason, expected, what);
  }
  const root = t.testdir({
    "package-lock.json": JSON.stringify({ packages: lock }),
    node_modules: { ".package-lock.json": JSON.stringify({ packages: lock }) },
  });
  t.match(reasonToInstall(root), /a is gone/, "a folder removed by hand");
  t.end();
});

t.test("compiled files go when their source goes, others stay", (t) => {
  const workspace = t.testdir({ src: { "kept.ts": "" }, dist: { src: { deep: {} }, other: {} } });
  const files: ReadonlyArray<readonly [string, boolean]> = [
    ["dist/src/kept.js", true],
    ["dist/src/kept.d.ts", true],
    ["dist/src/kept.js.map", true],
    ["dist/src/gone.js", false],
    ["dist/src/gone.d.ts.map", false],
    ["dist/src/deep/gone.js", false],
    ["dist/test/gone.test.js", false],
    ["dist/src/data.json", true],
    ["dist/other/bundle.js", true],
  ];
  mkdirSync(join(workspace, "dist/test"));
  for (const [file] of files) writeFileSync(join(workspace, file), "");
  const removed = pruneDist(workspace);
  for (const [file, stays] of files) {
    t.equal(existsSync(join(workspace, file)), stays, `${file} ${stays ? "stays" : "goes"}`);
    t.equal(removed.includes(file), !stays, `${file} is ${stays ? "not " : ""}reported`);
  }
  t.end();
});

t.test("a Node that is too old is told so, with status 78, before anything is installed", (t) => {
  const versions: ReadonlyArray<readonly [string, boolean]> = [
    ["20.19.0", true],
    ["20.18.3", false],
    ["18.20.8", false],
    ["9.99.0", false],
    ["22.0.0", true],
    ["100.1.0", true],
  ];
  for (const [version, expected] of versions) t.equal(isSupportedNode(version), expected, version);
  const pretend = `Object.defineProperty(process.versions, "node", { value: "20.18.3" })`;
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(pretend)}`,
      fileURLToPath(new URL("setup.mjs", ci)),
    ],
    { encoding: "utf8" },
  );
  t.equal(status, 78);
  t.equal(stdout, "");
  t.match(stderr, /^Stdfn needs Node 20\.19 or newer; this is Node 20\.18\.3/);
  t.end();
});
