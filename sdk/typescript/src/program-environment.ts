import { randomUUID } from "node:crypto";
import type { Context as ModelContext, CloudEvent as ModelEvent } from "@stdfn/schemas";
import { contextVariables, eventVariablePrefix, modeVariable } from "@stdfn/schemas";

const prefix = "STDFN_";
const uint32 = /^\d{1,10}$/;

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

/** The attributes of the event in filter mode (FLT-035, FLT-037); its data stands on standard input. */
export function filterEvent(variables: StdfnVariables): ModelEvent {
  const attributes: Record<string, string> = {};
  for (const [name, value] of variables) {
    if (!name.startsWith(eventVariablePrefix)) continue;
    attributes[name.slice(eventVariablePrefix.length).toLowerCase()] = value;
  }
  const { id, source, type, datacontenttype, dataschema, subject, time, ...rest } = attributes;
  delete rest["specversion"];
  return {
    specversion: "1.0",
    id: id || randomUUID(),
    source: source || "urn:stdfn:stdin",
    type: type || "dev.stdfn.filter.input",
    ...(datacontenttype && { datacontenttype }),
    ...(dataschema && { dataschema }),
    ...(subject && { subject }),
    ...(time && { time }),
    ...(Object.keys(rest).length > 0 && { extensions: rest }),
    data: { kind: "none" },
  };
}

/** The context in filter mode (FLT-036); undefined if no variable states a fact. */
export function filterContext(variables: StdfnVariables): ModelContext | undefined {
  const text = (member: keyof typeof contextVariables): string | undefined =>
    variables.get(contextVariables[member]) || undefined;
  const number = (member: "remaining_ms" | "attempt" | "deadline_ms"): string | undefined => {
    const value = text(member);
    return value !== undefined && /^\d+$/.test(value) ? value : undefined;
  };
  if (!Object.values(contextVariables).some((name) => variables.get(name))) return undefined;
  const remaining = number("remaining_ms");
  const deadline = number("deadline_ms");
  const attempt = number("attempt");
  return compact({
    invocationId: text("invocation_id") ?? randomUUID(),
    functionName: text("function_name"),
    functionVersion: text("function_version"),
    remainingMs: remaining !== undefined && uint32.test(remaining) ? Number(remaining) : undefined,
    deadlineMs: deadline === undefined ? undefined : BigInt(deadline),
    attempt: attempt !== undefined && uint32.test(attempt) ? Number(attempt) : undefined,
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
