import { createHash } from "node:crypto";
import { addressOf, type Requirement, requirement } from "../requirements.ts";
import { verdicts } from "../run/verdict.ts";
import { rowHtml, verdictName } from "./html-row.ts";
import { element, escapedText, ruleText } from "./html-text.ts";
import { chaptersOf, type Row } from "./html-tree.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { candidateName, countsOf, judgedAs, type Report } from "./report.ts";
import { naReasons, verdictSentence } from "./summary-text.ts";

/**
 * Reports as one page that needs nothing else: requirements by chapter, each case with its verdict, what went over the
 * wire where it did not pass, and candidates side by side where there are several.
 */
export function htmlOf(reports: readonly Report[]): string {
  const names = reports.map(({ run }) => candidateName(run));
  const title = `Stdfn conformance: ${names.join(", ")}`;
  const policy = `default-src 'none'; style-src '${hash(pageStyle)}'; script-src '${hash(pageScript)}'; base-uri 'none'; form-action 'none'`;
  const main = [
    element("h1", {}, "Stdfn conformance"),
    summaryTable(reports),
    ...reports.flatMap((report, index) => remarks(report, index, reports.length)),
    filterForm(reports.length > 1),
    ...chaptersOf(reports).map(({ name, rules }) =>
      element(
        "section",
        { class: "chapter", "aria-labelledby": `chapter-${name}` },
        element("h2", { id: `chapter-${name}` }, escapedText(headOf(name))) +
          rules.map(({ id, rows }) => ruleSection(id, rows, reports)).join(""),
      ),
    ),
    element("p", { id: "none", hidden: "" }, "No case matches the filter."),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapedText(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapedText(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${main.join("\n")}
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

/** The name of a chapter as a heading. */
function headOf(name: string): string {
  const words = name.replaceAll("-", " ").replace(/^json\b/, "JSON");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Letter that stands for a candidate where there are several. */
function letter(index: number): string {
  return String.fromCodePoint(65 + index);
}

function summaryTable(reports: readonly Report[]): string {
  const several = reports.length > 1;
  const heads = ["Candidate", "Verdict", ...verdicts.map(verdictName), "Seconds"];
  const head = heads.map((text) => element("th", { scope: "col" }, text)).join("");
  const rows = reports.map((report, index) => {
    const { run, results, end } = report;
    const counts = countsOf(results);
    const name = `${several ? `<b>${letter(index)}</b> ` : ""}${escapedText(candidateName(run))}`;
    const cells = [
      element("td", { class: "sentence" }, escapedText(verdictSentence(report))),
      ...verdicts.map((verdict) =>
        element(
          "td",
          { class: `number ${counts[verdict] > 0 ? verdict : "none"}`, "data-count": verdict },
          `${counts[verdict]}`,
        ),
      ),
      element("td", { class: "number" }, end === undefined ? "" : (end.ms / 1000).toFixed(1)),
    ];
    return element("tr", {}, element("th", { scope: "row" }, name) + cells.join(""));
  });
  const table = element(
    "table",
    { class: "summary" },
    element("thead", {}, element("tr", {}, head)) + element("tbody", {}, rows.join("")),
  );
  return scrolling("What the run has come to", table);
}

/** A wide table scrolls by itself, with the keyboard too. */
function scrolling(label: string, table: string): string {
  return element(
    "div",
    { class: "wide", role: "region", "aria-label": label, tabindex: "0" },
    table,
  );
}

function remarks(report: Report, index: number, count: number): readonly string[] {
  const { run } = report;
  const { command, modes, formats, features } = run.candidate;
  const facts = [
    `judged as a ${judgedAs(run)}, specification ${run.specification}, kit ${run.kit}, seed ${run.seed}, on ${run.platform}`,
    `${run.suite === "codec" ? "reads and writes" : `offers ${modes.join(", ")} in`} ${formats.join(", ")}${features.length > 0 ? `, with ${features.join(", ")}` : ""}`,
    ...(run.partial ? ["partial run, no claim can be made from it"] : []),
    ...naReasons(report).map(([reason, number]) => `not applicable: ${number}, ${reason}`),
  ];
  const name = count > 1 ? `${letter(index)}: ` : "";
  return [
    element("p", { class: "command" }, `${name}<code>${escapedText(command.join(" "))}</code>`),
    element("ul", {}, facts.map((fact) => element("li", {}, escapedText(fact))).join("")),
  ];
}

function filterForm(several: boolean): string {
  const options = [
    ["", "every verdict"],
    ["bad", "not passed"],
    ...(several ? [["differ", "different among candidates"]] : []),
    ...verdicts.map((verdict) => [verdict, verdictName(verdict)]),
  ];
  const choices = options.map(
    ([value = "", text = ""]) => `<option value="${value}">${escapedText(text)}</option>`,
  );
  return `<form role="search" id="filter" hidden>
<label>Filter <input type="search" name="text" placeholder="case, requirement or word" autocomplete="off"></label>
<label>Show <select name="verdict">${choices.join("")}</select></label>
<output name="shown" aria-live="polite"></output>
</form>`;
}

function ruleSection(id: string, rows: readonly Row[], reports: readonly Report[]): string {
  const rule = requirement(id);
  const letters = reports.map((report, index) =>
    element("th", { scope: "col", title: candidateName(report.run) }, letter(index)),
  );
  const head =
    reports.length > 1
      ? element("thead", {}, element("tr", {}, `${letters.join("")}<th scope="col">Case</th>`))
      : "";
  const body = rows.map((row) => rowHtml(row, reports)).join("");
  return element(
    "article",
    { class: "rule", id },
    element("h3", {}, `<a href="${addressOf(id) ?? `#${id}`}">${id}</a> ${factsOf(rule)}`) +
      element("p", { class: "text" }, ruleText(rule?.text ?? "No longer in the specification.")) +
      element("table", { class: "cases" }, head + element("tbody", {}, body)),
  );
}

function factsOf(rule: Requirement | undefined): string {
  return rule === undefined
    ? ""
    : element("small", {}, escapedText(`${rule.level}, ${rule.actor}`));
}
