import type { CloudEvent } from "@stdfn/schemas";
import sharp from "sharp";
import { bytesOf, only } from "../event-data.ts";
import { type Example, expect } from "../example.ts";
import { content, folder, waysOf } from "../folders.ts";

const WIDTHS = { first: 320, again: 160 };
/** Mean difference of a channel, of 255, up to which two small pictures show the same. */
const SAME_PICTURE = 6;

const target = folder("thumbnail");

/** A photograph as an event that asks for a width. */
export async function photograph(width: number): Promise<CloudEvent> {
  return {
    specversion: "1.0",
    id: String(width),
    source: "/examples",
    type: "com.example.photograph",
    datacontenttype: "image/jpeg",
    subject: "landscape.jpg",
    extensions: { width },
    data: { kind: "bytes", bytes: await content("examples/thumbnail/landscape.jpg") },
  };
}

/** Makes thumbnails of a photograph. */
export const thumbnail: Example = {
  name: "thumbnail",
  needs: [],
  target,
  ways: waysOf(target),
  async load() {
    const [first, again] = [await photograph(WIDTHS.first), await photograph(WIDTHS.again)];
    return {
      first,
      again,
      async verify(firstResults, againResults) {
        const shown = await compare(only(firstResults), bytesOf(first), WIDTHS.first);
        await compare(only(againResults), bytesOf(again), WIDTHS.again);
        return `${shown} that show the photograph`;
      },
    };
  },
};

/** Decodes every pixel of a thumbnail and compares them with those of the original. */
async function compare(result: CloudEvent, original: Uint8Array, width: number): Promise<string> {
  const small = bytesOf(result);
  const found = await sharp(small, { failOn: "truncated" }).metadata();
  const wanted = await sharp(original).metadata();
  const height = (wanted.height * width) / wanted.width;
  const shown = `${found.width}×${found.height}`;
  expect(found.format === "jpeg", `a picture in the format ${found.format} instead of jpeg`);
  expect(
    found.width === width && Math.abs(found.height - height) < 1,
    `a picture of ${shown} instead of ${width}×${height.toFixed(1)}`,
  );
  const difference = meanDifference(await signature(small), await signature(original));
  expect(difference <= SAME_PICTURE, `another picture: ${difference.toFixed(1)} of 255 apart`);
  return shown;
}

function signature(picture: Uint8Array): Promise<Buffer> {
  return sharp(picture, { failOn: "truncated" })
    .resize(48, 32, { fit: "fill" })
    .removeAlpha()
    .raw()
    .toBuffer();
}

function meanDifference(a: Buffer, b: Buffer): number {
  let sum = Math.abs(a.length - b.length) * 255;
  for (const [index, value] of a.entries()) sum += Math.abs(value - (b[index] ?? 0));
  return sum / a.length;
}
