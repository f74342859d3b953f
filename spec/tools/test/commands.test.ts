import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { buildProgram } from "../src/commands/program.ts";
import { runProgram } from "../src/commands/run-program.ts";
import { lockFile } from "../src/lock.ts";
import type { Repository } from "../src/repository.ts";
import { copyFixture, type Edit } from "./copy-fixture.ts";

const cli = fileURLToPath(new URL("../src/cli.js", import.meta.url));
const session = "spec/session-mode.md";

type Result = { readonly status: number; readonly stdout: string; readonly stderr: string };

async function run(repository: Repository, ...args: string[]): Promise<Result> {
  const text = { out: "", err: "" };
  const status = await runProgram(buildProgram, ["--root", repository.root, ...args], {
    out: (piece) => {
      text.out += piece;
    },
    err: (piece) => {
      text.err += piece;
    },
  });
  return { status, stdout: text.out, stderr: text.err };
}

function fixture(t: Test, edits: readonly Edit[] = []): Repository {
  const repository = copyFixture(edits);
  t.teardown(() => rmSync(repository.root, { recursive: true }));
  return repository;
}

function lockOf(repository: Repository): Record<string, Record<string, unknown>> {
  return JSON.parse(repository.read(lockFile)) as Record<string, Record<string, unknown>>;
}

t.test("new hands out the next ids, once", async (t) => {
  const repository = fixture(t);
  t.strictSame(await run(repository, "new", "SES"), { status: 0, stdout: "SES-006\n", stderr: "" });
  t.equal((await run(repository, "new", "SES", "--count", "2")).stdout, "SES-007\nSES-008\n");
  t.equal((await run(repository, "new", "ERR")).stdout, "ERR-001\n");
  t.equal((await run(repository, "new", "CHO")).stdout, "CHO-002\n");
  t.strictSame(lockOf(repository)["SES-008"], { state: "reserved" });
  t.strictSame(Object.keys(lockOf(repository)), Object.keys(lockOf(repository)).sort());
});

t.test("an id written by hand is not handed out", async (t) => {
  const repository = fixture(t, [
    { file: session, from: "Nothing follows it.", to: "[SES-020] The host MUST stop." },
  ]);
  t.equal((await run(repository, "new", "SES")).stdout, "SES-021\n");
});

t.test("adopt records ids numbered by hand, unless one stands twice", async (t) => {
  const repository = fixture(t, [
    {
      file: session,
      from: "Nothing follows it.",
      to: "[SES-020] The host MUST stop.\n\n[XYZ-001] The host MUST stop.",
    },
  ]);
  t.equal(
    (await run(repository, "adopt")).stdout,
    "SES-020\n1 adopted; next: npm run spec -- accept --new\n",
  );
  t.equal(
    (await run(repository, "accept", "--new")).stdout,
    "SES-020 new, revision 1\n1 accepted\n",
  );
  const twice = fixture(t, [
    {
      file: session,
      from: "Nothing follows it.",
      to: "[SES-020] The host MUST stop.\n\n[SES-020] The host MUST go.",
    },
  ]);
  const { status, stderr } = await run(twice, "adopt");
  t.equal(status, 64);
  t.match(stderr, /SES-020 stand twice/);
});

t.test("authors in one checkout never get the same id", async (t) => {
  const repository = fixture(t);
  const outputs = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, [
        cli,
        "--root",
        repository.root,
        "new",
        "SES",
        "--count",
        "5",
      ]);
      let output = "";
      for await (const piece of child.stdout) output += String(piece);
      return output;
    }),
  );
  const ids = outputs.join("").trim().split("\n");
  t.equal(ids.length, 30);
  t.equal(new Set(ids).size, 30);
  t.notOk(existsSync(repository.path(`${lockFile}.guard`)), "no guard stays");
});

t.test("a guard of a process that is gone does not block", async (t) => {
  const repository = fixture(t);
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(repository.path(`${lockFile}.guard`), `${gone}\n`);
  t.equal((await run(repository, "new", "SES")).stdout, "SES-006\n");
});

t.test("accept records new, editorial and substantive texts", async (t) => {
  const repository = fixture(t, [
    { file: session, from: "Nothing follows it.", to: "[SES-005] The host MUST stop." },
  ]);
  t.equal(
    (await run(repository, "accept", "--new")).stdout,
    "SES-005 new, revision 1\n1 accepted\n",
  );
  t.strictSame(lockOf(repository)["SES-005"], {
    actor: "host",
    chapter: "session-mode",
    hash: `sha256:${createHash("sha256").update("The host MUST stop.").digest("hex")}`,
    level: "MUST",
    revision: 1,
    state: "live",
  });
  t.equal((await run(repository, "lint")).status, 0);
  const change = (from: string, to: string): void => {
    writeFileSync(repository.path(session), repository.read(session).replace(from, to));
  };
  change("The host MUST stop.", "The host MUST stop there.");
  t.equal((await run(repository, "lint")).status, 1);
  t.equal(
    (await run(repository, "accept", "--editorial", "SES-005")).stdout,
    "SES-005 editorial, revision 1\n1 accepted\n",
  );
  change("The host MUST stop there.", "The function MUST stop there.");
  const refused = await run(repository, "accept", "--all-editorial");
  t.equal(refused.status, 64);
  t.match(
    refused.stderr,
    /from "host MUST" to "function MUST", which is never editorial; say --substantive/,
  );
  t.equal(
    (await run(repository, "accept", "--substantive", "SES-005")).stdout,
    "SES-005 substantive, revision 2\n1 accepted\n",
  );
  change("The function MUST stop there.", "The function MUST stop here.");
  change("before it reads anything", "before it reads something");
  t.equal(
    (await run(repository, "accept", "--substantive", "SES-001", "--all-editorial")).stdout,
    "SES-001 substantive, revision 2\nSES-005 editorial, revision 2\n2 accepted\n",
  );
  t.equal((await run(repository, "lint")).status, 0);
});

const refusals: readonly [name: string, args: readonly string[], message: RegExp][] = [
  ["nothing named", ["accept"], /--new/],
  ["unchanged text", ["accept", "--editorial", "SES-001"], /SES-001 has not changed/],
  ["live id as new", ["accept", "--new", "SES-001"], /say --editorial or --substantive/],
  ["reserved id without text", ["accept", "--new", "SES-005"], /SES-005 stands in no chapter/],
  ["retired id", ["accept", "--substantive", "SES-004"], /SES-004 is retired/],
  ["unknown id", ["accept", "--substantive", "SES-099"], /never handed out/],
  [
    "one good, one bad: nothing",
    ["accept", "--substantive", "SES-001", "SES-099"],
    /nothing was accepted/,
  ],
  ["unknown area", ["new", "XYZ"], /areas are SES, ERR, CHO/],
  ["count of zero", ["new", "SES", "--count", "0"], /from 1 to 100/],
  ["count that is no number", ["new", "SES", "--count", "two"], /from 1 to 100/],
  ["area that runs out", ["new", "OUT"], /there is no area OUT/],
  [
    "retire what is written",
    ["retire", "SES-001", "--reason", "x"],
    /session-mode.md:7; delete that line first/,
  ],
  ["retire twice", ["retire", "SES-004", "--reason", "x"], /retired already \(never needed\)/],
  ["retire without reason", ["retire", "SES-005"], /--reason/],
  ["retire with an empty reason", ["retire", "SES-005", "--reason", " "], /--reason is empty/],
  ["show a retired id", ["show", "SES-004"], /was retired: never needed/],
  ["show an unknown id", ["show", "SES-099"], /does not exist/],
  ["list an unknown area", ["list", "--area", "XYZ"], /areas are/],
  ["list an unknown level", ["list", "--level", "could"], /must, should or may/],
  ["blocks of an unknown chapter", ["blocks", "--chapter", "nothing"], /chapters are/],
  ["unknown command", ["lnit"], /lint/],
];

for (const [name, args, message] of refusals) {
  t.test(`refused: ${name}`, async (t) => {
    const repository = fixture(t);
    const before = repository.read(lockFile);
    const { status, stderr } = await run(repository, ...args);
    t.equal(status, 64);
    t.match(stderr, message);
    t.equal(repository.read(lockFile), before, "the lock file is untouched");
  });
}

t.test("a folder outside any clone is refused", async (t) => {
  const { status, stderr } = spawnSync(process.execPath, [cli, "lint"], {
    cwd: "/",
    encoding: "utf8",
  });
  t.equal(status, 64);
  t.match(stderr, /spec\/registries; run this inside a clone, or pass --root/);
});

t.test("retire keeps the id for ever", async (t) => {
  const repository = fixture(t, [
    {
      file: session,
      from: "- [SES-003] The function SHOULD answer in the format of its input.\n",
      to: "",
    },
  ]);
  t.equal((await run(repository, "retire", "SES-003", "--reason", "too weak")).status, 0);
  t.strictSame(lockOf(repository)["SES-003"], {
    reason: "too weak",
    revision: 1,
    state: "retired",
  });
  t.equal((await run(repository, "lint")).status, 0);
});

t.test("show, list and coverage count what cites a requirement", async (t) => {
  const repository = fixture(t);
  const write = (file: string, text: string): void => {
    execFileSync("mkdir", ["-p", repository.path(file.slice(0, file.lastIndexOf("/")))]);
    writeFileSync(repository.path(file), text);
  };
  write(
    "conformance/vectors/session/one.json",
    JSON.stringify({ cases: [{ requirements: ["SES-001", "CHO-001"] }] }),
  );
  write(
    "sdk/test/one.test.ts",
    '// SES-001 in a comment is no citation\nt.test("SES-003: answers", f);\nt.test("XSES-0011", f);\n',
  );
  write("sdk/src/one.ts", 'const x = "SES-001";\n');
  t.equal(
    (await run(repository, "show", "SES-001")).stdout,
    [
      "SES-001 (MUST, host, revision 1) spec/session-mode.md:7",
      "The host MUST write its preface before it reads anything.",
      "cited by vector conformance/vectors/session/one.json:1",
      "cited by code sdk/src/one.ts:1",
      "",
    ].join("\n"),
  );
  t.match(
    (await run(repository, "show", "SES-003")).stdout,
    /cited by test sdk\/test\/one.test.ts:2\n/,
  );
  t.equal(
    (await run(repository, "list", "--level", "must")).stdout.split("\n").at(-2),
    "2 requirements",
  );
  t.equal(
    (await run(repository, "list", "--area", "CHO")).stdout.split("\n").at(-2),
    "1 requirements",
  );
  const covered = await run(repository, "coverage", "--strict");
  t.equal(covered.status, 0);
  t.match(covered.stdout, /^MUST: 1 of 1 cited \(vectors 1, cases 0, tests 0, examples 0\)$/m);
  t.match(covered.stdout, /^MUST NOT: 1 of 1 cited \(vectors 0, cases 0, tests 0, examples 1\)$/m);
  rmSync(repository.path("conformance/vectors/session/one.json"));
  const uncovered = await run(repository, "coverage", "--strict");
  t.equal(uncovered.status, 1);
  t.match(uncovered.stdout, /^cited by nothing: SES-001$/m);
});

t.test("lint knows who cites what does not exist, or an older revision", async (t) => {
  const repository = fixture(t);
  for (const folder of ["conformance/cases", "conformance/vectors", "sdk/src"])
    mkdirSync(repository.path(folder), { recursive: true });
  const write = (file: string, value: unknown): void =>
    writeFileSync(repository.path(file), JSON.stringify(value));
  write("conformance/cases/one.json", {
    requirement: { id: "SES-001", revision: 1 },
    also: ["SES-002"],
  });
  write("conformance/vectors/one.json", { requirements: [{ id: "SES-002", revision: 1 }] });
  write("sdk/src/one.ts", "SES-003");
  t.equal((await run(repository, "lint")).stdout, "0 findings in 6 files with 4 requirements\n");
  write("conformance/cases/one.json", {
    requirement: { id: "SES-001", revision: 2 },
    also: ["SES-004"],
  });
  write("conformance/vectors/one.json", { requirements: [{ id: "SES-002", revision: 3 }] });
  write("sdk/src/one.ts", "SES-099");
  t.equal(
    (await run(repository, "lint")).stdout,
    [
      "conformance/cases/one.json:1: citation: the case cites SES-004, which was retired (never needed); cite the requirement that decides this",
      "conformance/cases/one.json:1: stale-citation: the case was written against SES-001 revision 2; the present one is 1; read the requirement again, correct the case, and state that revision",
      "conformance/vectors/one.json:1: stale-citation: the vector was written against SES-002 revision 3; the present one is 1; read the requirement again, correct the vector, and state that revision",
      "sdk/src/one.ts:1: citation: the code cites SES-099, which does not exist; cite the requirement that decides this",
      "4 findings in 6 files with 4 requirements: citation 2, stale-citation 2",
      "",
    ].join("\n"),
  );
});

t.test("generate writes what --check then accepts, and --check names what is stale", async (t) => {
  const repository = fixture(t);
  t.equal((await run(repository, "generate")).status, 0);
  t.equal((await run(repository, "generate", "--check")).status, 0);
  const registry = repository.read("schemas/src/generated/registry.ts");
  t.match(registry, 'cancelled: { number: 1, disposition: "drop", exitStatus: 75 },');
  t.match(registry, 'credit: { value: 1048576, unit: "bytes", kind: "default", floor: 65536 },');
  t.match(registry, 'tenant: "STDFN_CTX_TENANT",');
  t.match(
    repository.read("schemas/src/generated/machines.ts"),
    '"cancel": { error: "cancelled", to: "done", requirement: "SES-002" },',
  );
  const edits: readonly [file: string, from: string, to: string, stale: string][] = [
    [
      "spec/registries/error-codes.yaml",
      "the caller gave up",
      "gone",
      "schemas/src/generated/registry.ts",
    ],
    [
      "spec/machines/invocation.yaml",
      "second context",
      "again",
      "schemas/src/generated/machines.ts",
    ],
    ["spec/terms.md", "### Envelope", "### Event", "spec/terms.md"],
    ["spec/errors.md", "`internal`", "`intern`", "spec/errors.md"],
  ];
  for (const [file, from, to, stale] of edits) {
    const before = readFileSync(repository.path(file), "utf8");
    writeFileSync(repository.path(file), before.replace(from, to));
    const { status, stdout } = await run(repository, "generate", "--check");
    t.equal(status, 1, file);
    t.match(stdout, `${stale} is stale; run: npm run spec -- generate`);
    writeFileSync(repository.path(file), before);
  }
  t.equal((await run(repository, "generate", "--check")).status, 0);
});

t.test("lint --json prints the findings as data", async (t) => {
  const repository = fixture(t, [
    { file: session, from: "Nothing follows it.", to: "Nothing MAY follow it." },
  ]);
  const { status, stdout } = await run(repository, "lint", "--json");
  t.equal(status, 1);
  t.match(JSON.parse(stdout), [{ file: session, line: 37, rule: "keyword-outside-requirement" }]);
});

t.test("every command explains itself", async (t) => {
  const repository = fixture(t);
  for (const command of [
    "",
    "new",
    "lint",
    "accept",
    "retire",
    "show",
    "list",
    "coverage",
    "generate",
    "blocks",
  ]) {
    const { status, stdout } = await run(
      repository,
      ...(command === "" ? [] : [command]),
      "--help",
    );
    t.equal(status, 0, command);
    t.match(stdout, /Example/, command);
  }
});
