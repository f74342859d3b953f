// The stock compiler as encoder: no byte of a valid protobuf vector comes from code of this project.
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const protoFolder = fileURLToPath(new URL("../../../schemas/proto", import.meta.url));

/** A message in protobuf's text format, encoded by `protoc --encode`. */
export function encode(type, text) {
  const full = type.includes(".") ? type : `stdfn.v1.${type}`;
  const file = full.startsWith("stdfn.")
    ? "stdfn/v1/stdfn.proto"
    : "io/cloudevents/v1/cloudevents.proto";
  const { status, stdout, stderr, error } = spawnSync(
    "protoc",
    ["--deterministic_output", `--proto_path=${protoFolder}`, `--encode=${full}`, file],
    { input: text, maxBuffer: 1 << 26 },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`protoc --encode=${full} refuses ${text.slice(0, 200)}: ${stderr}`);
  return Buffer.from(stdout);
}

/** The top-level fields of a stream, in the text format. */
export const stream = (text) => encode("Stream", text);

/** A frame with its tag and length. */
export const frame = (text) => encode("Stream", `frame { ${text} }`);

/** The body of an event. */
export const event = (text) => encode("io.cloudevents.v1.CloudEvent", text);
