import type { Log } from "@stdfn/schemas";

const plainValue = /^[\w.:/@%+-]+$/;

/** A log frame as one line for people: level, message, and attributes as `name=value`. Not escaped for a terminal. */
export function logText({ level, message, attributes }: Log): string {
  const pairs = Object.entries(attributes ?? {}).map(
    ([name, value]) => ` ${name}=${plainValue.test(value) ? value : JSON.stringify(value)}`,
  );
  return `${level ?? "info"}: ${message}${pairs.join("")}`;
}
