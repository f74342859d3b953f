import { type Conversation, pipeId } from "./conversation.ts";

/** Credit that the candidate has once it was granted some, in bytes. */
const granted = 262_144;

/**
 * Lets a candidate go on with what it answers, where it has used up its credit and still owes something.
 * @param id of the case; in a pipe nothing is granted
 */
export function grantOutput(conversation: Conversation, id: number): void {
  const { monitor } = conversation;
  if (id === pipeId || monitor === undefined) return;
  const wireId = conversation.wireId(id);
  const balance = monitor.outputBalance(wireId);
  if (!monitor.isLive(wireId) || balance > 0) return;
  conversation.sendFrame({ id, credit: { bytes: granted - balance } });
}
