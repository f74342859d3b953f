import { addressOf, requirement } from "../requirements.ts";
import type { Result } from "../run/verdict.ts";
import type { Chapter, Row } from "./chapters.ts";
import { rowHtml } from "./html-row.ts";
import { element, escapedText, ruleText } from "./html-text.ts";
import { perReport, signHtml, tallyHtml } from "./html-verdict.ts";
import { candidateName, type Report } from "./report.ts";
import { letterOf, wantsLook, worstOf } from "./verdict-words.ts";

/** A chapter that can be folded: what it has come to, and its requirements. */
export function chapterHtml({ name, rules }: Chapter, reports: readonly Report[]): string {
  const rows = rules.flatMap((rule) => rule.rows);
  const worst = worstOf(rows.flatMap(({ results }) => results));
  const tally = perReport(reports, (_, index) => tallyHtml(columnOf(rows, index)));
  const summary = [
    signHtml(worst),
    element("h2", { id: `chapter-${name}` }, escapedText(headOf(name))),
    element("span", { class: "tally" }, tally),
    element("span", { class: "shown" }, ""),
  ];
  const open = worst !== undefined && wantsLook(worst) ? { open: "" } : {};
  return element(
    "details",
    { class: "chapter fold", "data-chapter": name, ...open },
    `${element("summary", {}, summary.join(" "))}\n${rules
      .map(({ id, rows: own }) => ruleHtml(id, own, reports))
      .join("\n")}`,
  );
}

/** What one candidate has come to in rows. */
function columnOf(rows: readonly Row[], index: number): readonly Result[] {
  return rows.flatMap(({ results }) => results[index] ?? []);
}

/** The name of a chapter as a heading. */
function headOf(name: string): string {
  const words = name.replaceAll("-", " ").replace(/^json\b/, "JSON");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function ruleHtml(id: string, rows: readonly Row[], reports: readonly Report[]): string {
  const rule = requirement(id);
  const letters = reports.map((report, index) =>
    element("th", { scope: "col", title: candidateName(report.run) }, letterOf(index)),
  );
  const columns =
    reports.length > 1
      ? element("thead", {}, element("tr", {}, `${letters.join("")}<th scope="col">Case</th>`))
      : "";
  const verdict = perReport(reports, (_, index) => signHtml(worstOf(columnOf(rows, index))));
  const facts =
    rule === undefined ? "" : `<small>${escapedText(`${rule.level}, ${rule.actor}`)}</small>`;
  const body = rows.map((row) => rowHtml(row, reports)).join("\n");
  return element(
    "article",
    { class: "rule", id },
    element("h3", {}, `${verdict} <a href="#${id}">${id}</a> ${facts} ${addressHtml(id)}`) +
      element("p", { class: "text" }, ruleText(rule?.text ?? "No longer in the specification.")) +
      element("table", { class: "cases" }, columns + element("tbody", {}, body)),
  );
}

function addressHtml(id: string): string {
  const address = addressOf(id);
  if (address === undefined) return "";
  const label = `${id} in the specification`;
  return element(
    "a",
    { class: "address", href: address, rel: "noreferrer", "aria-label": label },
    "specification",
  );
}
