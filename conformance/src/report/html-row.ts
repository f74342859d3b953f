import { challengeText } from "../claim/challenges.ts";
import type { Result } from "../run/verdict.ts";
import type { Row } from "./chapters.ts";
import { failureText } from "./failure-text.ts";
import { entryLines } from "./hex-lines.ts";
import { element, escapedText } from "./html-text.ts";
import { signHtml } from "./html-verdict.ts";
import { candidateName, type Report } from "./report.ts";
import { letterOf, verdictName } from "./verdict-words.ts";

const gistLength = 100;

/** What a link to a row names: case and format. */
export function anchorOf({ id, format }: Pick<Row, "id" | "format">): string {
  return format === undefined ? id : `${id}.${format}`;
}

/** The row of a table about one case in one format: its verdicts, and what explains them. */
export function rowHtml(row: Row, reports: readonly Report[]): string {
  const { id, format, title, results } = row;
  const cells = results.map(cell).join("");
  const code = `<code>${escapedText(id)}</code>`;
  const name = `${code}${format === undefined ? "" : ` ${format}`} ${escapedText(title)}${marksOf(results)}`;
  const details = results.flatMap((result, index) => {
    const report = reports[index];
    if (result === undefined || report === undefined) return [];
    const log = logOf(result, report);
    if (log === undefined) return [];
    const who = reports.length > 1 ? `${letterOf(index)}, ${candidateName(report.run)}: ` : "";
    const summary = escapedText(`${who}${verdictName(result.verdict)}${gistOf(result)}`);
    return [`<details><summary>${summary}</summary>${logHtml(log)}</details>`];
  });
  const verdicts = results.map((result) => result?.verdict ?? "none").join(" ");
  const named = element("span", { class: "name" }, name);
  const head = element("th", { scope: "row" }, named + details.join(""));
  return element("tr", { id: anchorOf(row), "data-verdicts": verdicts }, cells + head);
}

/** What keeps failures of a row from counting. */
export function marksOf(results: readonly (Result | undefined)[]): string {
  const marks = [
    ...(results.some((result) => result?.known !== undefined) ? ["known"] : []),
    ...(results.some((result) => result?.challenged !== undefined) ? ["challenged"] : []),
  ];
  return marks.map((mark) => ` <small>${mark}</small>`).join("");
}

/** What a person should know before all else. */
function gistOf({ known, challenged, reason, failure }: Result): string {
  if (challenged !== undefined) return `, ${challengeText(challenged)}`;
  if (known !== undefined) return `, known: ${known.reason}`;
  if (reason !== undefined) return `: ${cut(reason)}`;
  if (failure === undefined) return "";
  const { likely, difference, came } = failure;
  if (likely !== undefined) return `, likely: ${likely}`;
  if (difference === undefined) return `: ${cut(came[0] ?? "")}`;
  return `: ${cut(`${difference.path || "the whole"} is ${difference.came}, wanted ${difference.wanted}`)}`;
}

function cut(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > gistLength ? `${line.slice(0, gistLength)}…` : line;
}

function cell(result: Result | undefined): string {
  return element("td", { class: "verdict" }, signHtml(result?.verdict, result?.reason));
}

/** A log line by line, so that what does not fit goes on below its beginning. */
function logHtml(log: string): string {
  const lines = log
    .trimEnd()
    .split("\n")
    .map((line) => escapedText(line).replace(/^ {2}([a-z]+)(?= )/, "  <b>$1</b>"));
  return element("pre", { tabindex: "0" }, `<span>${lines.join("\n</span><span>")}</span>`);
}

/** What explains a result; undefined where nothing was kept. */
function logOf(result: Result, report: Report): string | undefined {
  const { verdict, transcript, format } = result;
  if (verdict === "not_applicable") return undefined;
  if (verdict !== "pass") return failureText(result, report, Number.POSITIVE_INFINITY);
  return transcript?.flatMap((entry) => entryLines(entry, format)).join("\n");
}
