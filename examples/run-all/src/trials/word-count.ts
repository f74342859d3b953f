import type { CloudEvent } from "@stdfn/schemas";
import { jsonOf, only } from "../event-data.ts";
import { type Example, expect } from "../example.ts";
import { content, folder, waysOf } from "../folders.ts";

const target = folder("shell");

/** Counts the words of this repository's licence, in plain shell. */
export const wordCount: Example = {
  name: "word-count",
  needs: [],
  target,
  ways: waysOf(target),
  async load() {
    const bytes = await content("LICENSE");
    const text = bytes.toString("utf8");
    const words = text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== "").length;
    const event: CloudEvent = {
      specversion: "1.0",
      id: "1",
      source: "/examples",
      type: "com.example.text",
      datacontenttype: "text/plain",
      subject: "LICENSE",
      data: { kind: "text", text },
    };
    return {
      first: event,
      again: { ...event, id: "2", data: { kind: "bytes", bytes } },
      verify(first, again) {
        for (const result of [only(first), only(again)]) {
          const counted = (jsonOf(result) as { words?: unknown }).words;
          expect(counted === words, `${counted} words instead of ${words}`);
          expect(result.subject === "LICENSE", `the subject is ${result.subject}`);
        }
        return `${words} words, as text and as bytes`;
      },
    };
  },
};
