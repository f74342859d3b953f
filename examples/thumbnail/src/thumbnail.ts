import { type CloudEvent, FunctionError, type ResultEvent } from "@stdfn/sdk";
import sharp, { type OutputInfo } from "sharp";

const DEFAULT_WIDTH = 320;
const MAX_WIDTH = 2048;
const MAX_INPUT_BYTES = 33_554_432;
const MAX_INPUT_PIXELS = 100_000_000;

/**
 * Makes a JPEG thumbnail of a photograph in any format that `sharp` reads.
 *
 * The extension attribute `width` is its width in pixels, 1 to 2048; default 320. The height follows, and a smaller
 * photograph keeps its size. The result has the subject and the extensions of the photograph, and its own `width` and
 * `height`.
 *
 * @throws FunctionError `invalid_argument` for a width out of range and for data that is no image
 */
export async function thumbnail(event: CloudEvent): Promise<ResultEvent> {
  const width = widthOf(event);
  const photograph = await event.bytes({ maxBytes: MAX_INPUT_BYTES });
  const { data, info } = await shrink(photograph, width);
  return {
    specversion: "1.0",
    ...(event.subject === undefined ? {} : { subject: event.subject }),
    extensions: { ...event.extensions, width: info.width, height: info.height },
    data,
  };
}

function widthOf({ extensions }: CloudEvent): number {
  const given = extensions?.["width"] ?? DEFAULT_WIDTH;
  const width = typeof given === "string" && /^\d+$/.test(given) ? Number(given) : given;
  if (Number.isInteger(width) && Number(width) >= 1 && Number(width) <= MAX_WIDTH)
    return Number(width);
  throw new FunctionError(
    "invalid_argument",
    `attribute width is ${JSON.stringify(given)}; allowed are whole pixels, 1 to ${MAX_WIDTH}`,
    { effect: "none" },
  );
}

async function shrink(
  photograph: Uint8Array,
  width: number,
): Promise<{ data: Buffer; info: OutputInfo }> {
  try {
    return await sharp(photograph, { limitInputPixels: MAX_INPUT_PIXELS })
      .autoOrient()
      .resize({ width, withoutEnlargement: true })
      .jpeg({ quality: 80 })
      .toBuffer({ resolveWithObject: true });
  } catch (cause) {
    throw new FunctionError(
      "invalid_argument",
      `${photograph.length} bytes of data are no photograph that can be read (${(cause as Error).message}); send a JPEG, PNG, WebP, AVIF, TIFF or GIF of at most ${MAX_INPUT_PIXELS} pixels`,
      { effect: "none", cause },
    );
  }
}
