import type { Report } from "../report/report.ts";
import { type Result, twinReason, type Verdict } from "../run/verdict.ts";
import { resultName } from "./expected.ts";
import { type Possible, possibleResults } from "./possible-results.ts";

/** Results by name. */
type Found = ReadonlyMap<string, Result>;

/** What in the lines of a report no run of this kit would have written, or contradicts another line. */
export function checkLines({ run, results }: Report): readonly string[] {
  const possible = possibleResults(run.suite);
  const found: Found = new Map(results.map((result) => [resultName(result), result]));
  const missing = run.profile === undefined ? [...possible.keys()].filter(isNotIn(found)) : [];
  const [first] = missing;
  const short =
    first === undefined
      ? []
      : [`it is a run of the suite ${run.suite}, and lacks ${missing.length} results: ${first}`];
  const wrong = results.flatMap((result) => {
    const name = resultName(result);
    const of = possible.get(name);
    const known = result.known === undefined || run.baseline !== undefined;
    const excused = known ? [] : [`${name} is called known, and the run had no baseline`];
    if (of !== undefined) return [...excused, ...problemsOf(name, result, of, found)];
    if (result.id.startsWith("own/") && run.own_cases !== undefined) return excused;
    return [...excused, `${name} is no result of the suite ${run.suite} of this kit`];
  });
  return [...short, ...wrong];
}

function problemsOf(name: string, result: Result, of: Possible, found: Found): readonly string[] {
  const members = (Object.keys(of.stated) as (keyof Possible["stated"])[])
    .filter((member) => result[member] !== of.stated[member])
    .map(
      (member) =>
        `${name} states the ${member} ${JSON.stringify(result[member])}, and that of its case is ${JSON.stringify(of.stated[member])}`,
    );
  const problem = verdictProblem(result, of) ?? twinProblem(result, of, found);
  return problem === undefined ? members : [...members, `${name} ${problem}`];
}

/** Why a case cannot have come to its verdict by itself. */
function verdictProblem({ verdict, failure }: Result, of: Possible): string | undefined {
  if (verdict !== "fail" && verdict !== "warn")
    return failure === undefined || verdict === "inconclusive"
      ? undefined
      : `has come to ${verdict}, and states a failure`;
  if (!of.refusals.includes(verdict))
    return `has come to ${verdict}, and what its case refuses comes to ${of.refusals.join(" or ")}`;
  if (failure === undefined) return `has come to ${verdict}, and states no failure`;
  const graded = of.stated.level !== "must" || verdict === "fail";
  return graded || /^probe:|^graded:warn$/.test(failure.signature)
    ? undefined
    : `has come to warn by ${failure.signature}, which its case does not grade so`;
}

/** What is said of a twin that is not so, or does not go with the verdict. */
function twinProblem(result: Result, of: Possible, found: Found): string | undefined {
  const { verdict, reason, twin } = result;
  if (twin.id !== of.twin.id)
    return `names ${twin.id} as its twin, and the twin of its case is ${of.twin.id}`;
  if (of.alone.includes(verdict)) return undefined;
  const came = twinVerdict(of, found);
  if (came !== undefined && came !== twin.verdict)
    return `says that its twin ${twin.id} came to ${twin.verdict}, and by its own line that came to ${came}`;
  const counts = of.twin.counting.includes(twin.verdict);
  if (verdict === "pass" && !counts)
    return `has come to pass, and its twin ${twin.id} to ${twin.verdict}`;
  return verdict === "inconclusive" && reason === twinReason(twin) && counts
    ? `is inconclusive by its twin ${twin.id}, which came to ${twin.verdict}`
    : undefined;
}

/** What a twin has come to by itself, by its lines; undefined if the report does not hold them. */
function twinVerdict({ twin }: Possible, found: Found): Verdict | undefined {
  const all = twin.results.map((name) => found.get(name)).map((one) => one && ownVerdict(one));
  if (all.includes(undefined)) return undefined;
  return all.find((one) => one === "pass") ?? all.find((one) => one !== "not_applicable") ?? all[0];
}

/** What a case has come to before its twin was looked at. */
function ownVerdict({ verdict, reason, twin }: Result): Verdict {
  return verdict === "inconclusive" && reason === twinReason(twin) ? "pass" : verdict;
}

function isNotIn(found: Found): (name: string) => boolean {
  return (name) => !found.has(name);
}
