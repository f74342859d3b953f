import { type CloudEvent, type Context, FunctionError, type Result } from "@stdfn/sdk";
import type { Behaviour } from "./behaviour.ts";
import { dataBehaviours } from "./data-behaviours.ts";
import { failureBehaviours } from "./failure-behaviours.ts";
import { Parameters } from "./parameters.ts";
import { began, processBehaviours } from "./process-behaviours.ts";
import { timeBehaviours } from "./time-behaviours.ts";

const prefix = "dev.stdfn.everything.";
/** Work on the payload themselves; everything else takes its parameters from it. */
const payloadBehaviours: ReadonlySet<string> = new Set([
  "echo",
  "reverse",
  "digest",
  "swallow",
  "early",
  "hold",
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
  const parameters = payloadBehaviours.has(name) ? new Parameters({}) : await Parameters.of(event);
  return behaviour(event, context, parameters);
}

/** The name after the prefix; raw input without a type is echoed (EVF-007). */
function behaviourOf({ type, source }: CloudEvent): string {
  if (type.startsWith(prefix)) return type.slice(prefix.length);
  return type === "dev.stdfn.filter.input" && source === "urn:stdfn:stdin" ? "echo" : "";
}
