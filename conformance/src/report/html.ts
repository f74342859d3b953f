import { createHash } from "node:crypto";
import { verdicts } from "../run/verdict.ts";
import { chaptersOf } from "./chapters.ts";
import { chapterHtml } from "./html-chapter.ts";
import { failuresHtml } from "./html-failures.ts";
import { summaryHtml } from "./html-summary.ts";
import { element, escapedText } from "./html-text.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { candidateName, type Report } from "./report.ts";
import { verdictName } from "./verdict-words.ts";

/**
 * Reports as one page that needs nothing else: requirements by chapter, each case with its verdict, what went over the
 * wire where it did not pass, and candidates side by side where there are several.
 */
export function htmlOf(reports: readonly Report[]): string {
  const several = reports.length > 1;
  const names = reports.map(({ run }) => candidateName(run));
  const title = `Stdfn conformance: ${names.join(", ")}`;
  const policy = `default-src 'none'; style-src '${hash(pageStyle)}'; script-src '${hash(pageScript)}'; base-uri 'none'; form-action 'none'`;
  const chapters = chaptersOf(reports);
  const main = [
    several
      ? element("h1", {}, `Stdfn conformance of ${reports.length} candidates`)
      : element("p", { class: "kind" }, "Stdfn conformance"),
    summaryHtml(reports),
    failuresHtml(chapters),
    logRemark(reports),
    filterForm(several),
    ...chapters.map((chapter) => chapterHtml(chapter, reports)),
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
${main.filter((part) => part !== "").join("\n")}
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Why some cases have a wire log and others have none. */
function logRemark(reports: readonly Report[]): string {
  const hidden = reports.some(({ results }) =>
    results.some(({ verdict, transcript }) => verdict === "pass" && transcript === undefined),
  );
  if (!hidden) return "";
  const text =
    "A case that did not pass has the log of what went over the wire. A case that passed has it too where the run was made with <code>--trace</code>.";
  return element("p", { class: "remark" }, text);
}

function filterForm(several: boolean): string {
  const options = [
    ["", "every verdict"],
    ["bad", "not passed"],
    ...(several ? [["differ", "verdicts differ"]] : []),
    ...verdicts.map((verdict) => [verdict, verdictName(verdict)]),
  ];
  const choices = options.map(
    ([value = "", text = ""]) => `<option value="${value}">${escapedText(text)}</option>`,
  );
  return `<form role="search" id="filter" hidden>
<label>Filter <input type="search" name="text" placeholder="case, rule or word" title="Enter goes to the next case that is shown" autocomplete="off"></label>
<label>Show <select name="verdict" autocomplete="off">${choices.join("")}</select></label>
<span class="buttons">
<button type="button" name="previous">Previous failure</button>
<button type="button" name="next">Next failure</button>
<button type="button" name="unfold">Unfold all</button>
<button type="button" name="fold">Fold all</button>
</span>
<output name="shown" aria-live="polite"></output>
</form>`;
}
