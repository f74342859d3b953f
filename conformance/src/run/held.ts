import { limits } from "../wire/limits.ts";
import type { Below } from "./below.ts";
import type { Conversation } from "./conversation.ts";

/** What a relay may hold of a payload besides the credit that it grants (RLY-021): a chunk is longer in JSON. */
const twoFrames = 2 * 2 * limits.maxSmall;

/** How much of the input of an invocation a relay has been given and not passed on, and how much that may be. */
export function heldBy(
  id: number,
  conversation: Conversation,
  below: Below | undefined,
): { readonly octets: number; readonly most: number } {
  const given = conversation.monitor?.inputSpent(id) ?? 0;
  const passed = (below?.all ?? []).map(({ conversation: one }) =>
    Math.max(0, one.monitor?.inputSpent(one.wireId(id)) ?? 0),
  );
  const window = conversation.monitor?.inputWindow ?? 0;
  return { octets: given - passed.reduce((sum, one) => sum + one, 0), most: window + twoFrames };
}
