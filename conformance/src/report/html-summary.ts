import { exitStatus } from "../exit-status.ts";
import { type Verdict, verdicts } from "../run/verdict.ts";
import { challengeNote } from "./failure-text.ts";
import { element, escapedText } from "./html-text.ts";
import { signHtml } from "./html-verdict.ts";
import {
  candidateName,
  challengesOf,
  countsOf,
  exitOf,
  judgedAs,
  knownOf,
  type Report,
} from "./report.ts";
import { naReasons, verdictSentence } from "./summary-text.ts";
import { letterOf, verdictName } from "./verdict-words.ts";

/** What each candidate has come to, and how it was judged. */
export function summaryHtml(reports: readonly Report[]): string {
  const cards = reports.map((report, index) => card(report, index, reports.length > 1));
  return element("div", { class: "cards" }, cards.join("\n"));
}

/** The verdict on a candidate, as that of a case would be told. */
function verdictOf({ results, end }: Report): Verdict {
  switch (exitOf(results, end?.complete ?? false, end?.stale)) {
    case exitStatus.ok:
      return knownOf(results).length > 0 ? "warn" : "pass";
    case exitStatus.nonconforming:
      return "fail";
    case exitStatus.kit:
      return "kit_error";
    case exitStatus.baseline:
      return "warn";
    default:
      return "inconclusive";
  }
}

function card(report: Report, index: number, several: boolean): string {
  const { run, results } = report;
  const counts = countsOf(results);
  const verdict = verdictOf(report);
  const name = escapedText(candidateName(run));
  const command = escapedText(run.candidate.command.join(" "));
  const head = several
    ? element("h2", {}, `<b class="letter">${letterOf(index)}</b> ${name}`)
    : element("h1", {}, name);
  const sentence = `${signHtml(verdict)} ${escapedText(verdictSentence(report))}`;
  const numbers = verdicts.map((one) =>
    element(
      "li",
      { class: counts[one] > 0 ? one : "zero", "data-count": one },
      `<b>${counts[one]}</b> ${verdictName(one)}`,
    ),
  );
  const items = factsOf(report).map((one) => `<li>${one}</li>`);
  const facts = element("ul", { class: "facts" }, items.join(""));
  const body = [
    head,
    element("p", { class: `sentence ${verdict}` }, sentence),
    bar(counts),
    element("ul", { class: "counts" }, numbers.join("")),
    element("p", { class: "command" }, `<code>${command}</code>`),
    several ? `<details><summary>how it was judged</summary>${facts}</details>` : facts,
  ];
  return element("section", { class: `card ${verdict}` }, body.join("\n"));
}

/** The shares of the verdicts as a picture of what the numbers below it say. */
function bar(counts: Readonly<Record<Verdict, number>>): string {
  let begin = 0;
  const parts = verdicts.map((verdict) => {
    const part = element(
      "rect",
      { class: verdict, x: `${begin}`, y: "0", width: `${counts[verdict]}`, height: "1" },
      "",
    );
    begin += counts[verdict];
    return counts[verdict] > 0 ? part : "";
  });
  return element(
    "svg",
    {
      class: "bar",
      viewBox: `0 0 ${Math.max(begin, 1)} 1`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    parts.join(""),
  );
}

function factsOf(report: Report): readonly string[] {
  const { run, end } = report;
  const { modes, formats, features } = run.candidate;
  const seconds = end === undefined ? "" : `, in ${(end.ms / 1000).toFixed(1)} s`;
  const offers = run.suite === "codec" ? "reads and writes" : `offers ${modes.join(", ")} in`;
  const facts = [
    `judged as a ${judgedAs(run)}, specification ${run.specification}, kit ${run.kit}`,
    `seed ${run.seed}, on ${run.platform}${seconds}`,
    `${offers} ${formats.join(", ")}${features.length > 0 ? `, with ${features.join(", ")}` : ""}`,
    ...(run.partial ? ["partial run, no claim can be made from it"] : []),
    ...naReasons(report).map(([reason, number]) => `not applicable: ${number}, ${reason}`),
    ...challengesOf(report).map((one) => `void: ${challengeNote(one)}`),
  ];
  return facts.map(escapedText);
}
