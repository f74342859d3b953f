import type { Format } from "./unit.ts";

/** The first field number that is no version's of the standard (VER-010). */
export const leastOwnField = 1_024;
const mostOwnField = 2_047;

/** Whether everybody may use a field number of a frame, a record or a body for an extension or for grease (VER-011). */
export function isOwnField(number: number): boolean {
  return number >= leastOwnField && number <= mostOwnField;
}

/**
 * Whether a writer may send a member of a frame that this version does not define: one of its own, or grease (VER-009,
 * VER-011).
 * @param name of the member; in Protobuf its field number in decimal
 */
export function isOwnMember(format: Format, name: string): boolean {
  return format === "json" ? name.includes("-") : isOwnField(Number(name));
}
