import type { CloudEvent } from "@stdfn/schemas";
import { expect } from "./example.ts";

/** The one event among results. @throws WrongResult if there are none or several */
export function only(events: readonly CloudEvent[]): CloudEvent {
  const [event] = events;
  expect(event !== undefined && events.length === 1, `${events.length} results instead of one`);
  return event;
}

/** The data of an event as octets; a JSON value as its text. */
export function bytesOf({ data }: CloudEvent): Uint8Array {
  if (data.kind === "bytes") return data.bytes;
  if (data.kind === "text") return Buffer.from(data.text);
  return Buffer.from(data.kind === "json" ? JSON.stringify(data.value) : "");
}

/** The data of an event as the JSON value that it is, or that its octets hold. */
export function jsonOf(event: CloudEvent): unknown {
  return event.data.kind === "json"
    ? event.data.value
    : JSON.parse(Buffer.from(bytesOf(event)).toString("utf8"));
}
