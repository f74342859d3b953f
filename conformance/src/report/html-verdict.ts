import { type Result, type Verdict, verdicts } from "../run/verdict.ts";
import { element, escapedText } from "./html-text.ts";
import { countsOf, type Report } from "./report.ts";
import { letterOf, verdictName } from "./verdict-words.ts";

/** Signs that tell verdicts apart without their colours. */
const signs: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  fail: "✗",
  warn: "!",
  inconclusive: "?",
  not_applicable: "–",
  kit_error: "E",
};

/** The sign of a verdict, which is read aloud by its name, and by the reason where there is one. */
export function signHtml(verdict: Verdict | undefined, reason?: string): string {
  if (verdict === undefined) return '<span class="none"><span class="read">not run</span></span>';
  const text = reason === undefined ? verdictName(verdict) : `${verdictName(verdict)}: ${reason}`;
  const sign = `<span aria-hidden="true">${signs[verdict]}</span>`;
  const name = `<span class="read">${escapedText(text)}</span>`;
  return element("span", { class: `sign ${verdict}`, title: text }, sign + name);
}

/** How many results have each verdict, without those that none has. */
export function tallyHtml(results: readonly Result[]): string {
  const counts = countsOf(results);
  const parts = verdicts
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) =>
      element("span", { class: verdict }, `${counts[verdict]} ${verdictName(verdict)}`),
    );
  return parts.join(" ") || '<span class="none">not run</span>';
}

/** One piece for each report, with its letter where there are several. */
export function perReport(
  reports: readonly Report[],
  content: (report: Report, index: number) => string,
): string {
  if (reports.length === 1) return reports.map(content).join("");
  return reports
    .map((report, index) =>
      element("span", { class: "of" }, `<b>${letterOf(index)}</b> ${content(report, index)}`),
    )
    .join(" ");
}
