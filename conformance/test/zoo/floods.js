// Writes a gigabyte: with --to=1 log lines of an invocation, or octets as a filter; with --to=2 to standard error.
import { Buffer } from "node:buffer";
import { writeSync } from "node:fs";
import process from "node:process";
import { converse, describe } from "./speech.js";

describe();
const gigabyte = 1_073_741_824;
const size = 65_536;
const octets = Buffer.alloc(size, "a");
if (process.argv.includes("--to=2"))
  for (let at = 0; at < gigabyte; at += size) writeSync(2, octets);
else if (process.env.STDFN_MODE === "filter")
  for (let at = 0; at < gigabyte; at += size) writeSync(1, octets);
converse(({ id, event }, reply) => {
  if (event === undefined || id === undefined) return;
  const log = { level: "info", message: process.argv.includes("--small") ? "" : "a".repeat(8_000) };
  const line = Buffer.from(`${JSON.stringify({ frame: { id, log } })}\n`);
  if (process.argv.includes("--to=1"))
    for (let at = 0; at < gigabyte; at += line.length) writeSync(1, line);
  else reply({ error: { code: "unimplemented", message: event.type, effect: "none" } });
});
