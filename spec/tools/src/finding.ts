/** One problem in the specification's sources, as the linter reports it. */
export type Finding = {
  /** Path relative to the repository's root, with forward slashes. */
  readonly file: string;
  /** Line number, from 1; 1 when the problem concerns the whole file. */
  readonly line: number;
  /** Name of the rule that was broken, kebab-case. */
  readonly rule: string;
  /** What is wrong, quoting the text. */
  readonly message: string;
  /** What the author can do about it. */
  readonly advice: string;
};

/** Writes a finding as `file:line: rule: message; what to do`, the form editors turn into links. */
export function formatFinding(finding: Finding): string {
  return `${finding.file}:${finding.line}: ${finding.rule}: ${finding.message}; ${finding.advice}`;
}

/** Orders findings by file, line and rule, so that two runs print the same list. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      compareText(a.rule, b.rule) ||
      compareText(a.message, b.message),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
