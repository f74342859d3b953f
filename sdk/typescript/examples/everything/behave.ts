import { type CloudEvent, type Context, FunctionError, type Result } from "@stdfn/sdk";
import type { Behaviour } from "./behaviour.ts";
import { dataBehaviours } from "./data-behaviours.ts";
import { failureBehaviours } from "./failure-behaviours.ts";
import { Parameters } from "./parameters.ts";
import { began, processBehaviours } from "./process-behaviours.ts";
import { timeBehaviours } from "./time-behaviours.ts";

const prefix = "dev.stdfn.everything.";
/** Behaviours that work on the payload or ignore it; all others take their parameters from it. */
const withoutParameters: ReadonlySet<string> = new Set([
  "echo",
  "reverse",
  "digest",
  "swallow",
  "early",
  "hold",
  "attributes",
  "context",
  "await-cancel",
  "process",
  "recycle",
]);

const behaviours: ReadonlyMap<string, Behaviour> = new Map([
  ...Object.entries(dataBehaviours),
  ...Object.entries(failureBehaviours),
  ...Object.entries(timeBehaviours),
  ...Object.entries(processBehaviours),
]);

/** The handler: the event's type selects the behaviour (EVF-002). */
export async function behave(event: CloudEvent, context: Context): Promise<Result> {
  began(context);
  const name = behaviourOf(event);
  const behaviour = behaviours.get(name);
  if (behaviour === undefined) {
    throw new FunctionError("unimplemented", `no behaviour for the event type "${event.type}"`, {
      effect: "none",
    });
  }
  const parameters = withoutParameters.has(name) ? new Parameters({}) : await Parameters.of(event);
  return behaviour(event, context, parameters);
}

/** The name after the prefix; raw input without a type is echoed (EVF-007). */
function behaviourOf({ type }: CloudEvent): string {
  if (type.startsWith(prefix)) return type.slice(prefix.length);
  return type === "dev.stdfn.filter.input" ? "echo" : "";
}
