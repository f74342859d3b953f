import type { Expectation, Observation, Plain } from "../case/case.ts";
import { firstDifference, octetsApart } from "../case/first-difference.ts";
import type { Freshness } from "../case/freshness.ts";
import { jsonApart } from "../case/json-apart.ts";
import { type Difference, differenceOf, type Seen, shown } from "../case/match.ts";
import { boundedJson } from "../wire/bounded-json.ts";
import { frameNumbers } from "../wire/message-table.ts";
import type { Below, Underling } from "./below.ts";
import { type Conversation, type Observed, pipeId } from "./conversation.ts";
import { ledgerText } from "./credit.ts";
import { heldBy } from "./held.ts";
import { withoutCause, withoutGrease } from "./left-to-writer.ts";

/** Whether an observation was made. */
export type Sight =
  | { readonly seen: "yes" }
  | { readonly seen: "wait" }
  | {
      readonly seen: "no";
      readonly came: string;
      readonly difference?: Difference;
      /** Index of the first wrong octet of standard output. */
      readonly offset?: number;
      /** The kind of failure; absent: the place of the difference tells it. */
      readonly signature?: string;
    };

/** What observing needs to know besides the conversation. */
export interface Surroundings {
  readonly conversation: Conversation;
  readonly freshness: Freshness;
  readonly seen: Seen;
  /** Added to every id of the case. */
  readonly base: number;
  /** Position of what was expected last, if order across ids counts. */
  readonly after: number | undefined;
  readonly onMatched: (sequence: number) => void;
  /** Where the observation is made below. */
  readonly underling?: Underling;
  readonly below?: Below;
}

/** What is passed over where something else is expected. */
const interludes: ReadonlySet<string> = new Set(["credit", "hello", "log"]);
const yes: Sight = { seen: "yes" };
const wait: Sight = { seen: "wait" };

/** Looks whether an observation can be made now; what it matches is taken away. */
export function observe(observation: Observation, around: Surroundings): Sight {
  const { conversation, freshness } = around;
  const { record, frame, exit, signal, closed, output, stderr, unsaid, json, result } = observation;
  if (record !== undefined) return records(pipeId, freshness.object(record), around);
  if (frame !== undefined) {
    const { id, ...members } = freshness.object(frame);
    return records(id === 0 ? 0 : Number(id) + around.base, members, around);
  }
  if (exit !== undefined || signal !== undefined) return ended(exit, signal, conversation);
  if (closed !== undefined) {
    const done = closed === "stderr" ? conversation.process.stderrEnded : conversation.outputEnded;
    return done ? yes : wait;
  }
  if (output !== undefined) return octets(freshness.parts(output), conversation);
  if (json !== undefined) return line(freshness.fill(json), around);
  if (result !== undefined) return dataOf(freshness.object(result), around);
  if (stderr !== undefined) return errors(freshness.fill(stderr) as typeof stderr, conversation);
  if (unsaid !== undefined) return silence(freshness.fill(unsaid) as string[], conversation);
  if (observation.held !== undefined) return held(observation.held.id, around);
  if (observation.started === false)
    return unstarted((observation as Expectation).process ?? 1, around);
  return around.underling === undefined
    ? wait
    : observeBelow(observation, around.underling, around);
}

function records(
  id: number,
  expected: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Sight {
  const { conversation, after } = around;
  const queue = conversation.queue(id);
  const kinds = Object.entries(expected).sort(([left], [right]) => place(left) - place(right));
  let taken = 0;
  let sequence = -1;
  for (const [kind, body] of kinds) {
    while (isInterlude(queue[taken], kind)) taken++;
    const observed = queue[taken];
    if (observed === undefined) return nothingMore(conversation);
    const difference = observed.kind === kind ? compare(body, observed, around, kind) : undefined;
    if (observed.kind !== kind || difference !== undefined)
      return { seen: "no", came: textOf(observed), ...(difference && { difference }) };
    if (after !== undefined && observed.sequence < after)
      return { seen: "no", came: `${textOf(observed)}, before what was expected before it` };
    sequence = observed.sequence;
    taken++;
  }
  queue.splice(0, taken);
  around.onMatched(sequence);
  return yes;
}

function compare(
  body: unknown,
  observed: Observed,
  { conversation, seen }: Surroundings,
  kind: string,
): Difference | undefined {
  return differenceOf(body, judged(body, observed, conversation), seen, kind, observed.body);
}

/** What is judged of a record: not what every writer may add to it. */
function judged(
  expected: unknown,
  { kind, meaning }: Observed,
  { isWriter }: Conversation,
): Observed["meaning"] {
  if (kind === "hello" || kind === "ready") return withoutGrease(meaning);
  const isResult = isWriter && (kind === "event" || kind === "stream");
  return isResult ? withoutCause(meaning, expected) : meaning;
}

function isInterlude(observed: Observed | undefined, expected: string): boolean {
  return observed !== undefined && interludes.has(observed.kind) && observed.kind !== expected;
}

function place(kind: string): number {
  return frameNumbers.get(kind) ?? 99;
}

/** An observed record in the notation of the JSON format. */
export function textOf({ kind, meaning, streamed }: Observed): string {
  const text = shown({ [kind]: meaning });
  return streamed === undefined ? text : `${text}, which came as a stream of ${streamed} octets`;
}

/** Waiting has an end when nothing more can come. */
function nothingMore(conversation: Conversation): Sight {
  const { outputEnded, process } = conversation;
  // How it has ended says more than that nothing more comes.
  const ended = outputEnded && process.ending !== undefined;
  return ended ? { seen: "no", came: endText(conversation) } : wait;
}

function ended(
  statuses: readonly number[] | undefined,
  signal: string | undefined,
  conversation: Conversation,
): Sight {
  const { ending } = conversation.process;
  if (ending === undefined || !conversation.outputEnded) return wait;
  const matches =
    statuses === undefined
      ? ending.signal === signal
      : ending.status !== null && statuses.includes(ending.status);
  return matches ? yes : { seen: "no", came: endText(conversation) };
}

/** How a candidate has ended, for people. */
export function endText({ process, outputEnded }: Conversation): string {
  const { ending } = process;
  if (ending === undefined) return outputEnded ? "the end of standard output" : "no end";
  if (ending.signal !== null) return `the end of the process by ${ending.signal}`;
  // With what status a process of a function has ended only its runtime is told.
  const how = ending.status === null ? "" : `, exit status ${ending.status}`;
  return `the end of the process${how}`;
}

/** Words about the end of a process, where it tells why its output is wrong. */
function badEnd(conversation: Conversation): string {
  const { ending } = conversation.process;
  return ending === undefined || ending.status === 0 ? "" : `, and ${endText(conversation)}`;
}

/** What a wait that was in vain has seen, for people. */
export function waitedText(conversation: Conversation, ms: number): string {
  const { process, outputLength } = conversation;
  const alive = process.ending === undefined ? "the process lives" : endText(conversation);
  const output =
    outputLength === 0 ? "it has written nothing" : `it has written ${outputLength} bytes`;
  return `nothing more for ${Math.round(ms)} ms; ${alive}, ${output}`;
}

/** What is left of the credit of live invocations, where a side may wait for it: above, and below a runtime. */
export function balanceLines({
  conversation,
  below,
}: {
  readonly conversation: Conversation;
  readonly below?: Below;
}): readonly string[] {
  const sides: readonly (readonly [string, Conversation])[] = [
    ["", conversation],
    ...(below?.all ?? []).map((one) => [one.label, one.conversation] as const),
  ];
  return sides.flatMap(([label, { monitor, process }]) => {
    const text = process.ending === undefined ? ledgerText(monitor?.ledgers ?? []) : "";
    return text === "" ? [] : [label + text];
  });
}

function octets(expected: Buffer, conversation: Conversation): Sight {
  const came = conversation.output;
  const offset = firstDifference(expected, came);
  if (offset === expected.length && offset === came.length)
    return conversation.outputEnded ? yes : wait;
  if (offset === came.length) {
    if (!conversation.outputEnded) return wait;
    return { seen: "no", offset, came: `the end after ${came.length} octets` };
  }
  const member = jsonApart(expected, came);
  const first = `${came.length} octets, of which the first wrong one is at ${offset}`;
  return {
    seen: "no",
    signature: "different",
    offset,
    came: member === undefined ? first : `${member}; ${first}`,
    difference: { path: "output", ...octetsApart(expected, came) },
  };
}

function line(expected: unknown, { conversation, seen }: Surroundings): Sight {
  const { outputEnded, output, process } = conversation;
  if (!outputEnded) return wait;
  const text = output.toString("utf8");
  if (!/^[^\n]+\n$/.test(text)) {
    // How it has ended tells why there is nothing.
    if (text === "" && process.ending === undefined) return wait;
    if (text === "") return { seen: "no", came: `${endText(conversation)}, and no line before it` };
    return { seen: "no", came: `no single line: ${shown(text)}${badEnd(conversation)}` };
  }
  let value: unknown;
  try {
    value = boundedJson(text);
  } catch (error) {
    return { seen: "no", came: `no JSON: ${(error as Error).message}` };
  }
  const isSelf = conversation.mode === "describe" && typeof value === "object" && value !== null;
  const said = isSelf ? withoutGrease(value as Plain) : value;
  const difference = differenceOf(expected, said, seen);
  return difference === undefined ? yes : { seen: "no", came: shown(value), difference };
}

/** Compares standard output with the data of an event: a text as it is, any other value as JSON. */
function dataOf(expected: Plain, { conversation, seen }: Surroundings): Sight {
  if (!conversation.outputEnded) return wait;
  const { output } = conversation;
  const name = "data_base64" in expected ? "data_base64" : "data";
  const wanted = expected[name];
  let value: unknown = output.toString(name === "data" ? "utf8" : "base64");
  if (name === "data" && isJsonShape(wanted))
    try {
      value = boundedJson(String(value));
    } catch (error) {
      return {
        seen: "no",
        came: `no JSON: ${(error as Error).message}: ${shown(value)}${badEnd(conversation)}`,
      };
    }
  const difference = wanted === undefined ? undefined : differenceOf(wanted, value, seen, name);
  if (difference === undefined) return yes;
  return { seen: "no", came: shown(value) + badEnd(conversation), difference };
}

/** Whether a value is expected rather than a text: what a matcher is compared with is the text. */
function isJsonShape(wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return typeof wanted !== "string";
  const [name = ""] = Object.keys(wanted);
  return !name.startsWith("$") || name === "$more";
}

function errors(expected: NonNullable<Observation["stderr"]>, { process }: Conversation): Sight {
  const lack = lackIn(expected, process.stderr);
  if (lack === undefined) return yes;
  return process.stderrEnded ? { seen: "no", came: `standard error ${lack}` } : wait;
}

/** What standard error has not of what is expected there. */
function lackIn(
  expected: NonNullable<Observation["stderr"]>,
  came: Conversation["process"]["stderr"],
): string | undefined {
  if (expected === true) return came.length > 0 ? undefined : "with nothing in it";
  if ("after" in expected)
    return came.goesOnAfter(expected.after)
      ? undefined
      : `with nothing after ${shown(expected.after)}`;
  const missing = expected.find((text) => !came.includes(text));
  return missing === undefined ? undefined : `without ${shown(missing)}`;
}

function silence(forbidden: readonly string[], { process }: Conversation): Sight {
  const said = forbidden.find((text) => process.stderr.includes(text));
  if (said !== undefined) return { seen: "no", came: `${shown(said)} on standard error` };
  return process.stderrEnded ? yes : wait;
}

function held(id: number, { conversation, below, base }: Surroundings): Sight {
  const { octets, most } = heldBy(id + base, conversation, below);
  if (octets <= most) return yes;
  return { seen: "no", came: `${octets} octets of invocation ${id} that were not passed on` };
}

/** Whether the candidate has not started so many processes of the function. */
function unstarted(at: number, { below }: Surroundings): Sight {
  const started = (at === 1 ? below?.starts : below?.all) ?? [];
  const count = started.length;
  return count < at ? yes : { seen: "no", came: `${count} processes of the function` };
}

function observeBelow(
  { started, gone, report }: Observation,
  { process }: Underling,
  { freshness, seen }: Surroundings,
): Sight {
  if (started !== undefined) return yes;
  if (gone !== undefined) return process.isGone ? yes : wait;
  if (report === undefined) return wait;
  const difference = differenceOf(freshness.object(report), process.report, seen, "report");
  if (difference === undefined) return yes;
  // Signals come; everything else was found when it started.
  return difference.path.startsWith("report.signals")
    ? wait
    : { seen: "no", came: shown(process.report), difference };
}
