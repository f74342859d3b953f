import { challengeText, namedChallenge } from "../claim/challenges.ts";
import { isVoid, type Result } from "../run/verdict.ts";
import { failureText } from "./failure-text.ts";
import { type Objection, objectionsTo, type Report } from "./report.ts";

/** A report as JUnit XML: one suite for each area. */
export function junitOf(report: Report): string {
  const { run, results } = report;
  const areas = [...new Set(results.map(areaOf))].sort();
  const suites = areas.map((area) =>
    suite(
      area,
      results.filter((one) => areaOf(one) === area),
      report,
    ),
  );
  const objections = objectionsTo(report);
  if (objections.length > 0) suites.push(runSuite(objections));
  const name = attribute(`stdfn-conformance ${run.suite}`);
  const sums = numbers(results, objections.length);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name=${name} ${sums}>\n${suites.join("")}</testsuites>\n`;
}

/** What a run as a whole has to be, by what is wrong where it is not. */
const runNames: Readonly<Record<Objection["type"], string>> = {
  incomplete: "the run is complete",
  nothing: "the run shows something",
  stale: "the baseline is met",
};

/** A suite that fails, since what is wrong with the run as a whole would else be missed by everybody. */
function runSuite(objections: readonly Objection[]): string {
  const cases = objections.map(({ type, reason }) => {
    const error = `      <error type="${type}" message=${attribute(reason)}/>\n`;
    return `    <testcase classname="run" name=${attribute(runNames[type])} time="0.000">\n${error}    </testcase>\n`;
  });
  return `  <testsuite name="run" ${numbers([], objections.length)}>\n${cases.join("")}  </testsuite>\n`;
}

function areaOf({ id, requirement }: Result): string {
  // The cases of an author are named by their files.
  return id.startsWith("own/") ? "own" : requirement.id.slice(0, 3);
}

function suite(area: string, results: readonly Result[], report: Report): string {
  const cases = results.map((result) => testcase(result, report)).join("");
  return `  <testsuite name=${attribute(area)} ${numbers(results)}>\n${cases}  </testsuite>\n`;
}

/** @param more errors that are no results */
function numbers(results: readonly Result[], more = 0): string {
  const count = (wanted: ReturnType<typeof kindOf>): number =>
    results.filter((result) => kindOf(result) === wanted).length;
  return `tests="${results.length + more}" failures="${count("failure")}" errors="${count("error") + more}" skipped="${count("skipped")}"`;
}

function testcase(result: Result, report: Report): string {
  const { id, format, title, ms, mode, requirement, failure, challenged } = result;
  const name = `${id}${format === undefined ? "" : ` ${format}`} ${title}`;
  const values = {
    rule: requirement.id,
    ...(failure && { broken: failure.rule }),
    ...(failure?.noticed_by && { noticed_by: failure.noticed_by }),
    level: result.level,
    verdict: result.verdict,
    ...(challenged && { challenged: namedChallenge(challenged) }),
  };
  const lines = Object.entries(values).map(([name, value]) => property(name, value));
  const properties = `      <properties>\n${lines.join("")}      </properties>\n`;
  return `    <testcase classname=${attribute(`${requirement.id}.${mode}`)} name=${attribute(name)} time="${(ms / 1000).toFixed(3)}">\n${properties}${outcome(result, report)}    </testcase>\n`;
}

function property(name: string, value: string): string {
  return `        <property name="${name}" value=${attribute(value)}/>\n`;
}

function outcome(result: Result, report: Report): string {
  const { verdict, reason, failure } = result;
  const why = reason ?? failure?.signature ?? verdict;
  const kind = kindOf(result);
  if (kind === "passed") return "";
  if (kind === "skipped") {
    return `      <skipped message=${attribute(excuseOf(result) ?? why)}/>\n`;
  }
  const text = escaped(failureText(result, report));
  return `      <${kind} type=${attribute(verdict)} message=${attribute(why)}>${text}</${kind}>\n`;
}

/** Why a failure counts for nothing; undefined where it counts. */
function excuseOf(result: Result): string | undefined {
  const { known, challenged } = result;
  if (challenged !== undefined && isVoid(result)) return challengeText(challenged);
  return known === undefined ? undefined : `known: ${known.reason}`;
}

/** What JUnit calls a verdict; it knows no warning, and nothing that counts for nothing. */
function kindOf(result: Result): "passed" | "failure" | "error" | "skipped" {
  const { verdict } = result;
  if (verdict === "pass") return "passed";
  if (excuseOf(result) !== undefined || verdict === "warn" || verdict === "not_applicable")
    return "skipped";
  return verdict === "fail" ? "failure" : "error";
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
