import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { validateCodecQuestion } from "@stdfn/schemas/validate";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { codecCases } from "../src/codec/codec-case.ts";
import { judgeAnswer } from "../src/codec/judge-answer.ts";
import { rightAnswer } from "../src/mutants/codec-oracle.ts";
import { survivors } from "../src/mutants/codec-trial.ts";
import { readReport } from "../src/report/report.ts";
import { VectorStore } from "../src/vector-store.ts";

const launcher = fileURLToPath(new URL("../../bin/stdfn-conformance.js", import.meta.url));
const vectors = new VectorStore();
const cases = codecCases(vectors);
const features = ["stream", "offset", "pieces"];

t.test("every vector is asked, and what is right passes", async (t) => {
  const asked = new Set(cases.map(({ vector }) => vector.id));
  t.strictSame([...asked].sort(), [...vectors.ids].sort());
  t.equal(new Set(cases.map(({ id, format }) => `${id} ${format}`)).size, cases.length, "names");
  const written = cases.filter(({ id }) => id.endsWith("/write")).length;
  t.ok(written > 300, `${written} to be written`);
  for (const of of cases)
    for (const question of of.questions) {
      t.ok(validateCodecQuestion({ id: 1, ...question }).ok, `${of.id}: a question by its schema`);
      const found = judgeAnswer(of, question, rightAnswer(of, question), features);
      t.equal(found, undefined, `${of.id} ${of.format}: ${JSON.stringify(found)}`);
    }
});

t.test(
  "every broken codec is refused, and by each vector those that break what it cites",
  async (t) => {
    const { tried, survived, refused } = survivors(cases);
    t.ok(tried > 300, `${tried} broken codecs`);
    t.strictSame(survived, []);
    const idle = [...refused].flatMap(([{ id, vector }, names]) => {
      const isRefused = vector.id.includes("/invalid/");
      return vector.requirements
        .map((cited) =>
          isRefused ? `accepts what ${cited.id} forbids` : `refuses what ${cited.id} allows`,
        )
        .filter((name) => !names.has(name))
        .map((name) => `${id} takes a codec that ${name}`);
    });
    t.equal(refused.size, cases.length);
    t.strictSame(idle, [], "vectors that do not show what they cite");
  },
);

/** A program that answers for a codec; `body` makes an answer of a question. */
function program(folder: string, body: string): string {
  const path = `${folder}/codec.mjs`;
  const text = `import { createInterface } from "node:readline";
const says = (line) => process.stdout.write(line + "\\n");
const description = { name: "broken", version: "1", formats: ["json"], features: ["record"] };
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const { id, ask } = question;
  const answer = (members) => says(JSON.stringify({ id, ...members }));
  if (ask === "describe" && !${body.includes("describe")}) { answer(description); continue; }
  ${body}
}
`;
  writeFileSync(path, text);
  return path;
}

t.test("a codec that does not answer is told from one that answers wrong", async (t) => {
  const only = ["--only", "json/invalid/end-list"];
  for (const [name, body, status, shown] of [
    ["hangs", "", 1, /nothing within \d+ ms/],
    ["crashes", 'throw new Error("out of luck");', 1, /with status 1(.|\n)*out of luck/],
    [
      "refuses everything",
      'answer({ fault: "malformed", code: "invalid_argument" });',
      5,
      /json\/valid\/end-empty, its twin, came to fail/,
    ],
    ["prints", 'says("hello");', 5, /a line that is no JSON: "hello"/],
    ["answers another question", 'says(\'{"id":9999,"meaning":{}}\');', 5, /answers question 9999/],
    [
      "misspells",
      "answer({ meening: {} });",
      5,
      /unknown member "meening"; did you mean "meaning"/,
    ],
    [
      "says nothing of itself",
      'if (ask === "describe") answer({ meaning: {} });',
      5,
      /describe itself/,
    ],
    [
      "does not start",
      'if (ask === "describe") process.exit(3);',
      5,
      /answers for no codec: it has ended with status 3/,
    ],
  ] as const) {
    const folder = t.testdir();
    const path = program(folder, body);
    const report = `${folder}/report.ndjson`;
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [
        launcher,
        "codec",
        ...only,
        "--time-scale",
        name === "hangs" ? "0.4" : "1",
        "--out",
        report,
        "--",
        process.execPath,
        path,
      ],
      { reject: false },
    );
    t.equal(exitCode, status, `${name}\n${stdout}${stderr}`);
    t.match(`${stdout}${stderr}`, shown, name);
  }
});

t.test("what is not declared is not asked, and what was chosen is what is reported", async (t) => {
  const folder = t.testdir();
  const path = program(folder, 'answer({ fault: "malformed", code: "invalid_argument" });');
  const report = `${folder}/report.ndjson`;
  const run = (...args: string[]) =>
    execa(
      process.execPath,
      [launcher, "codec", ...args, "--out", report, "--", process.execPath, path],
      { reject: false },
    );
  await run();
  const { run: head, results, end } = readReport(report);
  t.equal(head.suite, "codec");
  t.equal(results.length, cases.length);
  t.equal(end?.complete, true);
  const asked = results.filter(({ verdict }) => verdict !== "not_applicable");
  t.ok(asked.every(({ id }) => id.startsWith("json/") && !id.endsWith("/write")));
  t.equal(
    results.filter(({ verdict }) => verdict === "pass").length,
    0,
    "who refuses everything passes nothing: no twin does",
  );
  const one = await run("--only", "json/valid/context-ful");
  t.equal(one.exitCode, 2);
  t.match(one.stderr, /no vector matches "json\/valid\/context-ful"; did you mean/);
  t.equal(readReport(report).results.length, cases.length, "the last report is kept");
  const kind = await run("--only", "planet:mars");
  t.match(kind.stderr, /is no selector.*rule, area, format, feature, level/);
  const known = `${folder}/baseline.json`;
  await execa(process.execPath, [
    launcher,
    "baseline",
    "write",
    report,
    "--reason",
    "so",
    "--out",
    known,
  ]);
  const again = await run("--baseline", known);
  t.equal(again.exitCode, 0, again.stdout);
  t.match(again.stdout, /does not conform, and every failure is known/);
  await run("--only", "rule:PBF-016");
  t.equal(readReport(report).run.partial, true);
  t.match(readFileSync(report, "utf8"), /"reason":"the format protobuf is not offered"/);
});

t.test("one vector is put to a codec again, and explained", async (t) => {
  const path = program(t.testdir(), "answer({ meaning: { failures: [1] } });");
  const run = (...args: string[]) =>
    execa(process.execPath, [launcher, ...args], { reject: false });
  const candidate = ["--", process.execPath, path];
  const right = await run("repro", "json/valid/end-empty", ...candidate);
  t.match(
    right.stdout,
    /> \{"ask":"record".*< \{"id":\d,"meaning":\{"failures":\[1\]\}\}.*differs +at failures/s,
  );
  t.equal(right.exitCode, 1);
  const wrong = await run("repro", "json/valid/end-emty", ...candidate);
  t.match(wrong.stderr, /no vector is named "json\/valid\/end-emty"; did you mean/);
  t.equal(wrong.exitCode, 2);
  const told = await run("explain", "json/valid/end-empty/write");
  t.match(told.stdout, /^json\/valid\/end-empty .*decided by.*twin/s);
});

t.test(
  "the program of the README answers for a codec",
  { skip: missingTool("python3") },
  async (t) => {
    const folder = t.testdir({
      "my_codec.py": `
import json
from stdfn.faults import CODE_OF_FAULT, BodyFault
from stdfn.event_body import EventBody
from stdfn.json_bodies import encode_event, encode_members
from stdfn.json_format import JsonFormat

class Fault(Exception):
    def __init__(self, name):
        self.name, self.code = name, CODE_OF_FAULT[name]

def decoded(kind, body):
    try:
        return JsonFormat().decode(kind, body)
    except BodyFault as fault:
        raise Fault(fault.name) from None

def read(kind, body):
    value = decoded(kind, body)
    return json.loads(encode_event(value)) if isinstance(value, EventBody) else encode_members(kind, value)

def write(kind, meaning):
    return json.dumps(read(kind, json.dumps(meaning).encode())).encode()
`,
    });
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const [, text = ""] = /```python\n(.*?)```/s.exec(readme) ?? [];
    writeFileSync(`${folder}/codec.py`, text);
    const sdk = fileURLToPath(new URL("../../../sdk/python/src", import.meta.url));
    const { exitCode, stdout } = await execa(
      process.execPath,
      [
        launcher,
        "codec",
        "--out",
        `${folder}/report.ndjson`,
        "--",
        "python3",
        `${folder}/codec.py`,
      ],
      { reject: false, env: { PYTHONPATH: sdk } },
    );
    t.equal(exitCode, 0, stdout);
    t.match(stdout, /executed +[2-9]\d\d of/);
  },
);
