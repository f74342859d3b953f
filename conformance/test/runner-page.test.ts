import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { CaseStore } from "../src/case/case-store.ts";
import { matcherNames } from "../src/case/match.ts";
import { VectorStore } from "../src/vector-store.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

t.test("the page for runners names every matcher and every step of a case", async (t) => {
  const page = readFileSync(join(root, "conformance/RUNNER.md"), "utf8");
  const schema = readFileSync(join(root, "schemas/json/case.schema.json"), "utf8");
  const { anyOf } = JSON.parse(schema).properties.steps.items;
  const steps = new Set(
    anyOf.flatMap(({ properties }: { properties: object }) => Object.keys(properties)),
  );
  t.ok(steps.size > 8, `${steps.size} kinds of steps`);
  for (const step of steps) if (step !== "only") t.match(page, `\`${step}\``, `${step}`);
  for (const name of [...matcherNames, "$more", "$base64", "$sha256", "$text"])
    t.match(page, `\`${name}\``, name);
});

t.test("the page for runners states the limits that the kit has", async (t) => {
  const page = readFileSync(join(root, "conformance/RUNNER.md"), "utf8");
  const source = (name: string): string =>
    readFileSync(join(root, "conformance/src/run", name), "utf8");
  for (const [name, constant, sentence] of [
    ["grant-output.ts", "granted", "grant what makes it N bytes"],
    ["dialogue.ts", "usualLimitMs", "the wait is N ms"],
    ["dialogue.ts", "usualLimitMs", "wait N ms for status 0"],
    ["perform.ts", "orphanMs", "gone within N ms"],
    ["suite.ts", "companySize", "puts N into a process"],
  ] as const) {
    const value = new RegExp(`^const ${constant} = ([\\d_]+);`, "m").exec(source(name))?.[1];
    const stated = sentence.replace("N", String(value?.replaceAll("_", "")));
    t.ok(page.includes(stated), stated);
  }
  for (const name of ["codec-question", "codec-answer"]) {
    t.match(page, `\`schemas/${name}.schema.json\``);
    t.ok(existsSync(join(root, `schemas/json/${name}.schema.json`)), name);
  }
});

t.test("cases that share a process start like any other", async (t) => {
  const shared = new CaseStore().all.filter(({ isolation }) => isolation === "shared");
  t.ok(shared.length > 100);
  const members = ["arguments", "environment", "hello", "opening"] as const;
  const others = shared.filter(
    (of) =>
      of.candidate !== "function" ||
      of.mode !== "session" ||
      members.some((name) => of[name] !== undefined),
  );
  t.strictSame(
    others.map(({ id }) => id),
    [],
  );
});

t.test(
  "the page for runners and the schema name every form of a meaning that repeats",
  async (t) => {
    const page = readFileSync(join(root, "conformance/RUNNER.md"), "utf8");
    const schema = readFileSync(join(root, "schemas/json/vector.schema.json"), "utf8");
    const { description } = JSON.parse(schema).properties.meaning;
    const store = new VectorStore();
    const texts = store.ids.map((id) => JSON.stringify(store.get(id)));
    const lengths = new Set(
      texts.flatMap((text) =>
        [...text.matchAll(/\{"\$repeat":(\[.*?\])\}/g)].map(
          ([, items = ""]) => JSON.parse(items).length,
        ),
      ),
    );
    t.strictSame([...lengths].sort(), [2, 3]);
    for (const length of lengths) {
      const form = `[${["text", "times", "rest"].slice(0, length).join(", ")}]`;
      for (const text of [page, description]) t.ok(text.includes(form), form);
    }
  },
);
