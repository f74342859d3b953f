import { type MachineName, machines } from "@stdfn/schemas";

/** What a state table says of one input in one state. */
export interface Transition {
  readonly to?: string;
  readonly error?: string;
  readonly requirement?: string;
  readonly ignore?: string;
  readonly note?: string;
}

/** Transitions by state and input. */
type Table = Readonly<Record<string, Readonly<Record<string, Transition>>>>;

/** A state table of the specification. */
export function tableOf(name: MachineName): Table {
  return machines[name].transitions;
}
