import type {
  Case,
  Expectation,
  ExpectedPayload,
  Grade,
  Observation,
  OctetsSpec,
  Plain,
  Step,
} from "../case/case.ts";
import { partsOf } from "../run/applicability.ts";
import type { Judgement } from "../run/judgement.ts";
import type { Format } from "../wire/unit.ts";
import { type Changed, changedOctets, changedParts, changedValues } from "./changed-value.ts";
import { inParallel, type Judge } from "./trial.ts";

/** A case with one thing changed in what it expects: the reference candidate must not pass it. */
export interface ChangedCase {
  readonly of: Case;
  readonly format: Format;
  /** The step that is changed, from 0, and how. */
  readonly change: string;
}

type Graded = Observation & { readonly grade: Grade };

/** Every copy of a case with one thing changed in what it expects, in each of its formats. */
export function changedCases(of: Case): readonly ChangedCase[] {
  return of.steps.flatMap((step, index) => {
    const formats = step.only === undefined ? of.formats : [step.only];
    const changes = changedSteps(step).filter(({ change }) => !isUnread(of, step, change));
    return changes.flatMap(({ value, change }) =>
      formats.map((format) => ({
        of: { ...of, steps: of.steps.with(index, value) },
        format,
        change: `step ${index + 1}: ${change}`,
      })),
    );
  });
}

/** Whether a change lets come down to a function what nobody reads. */
function isUnread({ function: hosted }: Case, { expect }: Step, change: string): boolean {
  return (
    hosted?.unread === true &&
    expect?.at === "function" &&
    /^(frame|record)\.\w+ left out$/.test(change)
  );
}

function changedSteps(step: Step): readonly Changed<Step>[] {
  const { expect } = step;
  if (expect === undefined) return [];
  return changedExpectations(expect).map(({ value, change }) => ({
    value: { ...step, expect: value },
    change,
  }));
}

function changedExpectations(expect: Expectation): readonly Changed<Expectation>[] {
  const { payload, one_of: oneOf, unordered } = expect;
  if (payload !== undefined)
    return changedPayloads(payload).map(({ value, change }) => ({
      value: { ...expect, payload: value },
      change,
    }));
  if (oneOf !== undefined)
    return changedAlternatives(oneOf).map(({ value, change }) => ({
      value: { ...expect, one_of: value },
      change,
    }));
  if (unordered !== undefined)
    return unordered.flatMap((one, index) =>
      changedObservations(one).map(({ value, change }) => ({
        value: { ...expect, unordered: unordered.with(index, value) },
        change: `unordered ${index}${change}`,
      })),
    );
  return changedObservations(expect, expect.at === "function" ? unaskedBelow : unasked);
}

/**
 * Changes of what is to be seen. An end of standard output, silence and what has to be missing have nothing in them
 * that could be changed.
 */
function changedObservations<Of extends Observation>(
  one: Of,
  free: readonly string[] = unasked,
): readonly Changed<Of>[] {
  const { record, frame, exit, signal, output, stderr, json, report, started } = one;
  const put =
    (name: keyof Observation) =>
    ({ value, change }: Changed<unknown>): Changed<Of> => ({
      value: { ...one, [name]: value },
      change,
    });
  if (record !== undefined) return changedValues(record, "record").map(put("record"));
  if (frame !== undefined) return changedFrames(frame, free).map(put("frame"));
  if (exit !== undefined) {
    const other = [0, 1, 2].find((status) => !exit.includes(status)) ?? 3;
    return [put("exit")({ value: [other], change: `exit is ${other}` })];
  }
  if (signal !== undefined) return changedValues(signal, "signal").map(put("signal"));
  if (output !== undefined) return changedParts(output, "output").map(put("output"));
  if (Array.isArray(stderr))
    return stderr.map((text: string, index) =>
      put("stderr")({ value: [`${text}~`], change: `stderr.${index} is ${text}~` }),
    );
  if (typeof stderr === "object" && "after" in stderr)
    return changedValues(stderr.after, "stderr.after").map(({ value, change }) =>
      put("stderr")({ value: { after: value }, change }),
    );
  if (json !== undefined) return changedValues(json, "json").map(put("json"));
  if (report !== undefined) return changedReports(report).map(put("report"));
  // Before anything has started, nothing had.
  if (started === false) return changedValues(started, "started").map(put("started"));
  return [];
}

/** Signals are noted as they come, so that a report with fewer of them was true before. */
function changedReports(report: Plain): readonly Changed<unknown>[] {
  const count = ({ signals }: Plain): number => (Array.isArray(signals) ? signals.length : 0);
  return changedValues(report, "report").filter(
    ({ value }) => count(value as Plain) >= count(report),
  );
}

/** What may come without being expected. */
const unasked: readonly string[] = ["hello", "credit", "log", "unsupported"];

/** What may come down without being expected, or not at all: `cancel` and `drain` come in their own time. */
const unaskedBelow: readonly string[] = [...unasked, "cancel", "drain"];

function changedFrames(
  { id, ...members }: { readonly id: number },
  free: readonly string[],
): readonly Changed<unknown>[] {
  const inside = changedValues(members, "frame")
    .filter(({ change }) => !free.some((kind) => change === `frame.${kind} left out`))
    .map(({ value, change }) => ({ value: { id, ...(value as object) }, change }));
  return [...inside, { value: { id: id + 1, ...members }, change: `frame.id is ${id + 1}` }];
}

function changedPayloads(payload: ExpectedPayload): readonly Changed<ExpectedPayload>[] {
  const { stream, octets, until = "last", at_least: least, refused } = payload;
  // Where a refusal would do, it is changed with all the rest, since either is enough.
  const all = refused === undefined ? payload : { ...payload, refused: `${refused}~` };
  const other = until === "last" ? "error" : "last";
  const others: readonly Changed<OctetsSpec>[] =
    least === undefined
      ? changedOctets(octets, "payload.octets")
      : [{ value: { repeat: "ff", times: least }, change: "payload.octets are others" }];
  return [
    ...others.map(({ value, change }) => ({ value: { ...all, octets: value }, change })),
    ...(stream === undefined ? [] : changedValues(stream, "payload.stream")).map(
      ({ value, change }) => ({ value: { ...all, stream: value as Plain }, change }),
    ),
    ...(least === undefined
      ? [{ value: { ...all, until: other } as const, change: `payload.until is ${other}` }]
      : []),
  ];
}

/**
 * Changes of all alternatives at once, since any of them would do; and a grade that nobody gets. What makes of one
 * alternative another is no change, and neither is what lets one allow what another does.
 */
function changedAlternatives(oneOf: readonly Graded[]): readonly Changed<readonly Graded[]>[] {
  const allowed = new Set(oneOf.map((one) => JSON.stringify(one)));
  const all = oneOf.map((one) =>
    changedObservations(one).filter(
      ({ value, change }) =>
        expectsAny(value) &&
        !allowed.has(JSON.stringify(value)) &&
        !change.endsWith('is {"$any":true}'),
    ),
  );
  const most = Math.max(...all.map(({ length }) => length));
  const together = Array.from({ length: most }, (_, index) => ({
    value: oneOf.map((one, at) => all[at]?.[index % Math.max(1, all[at].length)]?.value ?? one),
    change: `one_of, each: ${all.map((list) => list[index % Math.max(1, list.length)]?.change).join("; ")}`,
  }));
  const failed = oneOf.map((one) => ({ ...one, grade: "fail" as const }));
  return [...together, { value: failed, change: "one_of: every grade is fail" }];
}

/** Whether an alternative asks for anything: a frame without members is there at once, whatever the others have become. */
function expectsAny({ frame }: Observation): boolean {
  return frame === undefined || Object.keys(frame).some((name) => name !== "id");
}

/** A change that the reference candidate has passed, or that has shown nothing. */
export interface Unnoticed extends ChangedCase {
  readonly seen: Judgement["verdict"];
}

/**
 * Changes that go unnoticed.
 * @param judge with the reference candidate
 * @param onTried hears of each change that was tried, and whether it went unnoticed
 */
export async function unnoticedChanges(
  changes: readonly ChangedCase[],
  judge: Judge,
  jobs: number,
  onTried: (unnoticed?: Unnoticed) => void = () => {},
): Promise<readonly Unnoticed[]> {
  const found: Unnoticed[] = [];
  await inParallel(changes, jobs, async (changed) => {
    const { of, format } = changed;
    const [part] = partsOf(of);
    const changedPart = { of, format, speaks: part?.speaks === true };
    let { verdict } = await judge(undefined, changedPart);
    // A candidate that did not start in time shows nothing of the change.
    if (verdict === "inconclusive") verdict = (await judge(undefined, changedPart)).verdict;
    const unnoticed =
      verdict === "fail" || verdict === "warn" ? [] : [{ ...changed, seen: verdict }];
    found.push(...unnoticed);
    onTried(...unnoticed);
  });
  return found;
}
