import { fileURLToPath } from "node:url";

/** The command of the kit. */
export const launcher: string = fileURLToPath(
  new URL("../../bin/stdfn-conformance.cjs", import.meta.url),
);
