// protobufjs static code for the whole schema: the yardstick of the codec benchmark, never shipped.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pbjs from "protobufjs-cli/pbjs.js";

const protoFolder = fileURLToPath(new URL("../proto/", import.meta.url));

/** `whole-schema.js`, as protobufjs's generator writes it for somebody without this package. */
export async function stockCode() {
  const folder = mkdtempSync(join(tmpdir(), "stdfn-pbjs-"));
  try {
    const output = join(folder, "whole-schema.js");
    await promisify(pbjs.main)([
      ...["--target", "static-module", "--wrap", "esm", "--root", "stdfn-whole-schema"],
      ...["--no-create", "--no-verify", "--no-convert", "--no-delimited", "--no-typeurl"],
      ...["--path", protoFolder, "--out", output, join(protoFolder, "stdfn/v1/stdfn.proto")],
    ]);
    return { "whole-schema.js": readFileSync(output, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
