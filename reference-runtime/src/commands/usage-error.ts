/** A command line that means nothing: exit status 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
