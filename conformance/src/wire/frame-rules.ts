import { WireFault } from "./fault.ts";
import { isRecord } from "./message-table.ts";

const ofSession: ReadonlySet<string> = new Set(["hello", "ready", "drain"]);
const ofInvocation: ReadonlySet<string> = new Set(["cancel", "credit"]);

/**
 * Checks which members stand together in one frame, and which with which id.
 * @param kinds the known members of the frame
 * @throws WireFault `order`
 */
export function checkFrame(id: number, kinds: readonly string[]): void {
  const has = (kind: string): boolean => kinds.includes(kind);
  const controls = kinds.filter((kind) => !isRecord(kind));
  if (controls.length > 0 && kinds.length > 1)
    throw order("MOD-016", `${controls[0]} beside ${kinds.find((kind) => kind !== controls[0])}`);
  if (has("event") && (has("stream") || has("chunk")))
    throw order("MOD-015", `event beside ${has("stream") ? "stream" : "chunk"}`);
  if (has("error") && has("end")) throw order("MOD-015", "error beside end");
  const misplaced = kinds.find((kind) => isRecord(kind) && kind !== "error");
  if (id === 0 && misplaced !== undefined) throw order("MOD-017", `${misplaced} with id 0`);
  if (kinds.some((kind) => (id === 0 ? ofInvocation : ofSession).has(kind)))
    throw order("SES-093", `${kinds[0]} with id ${id}`);
}

function order(requirement: string, message: string): WireFault {
  return new WireFault("order", requirement, message);
}
