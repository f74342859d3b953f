import process from "node:process";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { badgeOf } from "../report/badge.ts";
import { htmlOf } from "../report/html.ts";
import { junitOf } from "../report/junit.ts";
import { markdownOf } from "../report/markdown.ts";
import { type Report, readReport } from "../report/report.ts";
import { openingText, summaryText } from "../report/summary-text.ts";
import { tapOf } from "../report/tap.ts";

/** Forms of one report. */
const formsOfOne: Readonly<Record<string, (report: Report) => string>> = {
  text: (report) => `${openingText(report.run)}\n${summaryText(report)}`,
  tap: tapOf,
  junit: junitOf,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  badge: badgeOf,
};

/** Forms that put several reports beside each other. */
const formsOfMany: Readonly<Record<string, (reports: readonly Report[]) => string>> = {
  html: htmlOf,
  md: markdownOf,
};

/** Prints reports in another form. */
export function convertReport(files: readonly string[], to: string): void {
  const reports = files.map(readReport);
  const [first] = reports;
  const one = formsOfOne[to];
  if (one !== undefined && reports.length > 1)
    throw new KitError(
      `--to ${to} takes one report, and there are ${files.length}: ${files.join(", ")}; --to ${Object.keys(formsOfMany).join(" or ")} takes several`,
      exitStatus.usage,
    );
  const many = formsOfMany[to];
  if (many !== undefined) process.stdout.write(many(reports));
  else if (one !== undefined && first !== undefined) process.stdout.write(one(first));
  else throw new TypeError(`no form ${to}`);
}
