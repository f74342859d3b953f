import { randomUUID } from "node:crypto";
import type { CloudEvent, Context, EventData } from "@stdfn/schemas";

const eventPrefix = "STDFN_EVENT_";
const contextPrefix = "STDFN_CTX_";

/** The event that the variables `STDFN_EVENT_…` describe (FLT-035, FLT-037). */
export function eventOf(env: NodeJS.ProcessEnv, data: EventData): CloudEvent {
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(env))
    if (name.startsWith(eventPrefix) && value !== undefined)
      attributes.set(name.slice(eventPrefix.length).toLowerCase(), value);
  const { id, source, type, subject, time, dataschema, datacontenttype, ...others } =
    Object.fromEntries(attributes);
  const { specversion: _, ...extensions } = others;
  return {
    id: id ?? randomUUID(),
    source: source ?? "urn:stdfn:stdin",
    specversion: "1.0",
    type: type ?? "dev.stdfn.filter.input",
    ...(datacontenttype === undefined ? {} : { datacontenttype }),
    ...(dataschema === undefined ? {} : { dataschema }),
    ...(subject === undefined ? {} : { subject }),
    ...(time === undefined ? {} : { time }),
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
    data,
  };
}

/** The context that the variables `STDFN_CTX_…` describe (FLT-036). */
export function contextOf(env: NodeJS.ProcessEnv): Partial<Context> {
  const text = (name: string): string | undefined => env[`${contextPrefix}${name}`];
  const number = (name: string): number | undefined => {
    const value = text(name);
    return value === undefined || !/^\d{1,10}$/.test(value) ? undefined : Number(value);
  };
  const deadline = text("DEADLINE_MS");
  const members: { readonly [Name in keyof Context]: Context[Name] | undefined } = {
    invocationId: text("INVOCATION_ID") as string,
    functionName: text("FUNCTION_NAME"),
    functionVersion: text("FUNCTION_VERSION"),
    remainingMs: number("REMAINING_MS"),
    deadlineMs:
      deadline !== undefined && /^\d{1,20}$/.test(deadline) ? BigInt(deadline) : undefined,
    attempt: number("ATTEMPT"),
    idempotencyKey: text("IDEMPOTENCY_KEY"),
    tenant: text("TENANT"),
    principal: text("PRINCIPAL"),
    trigger: text("TRIGGER"),
    traceparent: text("TRACEPARENT"),
    tracestate: text("TRACESTATE"),
  };
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Partial<Context>;
}
