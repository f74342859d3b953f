import { spawnSync } from "node:child_process";
import process from "node:process";
import { bytesOf } from "../event-data.ts";
import { type Example, expect } from "../example.ts";
import { folder, waysOf } from "../folders.ts";
import { digestOf, expectCreated, expectSilence } from "./notify.ts";
import { photograph } from "./thumbnail.ts";

const WIDTH = 240;

const target = folder("pipeline");

/** Three functions joined by a plain shell, which is one function again. */
export const pipeline: Example = {
  name: "pipeline",
  needs: ["gzip"],
  target,
  ways: waysOf(target),
  async load() {
    const event = await photograph(WIDTH);
    const small = output(
      "node",
      [`${folder("thumbnail").folder}/dist/src/main.js`],
      bytesOf(event),
    );
    const digest = digestOf(output("gzip", ["-9", "-n", "-c"], small));
    return {
      first: event,
      again: { ...event, extensions: { ...event.extensions, previous: digest } },
      verify(first, again) {
        expectCreated(first, digest);
        expectSilence(again);
        return "the digest of the steps by hand";
      },
    };
  },
};

/** What a program makes of its input, run by hand as a filter. */
function output(program: string, args: readonly string[], input: Uint8Array): Buffer {
  const { stdout, status, error, stderr } = spawnSync(program, args, {
    input,
    env: { ...process.env, STDFN_MODE: "filter", STDFN_EVENT_WIDTH: String(WIDTH) },
    maxBuffer: 16_777_216,
  });
  if (error !== undefined) throw error;
  expect(status === 0, `${program} ended with exit status ${status}: ${stderr.toString()}`);
  return stdout;
}
