import type { Result } from "../run/verdict.ts";
import { failureText } from "./failure-text.ts";
import type { Report, RunLine } from "./report.ts";

/** A report as JUnit XML: one suite for each area. */
export function junitOf({ run, results }: Report): string {
  const areas = [...new Set(results.map(areaOf))].sort();
  const suites = areas.map((area) =>
    suite(
      area,
      results.filter((one) => areaOf(one) === area),
      run,
    ),
  );
  const name = attribute(`stdfn-conformance ${run.suite}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name=${name} ${numbers(results)}>\n${suites.join("")}</testsuites>\n`;
}

function areaOf({ id }: Result): string {
  return id.split("-")[1] ?? "";
}

function suite(area: string, results: readonly Result[], run: RunLine): string {
  const cases = results.map((result) => testcase(result, run)).join("");
  return `  <testsuite name=${attribute(area)} ${numbers(results)}>\n${cases}  </testsuite>\n`;
}

function numbers(results: readonly Result[]): string {
  const count = (...wanted: Result["verdict"][]): number =>
    results.filter(({ verdict }) => wanted.includes(verdict)).length;
  return `tests="${results.length}" failures="${count("fail")}" errors="${count("kit_error", "inconclusive")}" skipped="${count("not_applicable", "warn")}"`;
}

function testcase(result: Result, run: RunLine): string {
  const { id, format, title, ms, mode, requirement } = result;
  const name = `${id}${format === undefined ? "" : ` ${format}`} ${title}`;
  const properties = `      <properties><property name="rule" value=${attribute(requirement.id)}/></properties>\n`;
  return `    <testcase classname=${attribute(`${requirement.id}.${mode}`)} name=${attribute(name)} time="${(ms / 1000).toFixed(3)}">\n${properties}${outcome(result, run)}    </testcase>\n`;
}

function outcome(result: Result, run: RunLine): string {
  const { verdict, reason = "", failure } = result;
  const message = attribute(reason === "" ? (failure?.signature ?? verdict) : reason);
  switch (verdict) {
    case "pass":
      return "";
    case "not_applicable":
    case "warn":
      return `      <skipped message=${message}/>\n`;
    default: {
      const element = verdict === "fail" ? "failure" : "error";
      const text = escaped(failureText(result, run));
      return `      <${element} type=${attribute(verdict)} message=${message}>${text}</${element}>\n`;
    }
  }
}

function attribute(text: string): string {
  return `"${escaped(text).replaceAll('"', "&quot;").replaceAll("\n", " ")}"`;
}

/** Text for XML 1.0, which has no way to write most control characters. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
