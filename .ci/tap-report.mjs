// Counts what one test file asserted, from its TAP, and keeps each failure with its diagnostics.
import { Parser } from "tap-parser";

/** Comments that the test library writes itself. */
const OF_TAP = /^# (Subtest|time=|failed |skip: |todo: |\{ total: )/;

function asserted(count) {
  return count.passed + count.failed + count.skipped > 0;
}

/**
 * Counts the assertions under one parser. `path` names the subtests down to it; `problems` collects
 * failures and tests that asserted nothing, either of which fails the run, `skips` why tests were skipped, and
 * `remarks` what tests say beside their assertions.
 */
function watch(parser, path, found) {
  const { problems, skips, remarks } = found;
  const total = { passed: 0, failed: 0, skipped: 0 };
  let child = { passed: 0, failed: 0, skipped: 0 };
  parser.on("child", (subtest) => {
    child = watch(subtest, [...path, subtest.name], found);
  });
  parser.on("comment", (text) => {
    if (!OF_TAP.test(text)) remarks.push(text.slice(1).trim());
  });
  parser.on("assert", (result) => {
    const isSubtest = result.closingTestPoint === true;
    const count = isSubtest ? child : { passed: 0, failed: 0, skipped: 0 };
    child = { passed: 0, failed: 0, skipped: 0 };
    const fail = (text) => {
      count.failed += 1;
      problems.push({ name: [...path, result.name].join(" › "), text });
    };
    if (typeof result.skip === "string") skips.add(result.skip);
    if (result.todo || (result.skip && !asserted(count))) count.skipped += 1;
    else if (!result.ok && count.failed === 0) fail(explain(result.diag ?? {}));
    else if (isSubtest && !asserted(count)) fail("asserted nothing, so it cannot fail");
    else if (!isSubtest) count.passed += 1;
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  });
  return total;
}

function explain(diag) {
  const { at, diff, stack, expired } = diag;
  const lines = [];
  if (expired !== undefined) lines.push(`timed out: ${expired}`);
  if (at?.fileName !== undefined) lines.push(`at ${at.fileName}:${at.lineNumber}`);
  for (const key of ["found", "wanted", "pattern", "doNotWant", "code", "message", "signal"]) {
    if (diag[key] !== undefined && diag[key] !== null) {
      lines.push(`${key}: ${JSON.stringify(diag[key])}`);
    }
  }
  if (diff !== undefined) lines.push(diff.trimEnd());
  if (stack !== undefined) lines.push(stack.trimEnd());
  return lines.join("\n");
}

/**
 * A report on one test file. Write the file's TAP into `parser`, then call `finish` with how its process
 * ended: `undefined` where it exited with 0, else words such as `exit status 3`.
 * `count` holds the assertions by outcome, `problems` what failed, `skips` each reason of a test that was
 * skipped, `remarks` what tests commented; a file that asserts nothing has failed.
 */
export function createReport(file) {
  const parser = new Parser();
  const problems = [];
  const skips = new Set();
  const remarks = [];
  const count = watch(parser, [file], { problems, skips, remarks });
  const fail = (text) => {
    count.failed += 1;
    problems.push({ name: file, text });
  };
  parser.on("bailout", (reason) => fail(`bailed out: ${reason}`));
  return {
    parser,
    count,
    problems,
    skips,
    remarks,
    finish(failure) {
      if (failure !== undefined && count.failed === 0) fail(`its process ended with ${failure}`);
      else if (!asserted(count)) fail("asserted nothing, so it cannot fail");
    },
  };
}
