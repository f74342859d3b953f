import { join } from "node:path";
import process from "node:process";
import type { Example } from "../example.ts";
import { root } from "../folders.ts";
import { compression } from "./gzip.ts";

const stdfn = join(root, "reference-runtime/bin/stdfn.js");

/** The same gzip in the modes and formats that it does not know, behind a relay. */
export const relayedGzip: Example = {
  name: "relayed-gzip",
  needs: ["gzip"],
  target: { command: [process.execPath, stdfn, "relay", join(root, "examples/gzip")] },
  ways: [
    { mode: "session", format: "protobuf" },
    { mode: "session", format: "json" },
    { mode: "pipe", format: "protobuf" },
    { mode: "pipe", format: "json" },
  ],
  load: compression,
};
