import { isVoid, type Result } from "../run/verdict.ts";
import type { Chapter, Row } from "./chapters.ts";
import { anchorOf, marksOf } from "./html-row.ts";
import { element, escapedText } from "./html-text.ts";
import { signHtml, tallyHtml } from "./html-verdict.ts";
import { letterOf, wantsLook, weightOf, worstOf } from "./verdict-words.ts";

/** So many are seen at once. */
const unfolded = 20;

/** Links to every case that somebody should look at, the failures first; empty where there is none. */
export function failuresHtml(chapters: readonly Chapter[]): string {
  const rows = chapters
    .flatMap(({ rules }) => rules.flatMap((rule) => rule.rows))
    .filter(({ results }) => results.some((result) => result && wantsLook(result.verdict)));
  if (rows.length === 0) return "";
  const sorted = [...rows].sort((left, right) => orderOf(left) - orderOf(right));
  const bad = rows.flatMap(({ results }) =>
    results.filter((result) => result !== undefined && wantsLook(result.verdict)),
  );
  const tally = element("span", { class: "tally" }, tallyHtml(bad as readonly Result[]));
  const head = element("summary", {}, `<h2>Not passed</h2> ${tally}`);
  const list = element("ol", {}, sorted.map(item).join("\n"));
  const attributes = { class: "fold", ...(rows.length > unfolded ? {} : { open: "" }) };
  const folded = element("details", attributes, head + list);
  return element("nav", { id: "failures", "aria-label": "Results that did not pass" }, folded);
}

/** New failures come first, those that count for nothing last. */
function orderOf({ results }: Row): number {
  const bad = results.filter((result) => result !== undefined && wantsLook(result.verdict));
  const fresh = bad.filter((result) => result && result.known === undefined && !isVoid(result));
  const worst = worstOf(fresh);
  return worst === undefined ? Number.MAX_SAFE_INTEGER : weightOf(worst);
}

function item(row: Row): string {
  const { id, format, title, results } = row;
  const signs = results.map((result, index) =>
    results.length === 1
      ? signHtml(result?.verdict)
      : element("span", { class: "of" }, `<b>${letterOf(index)}</b> ${signHtml(result?.verdict)}`),
  );
  const name = `<code>${escapedText(id)}</code>${format === undefined ? "" : ` ${format}`}`;
  const link = element("a", { href: `#${encodeURI(anchorOf(row))}` }, name);
  return `<li>${signs.join(" ")} ${link} ${escapedText(title)}${marksOf(results)}</li>`;
}
