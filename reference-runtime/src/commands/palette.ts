import process from "node:process";
import pc from "picocolors";

/**
 * Colours for what people read on standard error: none unless it is a terminal, whatever the environment says. Without
 * a terminal `isTTY` is undefined, which `createColors` alone would take as no answer.
 */
export const palette: ReturnType<typeof pc.createColors> = pc.createColors(
  process.stderr.isTTY === true && pc.isColorSupported,
);
