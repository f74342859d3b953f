import type { CloudEvent, Context, Result } from "@stdfn/sdk";
import type { Parameters } from "./parameters.ts";

/** What one behaviour does with an event. */
export type Behaviour = (
  event: CloudEvent,
  context: Context,
  parameters: Parameters,
) => Result | Promise<Result>;

/** Behaviours by the name that selects them. */
export type Behaviours = Readonly<Record<string, Behaviour>>;
