import { invoke } from "@stdfn/sdk";
import sharp, { type Sharp } from "sharp";
import t from "tap";
import { thumbnail } from "../src/thumbnail.ts";

/** A picture that is red on its left half and blue on its right. */
async function picture(width: number, height: number): Promise<Sharp> {
  const half = { width: width / 2, height, channels: 3 as const };
  const blue = await sharp({ create: { ...half, background: "#0000ff" } })
    .png()
    .toBuffer();
  return sharp({ create: { ...half, width, background: "#ff0000" } }).composite([
    { input: blue, left: width / 2, top: 0 },
  ]);
}

/** The colour of the pixel at a place from 0 to 1, as the nearest of a few names. */
async function colourAt(jpeg: Uint8Array, x: number, y: number): Promise<string> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at =
    (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  const [red = 0, , blue = 0] = data.subarray(at, at + 3);
  return red > 200 && blue < 60 ? "red" : blue > 200 && red < 60 ? "blue" : `${red},…,${blue}`;
}

t.test("makes a picture of the width asked for", async (t) => {
  const png = await (await picture(1200, 600)).png().toBuffer();
  const webp = await (await picture(1200, 600)).webp().toBuffer();
  const turned = await (await picture(1200, 600))
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const table: [string, Buffer, number | string | undefined, [number, number]][] = [
    ["the default", png, undefined, [320, 160]],
    ["a number", png, 100, [100, 50]],
    ["a text, as filter mode has it", webp, "64", [64, 32]],
    ["wider than the photograph", png, 2048, [1200, 600]],
    ["a photograph that was taken on its side", turned, 100, [100, 200]],
  ];
  for (const [name, data, width, [wide, high]] of table) {
    const { events, error } = await invoke(thumbnail, {
      subject: "flag",
      extensions: { album: "holiday", ...(width === undefined ? {} : { width }) },
      data,
    });
    t.equal(error, undefined, name);
    const [result] = events;
    t.match(result, {
      subject: "flag",
      extensions: { album: "holiday", width: wide, height: high },
    });
    const jpeg = await (result as NonNullable<typeof result>).bytes();
    t.match(await sharp(jpeg).metadata(), { format: "jpeg", width: wide, height: high }, name);
    const isTurned = data === turned;
    t.equal(
      await colourAt(jpeg, isTurned ? 0.5 : 0.2, 0.2),
      "red",
      `${name}: red where it was red`,
    );
    t.equal(
      await colourAt(jpeg, isTurned ? 0.5 : 0.8, 0.8),
      "blue",
      `${name}: blue where it was blue`,
    );
  }
});

t.test("tells a wrong input", async (t) => {
  const png = await (await picture(20, 20)).png().toBuffer();
  const table: [unknown, string | number | boolean, RegExp][] = [
    [png, 0, /width is 0; allowed are whole pixels, 1 to 2048/],
    [png, 2049, /width is 2049/],
    [png, -5, /width is -5/],
    [png, "1e2", /width is "1e2"/],
    [png, "", /width is ""/],
    [png, true, /width is true/],
    ["a text", 10, /6 bytes of data are no photograph/],
    [undefined, 10, /0 bytes of data are no photograph/],
    [png.subarray(0, png.length - 30), 10, /are no photograph that can be read/],
  ];
  for (const [data, width, message] of table) {
    const { events, error } = await invoke(thumbnail, { extensions: { width }, data });
    t.match(error, { code: "invalid_argument", effect: "none", message });
    t.strictSame(events, []);
  }
});
