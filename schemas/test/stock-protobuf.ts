import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import type { Plain } from "./canonical-form.ts";

const folder = fileURLToPath(new URL("../../proto/", import.meta.url));

/** The schema as protobufjs's own parser reads it: no generated code, none of our codec. */
export const stockSchema: protobuf.Root = loadSchema();

/** An event as stock protobufjs reads it: plain, octets in base64. */
export function stockEvent(bytes: Uint8Array): Plain {
  const type = stockSchema.lookupType("io.cloudevents.v1.CloudEvent");
  return type.toObject(type.decode(bytes), { bytes: String, longs: String, oneofs: true });
}

function loadSchema(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    protobuf.common.get(target) === null ? folder + target : target;
  root.loadSync("stdfn/v1/stdfn.proto", { keepCase: true, alternateCommentMode: true });
  root.resolveAll();
  return root;
}
