// The everything function as its author deploys it: one file that holds the SDK too. In a checkout modules may have been
// compiled since that was made.
import { statSync } from "node:fs";

const sdk = new URL("../../../sdk/typescript/", import.meta.url);
const changedAt = (path) => statSync(new URL(path, sdk), { throwIfNoEntry: false })?.mtimeMs ?? -1;
const compiled = Math.max(
  changedAt("dist/.tsbuildinfo"),
  changedAt("../../schemas/dist/.tsbuildinfo"),
);
const isCurrent = changedAt("dist/everything/main.js") >= compiled;
const path = isCurrent ? "dist/everything/main.js" : "dist/examples/everything/main.js";
await import(new URL(path, sdk).href);
