/** A command that cannot be carried out because of what the author typed or wrote; the message names what is allowed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
