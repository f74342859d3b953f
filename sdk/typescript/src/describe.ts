import { features, minors } from "./session/handshake.ts";
import type { Settings } from "./settings.ts";
import { sdkVersion } from "./version.ts";

/** The self-description of a function: one JSON object (chapter on self-description). */
export function describe(settings: Settings): string {
  return JSON.stringify({
    stdfn: "1",
    minors,
    name: settings.name,
    version: settings.version,
    modes: settings.modes,
    formats: settings.formats,
    concurrency: settings.concurrency,
    features,
    limits: { max_record: settings.maxRecord },
    accepts: settings.accepts,
    produces: settings.produces?.map(({ type, contentType }) => ({
      type,
      content_type: contentType,
    })),
    sdk: { name: "@stdfn/sdk", version: sdkVersion, language: "typescript" },
  });
}
