import { readdirSync } from "node:fs";
import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { candidatesFolder, type Independent, python, testCandidate } from "./candidate-checks.ts";

const missingPython = missingTool("python3");
const recorded = ["FN-SES-000*", "FN-PIP-000*", "FN-EVF-000*"];
const candidates: readonly Independent[] = [
  { name: "typescript-everything", suite: "function", missing: false, recorded },
  { name: "python-everything", suite: "function", missing: python.missing, recorded },
  { name: "python-everything-json", suite: "function", missing: missingPython },
  { name: "shell", suite: "function", missing: false },
  { name: "gzip", suite: "function", missing: missingTool("gzip") },
  { name: "typescript-codec", suite: "codec", missing: false },
  { name: "python-codec", suite: "codec", missing: python.missing },
  { name: "python-codec-json", suite: "codec", missing: missingPython },
];
/** Judged by files of their own, since a file of tests has so much time and no more. */
const elsewhere = ["python-runtime", "reference-runtime"];

t.test("every candidate of the folder is judged", async (t) => {
  const judged = [...candidates.map(({ name }) => name), ...elsewhere];
  t.strictSame(readdirSync(candidatesFolder).sort(), judged.sort());
});

for (const candidate of candidates) testCandidate(candidate);
