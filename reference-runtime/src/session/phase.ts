import type { InstanceState } from "../instance.ts";

/** Where a session stands, seen from the host. */
export type Phase =
  | "starting"
  | "greeted"
  | "open"
  | "draining"
  | "hung-up"
  | "quarantined"
  | "closing"
  | "killed"
  | "ended";

/** What of it others get to see. */
export const publicStates: Readonly<Record<Phase, InstanceState>> = {
  starting: "open",
  greeted: "open",
  open: "open",
  draining: "draining",
  "hung-up": "draining",
  closing: "draining",
  quarantined: "quarantined",
  killed: "closed",
  ended: "closed",
};
