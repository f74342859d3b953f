import process from "node:process";
import { junitOf } from "../report/junit.ts";
import { markdownOf } from "../report/markdown.ts";
import { type Report, readReport } from "../report/report.ts";
import { openingText, summaryText } from "../report/summary-text.ts";
import { tapOf } from "../report/tap.ts";

const forms: Readonly<Record<string, (report: Report) => string>> = {
  text: (report) => `${openingText(report.run)}\n${summaryText(report)}`,
  tap: tapOf,
  junit: junitOf,
  md: markdownOf,
};

/** Prints a report in another form. */
export function convertReport(file: string, to: string): void {
  const form = forms[to];
  if (form === undefined) throw new TypeError(`no form ${to}`);
  process.stdout.write(form(readReport(file)));
}
