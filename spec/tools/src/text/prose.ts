const abbreviation = /(?:^|[\s("])(?:e\.g|i\.e|etc|vs|cf|resp|approx|no|sec|fig|ca)\.$/i;

/**
 * Replaces what is not prose by a filler of the same length: code spans, link targets, HTML comments and tags.
 * Columns keep their place, so a position in the result is a position in the line.
 */
export function maskCode(text: string): string {
  return text
    .replace(
      /(`+)(?!`)(.*?[^`])\1(?!`)/g,
      (whole, ticks: string) => ticks + "x".repeat(whole.length - 2 * ticks.length) + ticks,
    )
    .replace(/<!--.*?-->/g, blank)
    .replace(/\]\([^)\s]*(?:\s+"[^"]*")?\)/g, (whole) => `]${" ".repeat(whole.length - 1)}`)
    .replace(/^\[[^\]]+\]:\s.*$/, blank)
    .replace(/<\/?[a-zA-Z][^>]*>/g, blank)
    .replace(/\bhttps?:\/\/[^\s)>]+/g, (whole) => "x".repeat(whole.length));
}

function blank(whole: string): string {
  return " ".repeat(whole.length);
}

/**
 * Splits masked prose into sentences. A sentence ends at `.`, `!` or `?` followed by white space and the beginning of
 * another sentence; a known abbreviation, a number such as `1.0` and an enumeration such as `1. ` do not end one.
 */
export function sentences(masked: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (const match of masked.matchAll(/[.!?]["'”’)*_]*\s+(?=[A-Z0-9`["'“(*_])/g)) {
    const before = masked.slice(start, match.index + 1);
    if (abbreviation.test(before) || /^\s*(?:[-*+]\s+)?\d+\.$/.test(before)) continue;
    found.push(masked.slice(start, match.index + match[0].length).trim());
    start = match.index + match[0].length;
  }
  const last = masked.slice(start).trim();
  if (last !== "") found.push(last);
  return found;
}

/** Collapses every run of white space to one space and trims, so that re-wrapping a text does not change its hash. */
export function normaliseSpace(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
