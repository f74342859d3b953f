/** Exit statuses of `stdfn-conformance`. */
export const exitStatus = {
  /** What was asked is done; where something is judged: it conforms. */
  ok: 0,
  /** The arguments are wrong. */
  usage: 2,
  /** The kit itself is broken: a vector is missing or is none. */
  kit: 3,
} as const;
