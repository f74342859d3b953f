import { randomBytes } from "node:crypto";

let prefix: string | undefined;
let count = 0;

/**
 * An id no other invocation has: 96 random bits of this process and a count. A random id for each would take as long
 * as encoding the call.
 */
export function newInvocationId(): string {
  prefix ??= randomBytes(12).toString("base64url");
  count += 1;
  return `${prefix}-${count.toString(36)}`;
}
