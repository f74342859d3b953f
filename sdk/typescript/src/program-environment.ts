import { randomUUID } from "node:crypto";
import type { Context as ModelContext, CloudEvent as ModelEvent } from "@stdfn/schemas";
import { contextVariables, eventVariablePrefix, modeVariable } from "@stdfn/schemas";
import { CodecError, protobufCodec } from "@stdfn/schemas/codec";
import { FunctionError } from "./function-error.ts";

const prefix = "STDFN_";
const maxUint32 = 0xffff_ffffn;
const maxUint64 = 0xffff_ffff_ffff_ffffn;

/** The variables that the runtime set for this process. */
export type StdfnVariables = ReadonlyMap<string, string>;

/**
 * Takes all variables whose names begin with `STDFN_` out of the environment, so that a program started by the handler
 * is not misled by what was meant for this one (REC-014).
 */
export function takeVariables(environment: NodeJS.ProcessEnv): StdfnVariables {
  const taken = new Map<string, string>();
  for (const name of Object.keys(environment)) {
    const value = environment[name];
    if (!name.startsWith(prefix) || value === undefined) continue;
    taken.set(name, value);
    delete environment[name];
  }
  return taken;
}

/** The announced mode; undefined if `STDFN_MODE` is not set or empty. */
export function announcedMode(variables: StdfnVariables): string | undefined {
  return variables.get(modeVariable) || undefined;
}

/**
 * The attributes of the event in filter mode (FLT-035, FLT-037); its data stands on standard input.
 * @throws FunctionError `invalid_argument` if the variables make an event that the model calls invalid.
 */
export function filterEvent(variables: StdfnVariables): ModelEvent {
  const given: [string, string][] = [];
  for (const [name, value] of variables) {
    if (!name.startsWith(eventVariablePrefix)) continue;
    given.push([name.slice(eventVariablePrefix.length).toLowerCase(), value]);
  }
  const attributes: Readonly<Record<string, string>> = Object.fromEntries(given);
  const { id, source, specversion, type, datacontenttype, dataschema, subject, time, ...rest } =
    attributes;
  const event: ModelEvent = {
    specversion: (specversion ?? "1.0") as "1.0",
    id: id ?? randomUUID(),
    source: source ?? "urn:stdfn:stdin",
    type: type ?? "dev.stdfn.filter.input",
    ...(datacontenttype !== undefined && { datacontenttype }),
    ...(dataschema !== undefined && { dataschema }),
    ...(subject !== undefined && { subject }),
    ...(time !== undefined && { time }),
    ...(Object.keys(rest).length > 0 && { extensions: rest }),
    data: { kind: "none" },
  };
  checkWritable(event);
  return event;
}

function checkWritable(event: ModelEvent): void {
  try {
    protobufCodec.encode("stream", event);
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    const message = `the variables ${eventVariablePrefix}… make no valid event: ${cause.message}`;
    throw new FunctionError("invalid_argument", message, { cause });
  }
}

/**
 * The context in filter mode (FLT-036). It has an invocation id, and what else variables state.
 * @throws FunctionError `invalid_argument` if a variable of a number holds none.
 */
export function filterContext(variables: StdfnVariables): ModelContext {
  const text = (member: keyof typeof contextVariables): string | undefined =>
    variables.get(contextVariables[member]) || undefined;
  const number = (
    member: "remaining_ms" | "attempt" | "deadline_ms",
    most: bigint,
  ): bigint | undefined => {
    const value = text(member);
    if (value === undefined) return undefined;
    if (/^\d{1,20}$/.test(value) && BigInt(value) <= most) return BigInt(value);
    const name = contextVariables[member];
    const message = `${name} is ${JSON.stringify(value)}; expected an integer from 0 to ${most} in decimal`;
    throw new FunctionError("invalid_argument", message);
  };
  const remaining = number("remaining_ms", maxUint32);
  const attempt = number("attempt", maxUint32);
  return compact({
    invocationId: text("invocation_id") ?? randomUUID(),
    functionName: text("function_name"),
    functionVersion: text("function_version"),
    remainingMs: remaining === undefined ? undefined : Number(remaining),
    deadlineMs: number("deadline_ms", maxUint64),
    attempt: attempt === undefined ? undefined : Number(attempt),
    idempotencyKey: text("idempotency_key"),
    tenant: text("tenant"),
    principal: text("principal"),
    trigger: text("trigger"),
    traceparent: text("traceparent"),
    tracestate: text("tracestate"),
  });
}

type Loose<Value> = { [Key in keyof Value]: Value[Key] | undefined };

/** The same without members that are undefined. */
function compact(context: Loose<ModelContext>): ModelContext {
  const entries = Object.entries(context).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as ModelContext;
}
