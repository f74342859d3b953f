import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { htmlOf } from "../src/report/html.ts";
import { type Report, readReport } from "../src/report/report.ts";
import { verdicts } from "../src/run/verdict.ts";
import { Page } from "./browser.ts";

const pathOf = (name: string): string =>
  fileURLToPath(new URL(`../../test/reports/${name}.ndjson`, import.meta.url));
const everyVerdict = readReport(pathOf("every-verdict"));
const conforms = readReport(pathOf("conforms"));
const matrix: readonly Report[] = [everyVerdict, conforms];
const nameOf = ({ id, format }: Report["results"][number]): string =>
  format === undefined ? id : `${id}.${format}`;

/** The cases that a person sees. */
const seen = `[...document.querySelectorAll("tr[data-verdicts]")].filter((row) => row.checkVisibility()).map((row) => row.id)`;
const output = `document.querySelector("output").value`;
const focused = `document.activeElement.name || document.activeElement.getAttribute("href")`;
const openChapters = `[...document.querySelectorAll(".chapter")].filter((one) => one.open).map((one) => one.dataset.chapter)`;

const folder = t.testdir();
const browsers: Page[] = [];
let pages = 0;
t.teardown(() => Promise.all(browsers.map((browser) => browser.close())));

/** Shows a page in the one browser of this file. */
async function open(reports: readonly Report[], hash = "", width = 1100): Promise<Page> {
  pages += 1;
  const name = `page-${pages}.html`;
  writeFileSync(`${folder}/${name}`, htmlOf(reports));
  if (browsers.length === 0) browsers.push(await Page.start(folder));
  const [page] = browsers;
  if (page === undefined) throw new Error("there is a browser");
  await page.visit(`file://${folder}/${name}${hash}`, width);
  return page;
}

/** Presses Tab until the focus is on what has a name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < 100; pressed += 1) {
    if ((await page.evaluate<string | null>(focused)) === name) return;
    await page.press("Tab");
  }
  throw new Error(`no Tab leads to ${name}`);
}

const skip = missingTool("chromium");

t.test("a page fits a narrow window", { skip }, async (t) => {
  const page = await open(Array(4).fill(everyVerdict), "", 500);
  await page.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
  const wide = `[...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > 500 && one.closest(".read") === null).map((one) => one.outerHTML.slice(0, 100))`;
  t.strictSame(await page.evaluate(wide), []);
  t.equal(
    await page.evaluate("document.documentElement.scrollWidth"),
    500,
    "nothing to scroll aside",
  );
});

t.test("a page in a browser is filtered by the keyboard alone", { skip }, async (t) => {
  const page = await open(matrix);
  const names = everyVerdict.results.map(nameOf);
  const folded = await page.evaluate<readonly string[]>(openChapters);
  t.equal(await page.evaluate(output), `${names.length} shown`);
  t.notSame((await page.evaluate<readonly string[]>(seen)).length, names.length, "some are folded");

  const shown = async (expected: readonly string[], what: string): Promise<void> => {
    t.strictSame(
      [...(await page.evaluate<readonly string[]>(seen))].sort(),
      [...expected].sort(),
      what,
    );
    t.equal(await page.evaluate(output), `${expected.length} of ${names.length} shown`, what);
    const none = `document.getElementById("none").checkVisibility()`;
    t.equal(await page.evaluate(none), expected.length === 0, what);
  };
  await tabTo(page, "text");
  const words: readonly (readonly [typed: string, expected: readonly string[]])[] = [
    ["FN-PIP", names.filter((name) => name.startsWith("FN-PIP"))],
    ["ses-025", ["FN-SES-0001.protobuf", "FN-SES-0002.json", "FN-SES-0002.protobuf"]],
    ["challenged", ["FN-PIP-0002.json", "FN-SES-0002.json", "FN-SES-0002.protobuf"]],
    ["ANSWERED  event", ["FN-SES-0001.protobuf"]],
    ["no such words", []],
  ];
  for (const [typed, expected] of words) {
    await page.type(typed);
    await shown(expected, typed);
    await page.press("Escape");
    t.equal(await page.evaluate(output), `${names.length} shown`, "Escape clears it");
  }
  t.strictSame(await page.evaluate(openChapters), folded, "chapters are folded as before");

  const choose = async (value: string): Promise<void> => {
    await page.evaluate(`document.querySelector("select").value = ${JSON.stringify(value)};
      document.querySelector("select").dispatchEvent(new Event("input", { bubbles: true }))`);
  };
  const by = (fits: (verdict: string, index: number) => boolean): readonly string[] =>
    names.filter((name) =>
      matrix.some(({ results }, index) =>
        results.some((result) => nameOf(result) === name && fits(result.verdict, index)),
      ),
    );
  for (const verdict of verdicts) {
    await choose(verdict);
    await shown(
      by((one) => one === verdict),
      verdict,
    );
  }
  await choose("bad");
  await shown(
    by((one) => one !== "pass" && one !== "not_applicable"),
    "not passed",
  );
  await choose("differ");
  const both = conforms.results.map(nameOf);
  await shown(
    names.filter((name) => !both.includes(name)),
    "all that one has not run",
  );
  await choose("");
  await tabTo(page, "verdict");
  await page.press("f");
  await shown(
    by((verdict) => verdict === "fail"),
    "a key chooses a verdict",
  );
  t.strictSame(page.complaints, []);
});

t.test("a page in a browser leads to the failures", { skip }, async (t) => {
  const page = await open([everyVerdict], "#FN-FLT-0001");
  const filter = `document.querySelector("tr[data-marked]")?.id`;
  t.equal(await page.evaluate(filter), "FN-FLT-0001", "a link into a folded chapter unfolds it");
  t.ok((await page.evaluate<readonly string[]>(seen)).includes("FN-FLT-0001"));
  await page.evaluate(`for (const one of document.querySelectorAll(".chapter")) one.open = false`);
  t.strictSame(await page.evaluate(seen), []);

  const bad = `[...document.querySelectorAll("tr[data-verdicts]")].filter((row) => !["pass", "not_applicable"].includes(row.dataset.verdicts)).map((row) => row.id)`;
  const failures = await page.evaluate<readonly string[]>(bad);
  t.equal(failures.length, 7);
  const stepped: (string | undefined)[] = [];
  await tabTo(page, "next");
  for (const [index, id] of failures.entries()) {
    await page.press("Enter");
    stepped.push(await page.evaluate(filter));
    t.equal(await page.evaluate(output), `${index + 1} of ${failures.length}: ${id}`);
    const log = `document.getElementById(${JSON.stringify(id)}).querySelector("pre").checkVisibility()`;
    t.ok(await page.evaluate(log), `what explains ${id} is seen`);
  }
  t.strictSame(stepped, failures);

  const links = `[...document.querySelectorAll("#failures a")].map((link) => decodeURI(link.hash.slice(1)))`;
  const listed = await page.evaluate<readonly string[]>(links);
  t.strictSame([...listed].sort(), [...failures].sort(), "the list has every one");
  t.equal(listed[0], "FN-EXI-0001.protobuf", "the kit's own error comes first");
  t.strictSame(
    listed.slice(-3),
    ["FN-PIP-0002.json", "FN-PIP-0011.json", "FN-SES-0002.json"],
    "what is known or challenged comes last",
  );
  await page.evaluate(`document.querySelector("[name=fold]").click()`);
  await tabTo(page, `#${listed[0]}`);
  await page.press("Enter");
  t.equal(await page.evaluate(filter), listed[0]);

  const count = `document.querySelector("[data-count=warn] button").click()`;
  await page.evaluate(count);
  t.strictSame(await page.evaluate(seen), ["FN-SES-0031.json"], "a number shows what it counts");
  t.strictSame(page.complaints, []);
});
