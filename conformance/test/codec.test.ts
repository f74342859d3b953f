import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { validateCodecQuestion } from "@stdfn/schemas/validate";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import fc from "fast-check";
import t from "tap";
import { answerOf, WrongAnswer } from "../src/codec/answer-line.ts";
import { type CodecCase, codecCases } from "../src/codec/codec-case.ts";
import type { Answer } from "../src/codec/exchange.ts";
import { answerText, judgeAnswer } from "../src/codec/judge-answer.ts";
import { rightAnswer } from "../src/mutants/codec-oracle.ts";
import { survivors } from "../src/mutants/codec-trial.ts";
import { readReport } from "../src/report/report.ts";
import { VectorStore } from "../src/vector-store.ts";
import { messages } from "../src/wire/message-table.ts";
import { launcher } from "./launcher.ts";

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

/** What a line that a codec writes comes to for the first question of a case. */
function judged(of: CodecCase, line: string) {
  const [question] = of.questions;
  if (question === undefined) throw new TypeError(`${of.id} asks nothing`);
  const answer = answerOf(line);
  answerText(answer);
  return judgeAnswer(of, question, answer, features);
}

const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

t.test("an answer that means anything else fails with what is different", async (t) => {
  for (const [id, answer, difference] of [
    [
      "json/valid/context-nulls",
      '"meaning":{"invocation_id":"i","tenant":null,"remaining_ms":null,"extensions":null}',
      { path: "tenant", wanted: "nothing", came: "null" },
    ],
    [
      "json/valid/context-nulls",
      '"meaning":{"invocation_id":"i","extensions":null}',
      { path: "extensions", wanted: "nothing", came: "null" },
    ],
    [
      "json/valid/context-nulls",
      '"meaning":{"invocation_id":"i","tenant":[]}',
      { path: "tenant", wanted: "nothing", came: "[]" },
    ],
    [
      "json/valid/context-nulls",
      '"meaning":{"invocation_id":"i","extensions":[]}',
      { path: "extensions", wanted: "nothing", came: "[]" },
    ],
    [
      "json/valid/end-empty",
      '"meaning":{"__proto__":null}',
      { path: "__proto__", wanted: "nothing", came: "null" },
    ],
    [
      "json/valid/end-empty",
      '"meaning":{"constructor":{"type":"Buffer","data":[{"valueOf":1,"toString":1}]}}',
      {
        path: "constructor",
        wanted: "nothing",
        came: '{"type":"Buffer","data":[{"valueOf":1,"toString":1}]}',
      },
    ],
    [
      "json/valid/end-empty",
      '"meaning":{"failures":1e999}',
      { path: "failures", wanted: "nothing", came: '"Infinity, which is no JSON number"' },
    ],
    ["json/valid/end-empty", `"meaning":{"failures":${deep(100_000)}}`, { path: "failures" }],
    ["json/valid/end-empty/write", `"bytes":"${base64(deep(100_000))}"`, undefined],
    ["conversion/valid/to-json-json", `"bytes":"${base64(deep(100_000))}"`, undefined],
  ] as const) {
    const name = `${id} ${answer.slice(0, 100)}`;
    const of = cases.find((one) => one.id === id);
    if (of === undefined) t.fail(`there is no ${id}`);
    else {
      const found = judged(of, `{"id":1,${answer}}`);
      t.ok(found, name);
      t.notMatch(JSON.stringify(found), /call stack/, name);
      if (difference !== undefined) t.match(found?.difference, difference, name);
    }
  }
  t.throws(() => answerOf(`{"id":${deep(100_000)}}`), WrongAnswer);
});

t.test("no answer is too odd to be judged", async (t) => {
  const oddNames = ["__proto__", "constructor", "toJSON", "valueOf", "$any", "$more", "$repeat"];
  const fieldNames = Object.values(messages).flatMap((fields) =>
    fields.filter(({ type, repeated }) => type === "map" || repeated).map((one) => one.name),
  );
  const name = fc.oneof(fc.constantFrom(...oddNames, ...fieldNames), fc.string());
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant(null),
      fc.constantFrom(true, false, 0, -0, 2 ** 53, 1e308, "", "\ud800"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(name, tie("value")), { maxLength: 3 }).map(Object.fromEntries),
    ),
  }));
  /** The right answer with anything in the place of one of its values, or as a member of it. */
  const changed = (right: unknown, at: number, other: unknown, member?: string): unknown => {
    let places = 0;
    const copy = (of: unknown): unknown => {
      if (places++ === at) return member === undefined ? other : { ...Object(of), [member]: other };
      if (Array.isArray(of)) return of.map(copy);
      if (typeof of !== "object" || of === null) return of;
      return Object.fromEntries(Object.entries(of).map(([key, one]) => [key, copy(one)]));
    };
    return copy(right);
  };
  const understood = cases.filter(
    (of) => of.questions[0] && rightAnswer(of, of.questions[0]).meaning !== undefined,
  );
  const property = fc.property(
    fc.oneof(fc.constantFrom(...cases), fc.constantFrom(...understood)),
    fc.nat(3),
    name,
    value,
    fc.uint8Array({ maxLength: 40 }),
    (of, at, member, other, bytes) => {
      const [question] = of.questions;
      if (question === undefined) throw new TypeError(`${of.id} asks nothing`);
      const { meaning } = rightAnswer(of, question);
      const answers: readonly Answer[] = [
        { meaning: changed(meaning ?? {}, at, other) },
        { meaning: changed(meaning ?? {}, at, other, member) },
        { meaning: other },
        { bytes: Buffer.from(bytes).toString("base64") },
        { bytes: base64(JSON.stringify(other)) },
        { ...rightAnswer(of, question), message: JSON.stringify(other) },
      ];
      for (const answer of answers)
        try {
          JSON.stringify(judged(of, JSON.stringify({ id: 1, ...answer })));
        } catch (error) {
          if (!(error instanceof WrongAnswer)) throw error;
        }
    },
  );
  fc.assert(property, { numRuns: 1_000, seed: 20_261_122 });
  t.pass("nothing was thrown");
});

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

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
