import { errorCodes } from "@stdfn/schemas";
import { ownRequirement } from "../requirements.ts";
import type { Case, Expectation, Plain, Step } from "./case.ts";
import type { OwnCase } from "./own-case.ts";
import { madeUp } from "./own-faults.ts";
import { environmentOf, inputOf } from "./own-filter.ts";

const both = ["protobuf", "json"] as const;
const anyFailure: readonly number[] = Array.from({ length: 255 }, (_, index) => index + 1);

/** How much of a payload is sent at a time where it comes in small pieces. */
const smallChunk = 4_093;

/** A way of putting an own case to a function. */
interface Way {
  readonly name: string;
  readonly mode: "filter" | "pipe" | "session";
  /** What shows that this way works at all; absent: nothing does. */
  readonly twin?: string;
  readonly steps: (own: OwnCase) => readonly Step[];
}

const ways: readonly Way[] = [
  { name: "session", mode: "session", twin: "FN-SES-0048", steps: (own) => inOneFrame(own, 1) },
  {
    name: "session-pieces",
    mode: "session",
    twin: "FN-SES-0048",
    // One record a frame, and small chunks; then the process, which has answered once, is asked again.
    steps: (own) => [...inPieces(own, 1, smallChunk), ...inOneFrame(own, 2)],
  },
  { name: "pipe", mode: "pipe", twin: "FN-PIP-0015", steps: pipeSteps },
  { name: "filter", mode: "filter", steps: filterSteps },
];

/** The dialogues that an own case comes to: one for each way in which a function can be given events. */
export function dialoguesOf(own: OwnCase): readonly Case[] {
  return ways.filter((way) => isPossible(own, way)).map((way) => dialogue(own, way));
}

function isPossible({ modes, results, error, events, exit }: OwnCase, { mode }: Way): boolean {
  if (modes?.includes(mode) === false) return false;
  if (mode === "filter") return events === undefined && (results?.length ?? 0) <= 1;
  return results !== undefined || error !== undefined || exit === undefined;
}

function dialogue(own: OwnCase, { name, mode, twin, steps }: Way): Case {
  const id = `own/${own.name}/${name}`;
  return {
    id,
    title: own.title,
    requirement: { id: ownRequirement, revision: 1 },
    level: "must",
    candidate: "function",
    mode,
    formats: mode === "filter" ? ["json"] : both,
    features: isBatch(own) ? ["batch"] : [],
    twin: twin ?? id,
    kills: [],
    why: "the author of the function expects it",
    source: "specification",
    ...(own.arguments && { arguments: own.arguments }),
    ...(mode === "filter"
      ? { environment: environmentOf(eventsOf(own)[0] ?? {}, contextOf(own, 1)) }
      : {}),
    steps: steps(own).map((step) => limited(step, own)),
  };
}

/** Whether only functions that take Envelopes of several events can answer as expected. */
function isBatch({ events, error }: OwnCase): boolean {
  return events !== undefined && events.length !== 1 && error === undefined;
}

/** Gives everything that is waited for the author's time limit. */
function limited(step: Step, { within_ms: within }: OwnCase): Step {
  if (within === undefined || step.expect === undefined) return step;
  return { ...step, expect: { within_ms: within, ...step.expect } };
}

function eventsOf({ event, events }: OwnCase): readonly Plain[] {
  return (events ?? [event ?? {}]).map((given, index) => ({
    ...madeUp,
    id: `{{event}}${index === 0 ? "" : `-${index}`}`,
    ...given,
  }));
}

function contextOf({ context }: OwnCase, id: number): Plain {
  return { invocation_id: `{{call}}-${id}`, ...context };
}

/** An invocation that is one frame, if it has one event, and that is no stream. */
function inOneFrame(own: OwnCase, id: number): readonly Step[] {
  const [event, ...rest] = eventsOf(own);
  if (event === undefined || rest.length > 0 || isStreamed(own)) return inPieces(own, id);
  const frame = { id, context: contextOf(own, id), event, end: {} };
  return [{ send: { frame } }, ...expectedFrames(own, id)];
}

/** An invocation with a frame for each of its records. */
function inPieces(own: OwnCase, id: number, chunk?: number): readonly Step[] {
  const sent = recordsOf(own, id).map((record) => ({
    send: { frame: { id, ...record }, ...(isPaid(own, record) && { paid: true as const }) },
  }));
  return [...sent, ...payloadOf(own, { id }, chunk), ...expectedFrames(own, id)];
}

/** Whether a record stands behind one of several events, which may be more than there is credit for. */
function isPaid({ events = [] }: OwnCase, record: Plain): boolean {
  return events.length > 1 && record["context"] === undefined;
}

function expectedFrames(own: OwnCase, id: number): readonly Step[] {
  return expected(own, { id }, (record) => ({ frame: { id, ...record } }));
}

function isStreamed({ event }: OwnCase): boolean {
  return event?.["data_file"] !== undefined;
}

/** What is sent, but for a payload and the end behind it. */
function recordsOf(own: OwnCase, id: number): readonly Plain[] {
  const context = { context: contextOf(own, id) };
  const events = eventsOf(own);
  if (isStreamed(own)) return [context, ...events.map((event) => ({ stream: attributes(event) }))];
  return [context, ...events.map((event) => ({ event })), { end: {} }];
}

/** The payload of an event whose data is a file, and the end. */
function payloadOf(
  { event, files }: OwnCase,
  where: { readonly id?: number },
  chunk?: number,
): readonly Step[] {
  const octets = files.get(String(event?.["data_file"]));
  if (octets === undefined) return [];
  return [{ send: { payload: { ...where, octets, ...(chunk && { chunk }) } } }];
}

/** What an answer holds, one record after another; every result may come in an event or in a stream. */
function expected(
  { results = [], error, files }: OwnCase,
  where: { readonly id?: number },
  inPlace: (record: Plain) => Expectation,
): readonly Step[] {
  const terminal = error === undefined ? { end: { $more: true } } : { error: loose(error) };
  return [
    ...results.map((result) => {
      const octets = files.get(String(result["data_file"]));
      if (octets === undefined)
        return { expect: { ...inPlace({ event: loose(result) }), streamed: true as const } };
      const stream = loose(attributes(result));
      return { expect: { payload: { ...where, stream, octets, whole: true as const } } };
    }),
    { expect: inPlace(terminal) },
  ];
}

/** An event without what stands for its data. */
function attributes({ data_file: _file, ...others }: Plain): Plain {
  return others;
}

/** A copy that says nothing of what it does not name. */
function loose(expected: Plain): Plain {
  return { ...expected, $more: true };
}

function pipeSteps(own: OwnCase): readonly Step[] {
  return [
    ...recordsOf(own, 1).map((record) => ({ send: { record } })),
    ...payloadOf(own, {}),
    { close: {} },
    { expect: { record: { context: { $more: true } } } },
    ...expected(own, {}, (record) => ({ record })),
    { expect: { exit: statusesOf(own) } },
  ];
}

function filterSteps(own: OwnCase): readonly Step[] {
  const [event = {}] = eventsOf(own);
  const { exit, files } = own;
  return [
    { send: { bytes: inputOf(event, files) } },
    { close: {} },
    ...shownOutput(own).map((expect) => ({ expect })),
    { expect: { exit: exit ?? statusesOf(own) } },
  ];
}

/** What standard output as a whole has to be; nothing where the author does not say. */
function shownOutput({ results, files }: OwnCase): readonly Expectation[] {
  if (results === undefined) return [];
  const [result] = results;
  if (result === undefined) return [{ output: [] }];
  const octets = files.get(String(result["data_file"]));
  return [octets === undefined ? { result } : { output: [octets] }];
}

/** The status of the error's code; any other than 0 where the author leaves the code open. */
function statusesOf({ error }: OwnCase): readonly number[] {
  if (error === undefined) return [0];
  const { code } = error;
  if (typeof code !== "string" || !Object.hasOwn(errorCodes, code)) return anyFailure;
  return [errorCodes[code as keyof typeof errorCodes].exitStatus];
}
