/** Exit statuses of `stdfn-conformance`. */
export const exitStatus = {
  /** What was asked is done; where something is judged: it conforms. */
  ok: 0,
  /** What was judged does not conform. */
  nonconforming: 1,
  /** The arguments, or a file they name, are wrong. */
  usage: 2,
  /** The kit could not do its work: a defect, a vector or a case that is none, a report that cannot be written. */
  kit: 3,
  /** A failure that the baseline calls known was not met: the baseline is stale. */
  baseline: 4,
  /** Nothing was shown: a result is inconclusive, or nothing was executed. */
  incomplete: 5,
  /** The run was interrupted. */
  interrupted: 130,
} as const;
