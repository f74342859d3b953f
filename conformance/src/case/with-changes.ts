import type { Plain } from "./case.ts";

/** Members with those of a case in place of others of the same name; null leaves one out. */
export function withChanges(members: Plain, changes: Plain = {}): Plain {
  const all = Object.entries({ ...members, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}
