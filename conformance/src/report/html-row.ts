import type { Result, Verdict } from "../run/verdict.ts";
import { failureText } from "./failure-text.ts";
import { entryLines } from "./hex-lines.ts";
import { element, escapedText } from "./html-text.ts";
import type { Row } from "./html-tree.ts";
import { candidateName, type Report } from "./report.ts";

/** Signs that tell verdicts apart without their colours. */
const symbols: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  fail: "✗",
  warn: "!",
  inconclusive: "?",
  not_applicable: "–",
  kit_error: "E",
};

/** A verdict as people call it. */
export function verdictName(verdict: Verdict): string {
  return verdict.replace("_", " ");
}

/** The rows of a table about one case in one format: its verdicts, and what explains them. */
export function rowHtml({ id, format, title, results }: Row, reports: readonly Report[]): string {
  const cells = results.map(cell).join("");
  const name = `<code>${id}</code>${format === undefined ? "" : ` ${format}`} ${escapedText(title)}`;
  const details = results.flatMap((result, index) => {
    const report = reports[index];
    if (result === undefined || report === undefined) return [];
    const log = logOf(result, report);
    if (log === undefined) return [];
    const who = reports.length > 1 ? ` by ${candidateName(report.run)}` : "";
    const summary = `${verdictName(result.verdict)}${who}${result.known === undefined ? "" : `, known: ${result.known.reason}`}`;
    return [
      `<details><summary>${escapedText(summary)}</summary><pre tabindex="0">${escapedText(log)}</pre></details>`,
    ];
  });
  const verdicts = results.map((result) => result?.verdict ?? "none").join(" ");
  const head = element("th", { scope: "row" }, name + details.join(""));
  return element("tr", { "data-verdicts": verdicts }, cells + head);
}

function cell(result: Result | undefined): string {
  if (result === undefined)
    return `<td class="verdict none"><span class="read">not run</span></td>`;
  const { verdict, reason } = result;
  const text = reason === undefined ? verdictName(verdict) : `${verdictName(verdict)}: ${reason}`;
  const sign = `<span aria-hidden="true">${symbols[verdict]}</span>`;
  return element(
    "td",
    { class: `verdict ${verdict}`, title: text },
    `${sign}<span class="read">${escapedText(text)}</span>`,
  );
}

/** What explains a result; undefined where nothing was kept. */
function logOf(result: Result, report: Report): string | undefined {
  const { verdict, transcript, format } = result;
  if (verdict === "not_applicable") return undefined;
  if (verdict !== "pass") return failureText(result, report, Number.POSITIVE_INFINITY);
  return transcript?.flatMap((entry) => entryLines(entry, format)).join("\n");
}
