import { isDeepStrictEqual } from "node:util";
import type { CloudEvent } from "@stdfn/schemas";
import { jsonOf, only } from "../event-data.ts";
import { type Example, expect } from "../example.ts";
import { content, folder, waysOf } from "../folders.ts";

interface Feed {
  readonly features: readonly {
    readonly properties: { readonly mag: number; readonly place: string; readonly time: number };
    readonly geometry: { readonly coordinates: readonly [number, number, number] };
  }[];
}

const target = folder("jq");

/** Picks the strong earthquakes of a week. */
export const jq: Example = {
  name: "jq",
  needs: ["jq"],
  target,
  ways: waysOf(target),
  async load() {
    const bytes = await content("examples/jq/earthquakes.geojson");
    const feed = JSON.parse(bytes.toString("utf8")) as Feed;
    const event: CloudEvent = {
      specversion: "1.0",
      id: "1",
      source: "https://earthquake.usgs.gov",
      type: "com.example.feed",
      datacontenttype: "application/geo+json",
      data: { kind: "bytes", bytes },
    };
    return {
      first: event,
      again: { ...event, id: "2", extensions: { minimum: "5.5" } },
      verify(first, again) {
        compare(only(first), strong(feed, 6));
        compare(only(again), strong(feed, 5.5));
        return "the earthquakes that a loop finds";
      },
    };
  },
};

function strong({ features }: Feed, minimum: number): readonly object[] {
  return features
    .filter(({ properties }) => properties.mag >= minimum)
    .map(({ properties: { mag, place, time }, geometry }) => ({
      magnitude: mag,
      place,
      time: new Date(time).toISOString().replace(/\.\d+/, ""),
      depth_km: geometry.coordinates[2],
    }))
    .sort((a, b) => b.magnitude - a.magnitude);
}

function compare(event: CloudEvent, wanted: readonly object[]): void {
  expect(wanted.length > 0, "there is nothing to find, so nothing can be wrong");
  const found = jsonOf(event);
  expect(
    isDeepStrictEqual(found, wanted),
    `${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`,
  );
}
