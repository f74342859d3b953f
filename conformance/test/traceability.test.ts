import process from "node:process";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import t from "tap";
import type { Cited } from "../src/case/case.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { codecCases } from "../src/codec/codec-case.ts";
import { mutantsOf } from "../src/mutants/mutant-list.ts";
import { requirement } from "../src/requirements.ts";
import { coverage, isMust, subjects } from "../src/traceability/coverage.ts";
import { readExclusions } from "../src/traceability/exclusions.ts";
import { VectorStore } from "../src/vector-store.ts";

const launcher = fileURLToPath(new URL("../../bin/stdfn-conformance.js", import.meta.url));
const cases = new CaseStore().all;
const vectors = new VectorStore();
const exclusions = readExclusions();

t.test("every MUST is checked, or says why nothing can check it", async (t) => {
  const musts = coverage(cases, vectors, exclusions).filter(isMust);
  const missing = musts.filter(({ evidence }) => evidence === "nothing").map(({ id }) => id);
  t.strictSame(missing, [], "give each a case, or a sentence in exclusions.json");
  t.ok(musts.length > 400, `${musts.length} MUSTs`);
});

t.test("an exclusion has nothing that checks it, and is about a MUST of the text", async (t) => {
  const rows = new Map(coverage(cases, vectors, exclusions).map((row) => [row.id, row]));
  const stale = Object.keys(exclusions).filter((id) => rows.get(id)?.evidence !== "exclusion");
  t.strictSame(stale, [], "excluded, and checked or unknown");
  const mild = Object.keys(exclusions).filter((id) => !rows.get(id)?.level.startsWith("MUST"));
  t.strictSame(mild, [], "what is no MUST needs no exclusion");
});

t.test(
  "what cases and vectors cite is there, at the revision they were reviewed against",
  async (t) => {
    const stale = (id: string, cited: readonly Cited[]): readonly string[] =>
      cited.flatMap((one) => {
        const now = requirement(one.id)?.revision;
        return now === one.revision ? [] : [`${id} cites ${one.id}@${one.revision}, now ${now}`];
      });
    t.strictSame(
      cases.flatMap((of) => stale(of.id, [of.requirement, ...(of.also ?? [])])),
      [],
      "stale cases: read them against the new text, then state its revision",
    );
    const unknown = vectors.ids.flatMap((id) =>
      vectors
        .get(id)
        .requirements.filter((cited) => requirement(cited) === undefined)
        .map((cited) => `${id} cites ${cited}`),
    );
    t.strictSame(unknown, [], "vectors that cite nothing");
  },
);

t.test("a case is as strict as its requirement, and names mutants that are there", async (t) => {
  for (const { id, level, requirement: cited, candidate, kills } of cases) {
    const word = requirement(cited.id)?.level.split(" ")[0]?.toLowerCase();
    t.equal(level, word, `${id}: the level of ${cited.id}`);
    const known = mutantsOf(candidate === "function" ? "everything" : "relay");
    for (const mutant of kills) t.ok(mutant in known, `${id}: the mutant ${mutant}`);
  }
});

t.test("a gap, an exclusion, a vector and a case are told apart", async (t) => {
  const [one] = cases;
  if (one === undefined) throw new Error("there are cases");
  const cited = one.requirement.id;
  const evidence = (id: string, ...given: Parameters<typeof coverage>): string | undefined =>
    coverage(...given).find((row) => row.id === id)?.evidence;
  const why = { [cited]: "nothing outside can tell" };
  t.equal(evidence(cited, [one], vectors, {}), "case");
  t.equal(evidence(cited, [], vectors, why), "exclusion");
  t.equal(evidence(cited, [one], vectors, why), "case", "stale");
  t.equal(evidence(cited, [], vectors, {}), "nothing");
  const asked = new Set(codecCases(vectors).flatMap(({ vector }) => vector.requirements));
  for (const { id, evidence: by, subject } of coverage([], vectors, {}))
    t.equal(by, subject === "codecs" && asked.has(id) ? "vector" : "nothing", id);
});

t.test("coverage is shown for each chapter, and for each requirement as JSON", async (t) => {
  const run = (...args: string[]) =>
    execa(process.execPath, [launcher, "coverage", ...args], { reject: false });
  const table = await run();
  t.match(table.stdout, /^chapter +functions +runtimes +peers +codecs +excluded\n/);
  t.match(table.stdout, /^session-mode +\d+\/\d+ +\d+\/\d+ +\d+\/\d+/m);
  const rows = coverage(cases, vectors, exclusions);
  const musts = rows.filter(isMust);
  const sum = subjects.map((subject) => {
    const own = musts.filter((row) => row.subject === subject && row.evidence !== "exclusion");
    return `${own.filter(({ evidence }) => evidence !== "nothing").length}/${own.length}`;
  });
  t.match(table.stdout, new RegExp(`^all +${sum.join(" +")}`, "m"));
  const json = (await run("--json")).stdout.split("\n").map((line) => JSON.parse(line));
  t.strictSame(json, rows);
  const named = (await run("--missing")).stdout.match(/^[A-Z]{3}-\d{3} /gm) ?? [];
  t.equal(named.length, musts.filter(({ evidence }) => evidence === "nothing").length);
});
