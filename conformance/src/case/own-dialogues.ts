import { Buffer } from "node:buffer";
import { errorCodes } from "@stdfn/schemas";
import { ownRequirement } from "../requirements.ts";
import { canonicalJson } from "../wire/i-json.ts";
import type { Case, OctetsSpec, Plain, Step } from "./case.ts";
import type { OwnCase } from "./own-case.ts";

const both = ["protobuf", "json"] as const;
const anyFailure: readonly number[] = Array.from({ length: 255 }, (_, index) => index + 1);

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
    // One record a frame; then the process, which has answered once, is asked again.
    steps: (own) => [...inPieces(own, 1), ...inOneFrame(own, 2)],
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
    ...(mode === "filter" ? { environment: environmentOf(own) } : {}),
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
    specversion: "1.0",
    id: `{{event}}${index === 0 ? "" : `-${index}`}`,
    source: "/conformance",
    type: "dev.stdfn.conformance.own",
    ...given,
  }));
}

function contextOf({ context }: OwnCase, id: number): Plain {
  return { invocation_id: `{{call}}-${id}`, ...context };
}

/** An invocation that is one frame, if it has one event. */
function inOneFrame(own: OwnCase, id: number): readonly Step[] {
  const [event, ...rest] = eventsOf(own);
  if (event === undefined || rest.length > 0) return inPieces(own, id);
  const frame = { id, context: contextOf(own, id), event, end: {} };
  return [{ send: { frame } }, ...expectedFrames(own, id)];
}

/** An invocation with a frame for each of its records. */
function inPieces(own: OwnCase, id: number): readonly Step[] {
  const sent = recordsOf(own, id).map((record) => ({ send: { frame: { id, ...record } } }));
  return [...sent, ...expectedFrames(own, id)];
}

function expectedFrames(own: OwnCase, id: number): readonly Step[] {
  return expectedRecords(own).map((record) => ({ expect: { frame: { id, ...record } } }));
}

function recordsOf(own: OwnCase, id: number): readonly Plain[] {
  const events = eventsOf(own).map((event) => ({ event }));
  return [{ context: contextOf(own, id) }, ...events, { end: {} }];
}

/** What an answer holds, one record after another. */
function expectedRecords({ results = [], error }: OwnCase): readonly Plain[] {
  const terminal = error === undefined ? { end: { $more: true } } : { error: loose(error) };
  return [...results.map((event) => ({ event: loose(event) })), terminal];
}

/** A copy that says nothing of what it does not name. */
function loose(expected: Plain): Plain {
  return { ...expected, $more: true };
}

function pipeSteps(own: OwnCase): readonly Step[] {
  return [
    ...recordsOf(own, 1).map((record) => ({ send: { record } })),
    { close: {} },
    { expect: { record: { context: { $more: true } } } },
    ...expectedRecords(own).map((record) => ({ expect: { record } })),
    { expect: { exit: statusesOf(own) } },
  ];
}

function filterSteps(own: OwnCase): readonly Step[] {
  const [event = {}] = eventsOf(own);
  const { results, exit } = own;
  const [result] = results ?? [];
  const shown: Step[] =
    results === undefined ? [] : [{ expect: result === undefined ? { output: [] } : { result } }];
  return [
    { send: { bytes: dataOf(event) } },
    { close: {} },
    ...shown,
    { expect: { exit: exit ?? statusesOf(own) } },
  ];
}

/** The status of the error's code; any other than 0 where the author leaves the code open. */
function statusesOf({ error }: OwnCase): readonly number[] {
  if (error === undefined) return [0];
  const { code } = error;
  if (typeof code !== "string" || !Object.hasOwn(errorCodes, code)) return anyFailure;
  return [errorCodes[code as keyof typeof errorCodes].exitStatus];
}

/** The octets of an event's data, as a runtime gives them to a filter (FLT-019). */
function dataOf({
  data,
  data_base64: base64,
  datacontenttype: type,
}: Plain): readonly OctetsSpec[] {
  if (typeof base64 === "string") return [{ hex: Buffer.from(base64, "base64").toString("hex") }];
  if (data === undefined || data === null) return [];
  const isText = typeof data === "string" && typeof type === "string" && !isJson(type);
  return [{ text: isText ? data : canonicalJson(data) }];
}

function isJson(type: string): boolean {
  const [essence = ""] = type.toLowerCase().split(";");
  return /\/json$|\+json$/.test(essence.replaceAll(/[ \t]/g, ""));
}

/** What the environment of a filter says of its event and its context (FLT-008, FLT-009). */
function environmentOf(own: OwnCase): Readonly<Record<string, string>> {
  const [event = {}] = eventsOf(own);
  const attributes = Object.entries(event)
    .filter(([name]) => name !== "data" && name !== "data_base64")
    .map(([name, value]) => [`STDFN_EVENT_${name.toUpperCase()}`, String(value)]);
  const facts = Object.entries({ attempt: 1, ...contextOf(own, 1) })
    .filter(([name]) => exported.includes(name))
    .map(([name, value]) => [`STDFN_CTX_${name.toUpperCase()}`, String(value)]);
  return Object.fromEntries([...attributes, ...facts]);
}

const exported: readonly string[] = [
  "invocation_id",
  "function_name",
  "function_version",
  "remaining_ms",
  "deadline_ms",
  "attempt",
  "idempotency_key",
  "trigger",
  "traceparent",
  "tracestate",
];
