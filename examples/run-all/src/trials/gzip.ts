import { gunzipSync } from "node:zlib";
import type { CloudEvent } from "@stdfn/schemas";
import { bytesOf, only } from "../event-data.ts";
import { type Example, expect, type Trial } from "../example.ts";
import { content, folder, waysOf } from "../folders.ts";

const target = folder("gzip");

/** Compresses four years of weather. */
export const gzip: Example = {
  name: "gzip",
  needs: ["gzip"],
  target,
  ways: waysOf(target),
  load: compression,
};

/** Events with something to compress, and a check that unpacking gives it back. */
export async function compression(): Promise<Trial> {
  const bytes = await content("examples/gzip/seattle-weather.csv");
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
    again: { ...event, id: "2" },
    verify(first, again) {
      for (const packed of [only(first), only(again)].map(bytesOf)) {
        expect(packed.length < bytes.length / 2, `${packed.length} bytes are hardly compressed`);
        expect(gunzipSync(packed).equals(bytes), "unpacked, the result is not the input");
      }
      return "gunzip gives every byte back";
    },
  };
}
