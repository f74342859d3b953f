import { createHash } from "node:crypto";
import type { CloudEvent } from "@stdfn/schemas";
import { jsonOf, only } from "../event-data.ts";
import { type Example, expect } from "../example.ts";
import { content, folder, waysOf } from "../folders.ts";

const target = folder("notify");

/** Notices a table that is new, and is silent about one that has not changed. */
export const notify: Example = {
  name: "notify",
  needs: [],
  target,
  ways: waysOf(target),
  async load() {
    const bytes = await content("examples/gzip/seattle-weather.csv");
    const digest = digestOf(bytes);
    const event: CloudEvent = {
      specversion: "1.0",
      id: "1",
      source: "/examples",
      type: "com.example.table",
      datacontenttype: "text/csv",
      subject: "seattle-weather.csv",
      data: { kind: "bytes", bytes },
    };
    return {
      first: event,
      again: { ...event, id: "2", extensions: { previous: digest } },
      verify(first, again) {
        expectCreated(first, digest);
        expectSilence(again);
        return "the right digest, then silence";
      },
    };
  },
};

/** The digest of content as notifications spell it. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** @throws WrongResult unless the results are one notification of something new with this digest */
export function expectCreated(results: readonly CloudEvent[], digest: string): void {
  const { change, digest: found } = jsonOf(only(results)) as { change?: unknown; digest?: unknown };
  expect(change === "created", `change ${JSON.stringify(change)} instead of "created"`);
  expect(found === digest, `digest ${JSON.stringify(found)} instead of ${digest}`);
}

/** @throws WrongResult if there is a result */
export function expectSilence(results: readonly CloudEvent[]): void {
  expect(results.length === 0, `${results.length} notifications although nothing has changed`);
}
