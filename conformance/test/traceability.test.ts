import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { CitedRequirement } from "@stdfn/schemas/validate";
import { execa } from "execa";
import t from "tap";
import type { Case } from "../src/case/case.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { codecCases } from "../src/codec/codec-case.ts";
import { mutantsOf } from "../src/mutants/mutant-list.ts";
import { requirement } from "../src/requirements.ts";
import { coverage, isMust, subjects } from "../src/traceability/coverage.ts";
import { readExclusions } from "../src/traceability/exclusions.ts";
import {
  forgottenIds,
  ledgerPath,
  ledgerProblems,
  ledgerText,
  readLedger,
  withNewIds,
} from "../src/traceability/id-ledger.ts";
import { VectorStore } from "../src/vector-store.ts";
import { launcher } from "./launcher.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const withoutHistory = existsSync(`${root}.git`) ? false : "this is no clone: no history is here";
const cases = new CaseStore().all;
const vectors = new VectorStore();
const exclusions = readExclusions();

/** What a case or a vector cites. */
interface Citing {
  readonly by: string;
  readonly cited: readonly [CitedRequirement, ...CitedRequirement[]];
}

function citedByCase({ id, requirement: decided, also = [] }: Case): Citing {
  return { by: id, cited: [decided, ...also] };
}

function citedByVector(id: string): Citing {
  return { by: id, cited: vectors.get(id).requirements };
}

/** Requirements that are not there, or not at the revision that is cited. */
function staleCitations({ by, cited }: Citing): readonly string[] {
  return cited.flatMap(({ id, revision }) => {
    const now = requirement(id)?.revision;
    return now === revision ? [] : [`${by} cites ${id}@${revision}, now ${now}`];
  });
}

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
    const cited = [...cases.map(citedByCase), ...vectors.ids.map(citedByVector)];
    t.strictSame(
      cited.flatMap(staleCitations),
      [],
      "stale: read them against the new text, then state its revision",
    );
    for (const one of [cited[0], cited.at(-1)] as Citing[]) {
      const [first, ...others] = one.cited;
      const { id, revision } = first;
      const older = { ...one, cited: [{ id, revision: revision - 1 }, ...others] } as const;
      t.strictSame(
        staleCitations(older),
        [`${one.by} cites ${id}@${revision - 1}, now ${revision}`],
        "an older revision is noticed",
      );
      t.match(staleCitations({ ...one, cited: [{ id: "ZZZ-999", revision: 1 }] }), [
        / cites ZZZ-999@1, now undefined$/,
      ]);
    }
  },
);

t.test("an id that was given is there for ever, or retired with a reason", async (t) => {
  const ledger = readLedger();
  const present = { cases: new CaseStore().ids, vectors: vectors.ids };
  t.strictSame(ledgerProblems(ledger, present), []);
  t.equal(ledgerText(withNewIds(ledger, present)), readFileSync(ledgerPath, "utf8"), "sorted");
  const [first = ""] = present.cases;
  const without = { ...present, cases: present.cases.slice(1) };
  for (const [name, problems, found] of [
    ["a case that is gone", ledgerProblems(ledger, without), `${first} is gone: put it back, or `],
    [
      "a case that nobody has entered",
      ledgerProblems({ ...ledger, cases: without.cases }, present),
      `${first} is new: npm run generate enters it`,
    ],
    [
      "an id that is given again",
      ledgerProblems(
        { ...ledger, cases: without.cases, retired: { ...ledger.retired, [first]: "not needed" } },
        present,
      ),
      `${first} was retired (not needed): give what is there now an id of its own`,
    ],
    [
      "a retired one without a reason",
      ledgerProblems(
        { ...ledger, cases: without.cases, retired: { ...ledger.retired, [first]: "" } },
        without,
      ),
      `${first} is retired without a reason`,
    ],
    [
      "one that is retired and not",
      ledgerProblems({ ...ledger, retired: { ...ledger.retired, [first]: "not needed" } }, without),
      `${first} is retired, and stands among the cases`,
    ],
  ] as const)
    t.ok(
      problems.some((problem) => problem.startsWith(found)),
      `${name}: ${problems.join("; ")}`,
    );
  t.strictSame(
    withNewIds({ ...ledger, cases: ["FN-SES-9999"] }, present).cases,
    ["FN-SES-9999", ...present.cases],
    "what is entered is never taken out",
  );
});

t.test("no commit has taken an id out of the ledger", { skip: withoutHistory }, async (t) => {
  const { stdout } = await execa(
    "git",
    ["log", "--format=", "--patch", "--unified=0", "--", ledgerPath],
    { cwd: root },
  );
  const removed = stdout.split("\n").filter((line) => line.startsWith("-"));
  t.strictSame(forgottenIds(readLedger(), removed), []);
  t.strictSame(
    forgottenIds(readLedger(), ['-    "FN-SES-0000",', '-  "cases": [', '-    "FN-SES-0001",']),
    ["FN-SES-0000"],
    "one that is known no more",
  );
});

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
  const asked = new Set(
    codecCases(vectors).flatMap(({ vector }) => vector.requirements.map(({ id }) => id)),
  );
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
