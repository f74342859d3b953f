import t from "tap";
import type { Case, Step } from "../src/case/case.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { dryRun } from "../src/case/dry-run.ts";
import { codecCases } from "../src/codec/codec-case.ts";
import { VectorStore } from "../src/vector-store.ts";

const cases = new CaseStore();
const vectors = new VectorStore();

t.test("every case can be run, as far as no candidate is needed to tell", async (t) => {
  const found = cases.all.flatMap((of) =>
    dryRun(of, cases, vectors).map((problem) => `${of.id}: ${problem}`),
  );
  t.strictSame(found, []);
  t.ok(cases.all.length >= 500, `${cases.all.length} cases`);
});

t.test("every vector can be put to a codec", async (t) => {
  const put = new Set(codecCases(vectors).map(({ vector }) => vector.id));
  t.strictSame([...put].sort(), [...vectors.ids].sort());
  const alone = vectors.ids.filter((id) => {
    const twin = vectors.get(id).twin;
    return !vectors.ids.includes(twin) || id.includes("/valid/") === twin.includes("/valid/");
  });
  t.strictSame(alone, [], "vectors without a twin that has the other result");
});

t.test("what nobody could send, expect or find is named, with its step", async (t) => {
  const good = cases.get("FN-SES-0001");
  t.strictSame(dryRun(good, cases, vectors), []);
  const send = (given: Step["send"]): Partial<Case> => ({ steps: [{ send: given ?? {} }] });
  const expect = (given: Step["expect"]): Partial<Case> => ({ steps: [{ expect: given ?? {} }] });
  const table: readonly (readonly [name: string, change: Partial<Case>, found: RegExp])[] = [
    ["a twin that is missing", { twin: "FN-SES-9999" }, /names the case FN-SES-9999, which is/],
    ["itself as its twin", { twin: good.id }, /^it is its own twin$/],
    ["a probe for a runtime", { probe: "RT-RLY-0001" }, /RT-RLY-0001, which is for no function$/],
    [
      "a vector that is missing",
      send({ bytes: [{ vector: "json/valid/pipe-cal" }] }),
      /^step 1: no vector is named "json\/valid\/pipe-cal"; did you mean "json\/valid\/pipe-call"/,
    ],
    [
      "a vector without bytes",
      send({ bytes: [{ vector: "conversion/valid/to-json-text" }] }),
      /^step 1: .*has no bytes of its own$/,
    ],
    [
      "a misspelt placeholder",
      send({ bytes: [{ text: "{{callA}}" }] }),
      /^\{\{callA\}\}.* is no placeholder/,
    ],
    [
      "a placeholder where none is filled in",
      { arguments: ["{{name}}"] },
      /^the argument \{\{name\}\} is given as it stands there$/,
    ],
    [
      "a text that was never sent",
      expect({ record: { error: { message: { $contains: ["{{other}}"] } } } }),
      /^it expects the text other, which it sends nowhere$/,
    ],
    [
      "octets that were never sent",
      expect({ output: [{ random: "other", size: 8 }] }),
      /^it expects the octets other, which it sends nowhere$/,
    ],
    [
      "a matcher that does not exist",
      expect({ record: { error: { message: { $contain: ["x"] } } } }),
      /^step 1: there is no matcher \$contain$/,
    ],
    [
      "one that does not exist among alternatives",
      expect({ one_of: [{ grade: "pass", json: { a: { $anything: true } } }] }),
      /^step 1: there is no matcher \$anything$/,
    ],
    [
      "a pattern that is none",
      expect({ record: { error: { message: { $matches: "(" } } } }),
      /^step 1: Invalid regular expression/,
    ],
    [
      "a pattern of names that is none",
      expect({ record: { error: { details: { $names: "(" } } } }),
      /^step 1: Invalid regular expression/,
    ],
    ["a record of no kind", expect({ record: { evnt: {} } }), /^step 1: nothing is a "evnt"$/],
    [
      "a frame of no kind",
      expect({ unordered: [{ frame: { id: 1, ned: {} } }] }),
      /^step 1: nothing is a "ned"$/,
    ],
    [
      "a matcher in what is sent",
      send({ frame: { id: 1, end: { $any: true } } }),
      /^step 1: \$any cannot be sent$/,
    ],
    [
      "a record that protobuf has not",
      send({ record: { "x-note": {} } }),
      /^step 1: x-note is no record in protobuf$/,
    ],
    [
      "a step for a format that the case is not run in",
      { formats: ["json"], steps: [{ only: "protobuf", close: {} }] },
      /^step 1: it is for protobuf alone, and the case is run in json$/,
    ],
  ];
  for (const [name, change, found] of table) {
    const problems = dryRun({ ...good, ...change }, cases, vectors);
    t.equal(problems.length, 1, `${name}: ${problems.join("; ")}`);
    t.match(problems[0], found, name);
  }
  const inJson = { only: "json", send: { record: { "x-note": {} } } } as const;
  t.strictSame(dryRun({ ...good, steps: [inJson] }, cases, vectors), [], "in JSON it can be");
});
