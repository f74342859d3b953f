import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { readReport } from "../src/report/report.ts";
import { launcher } from "./launcher.ts";

const zoo = fileURLToPath(new URL("../../test/zoo/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "stdfn-liberties-"));
t.teardown(() => rmSync(folder, { recursive: true }));

/** Candidates that use what the specification lets a peer do, and cases in which it shows. */
const candidates = [
  {
    suite: "function",
    command: [process.execPath, `${zoo}takes-liberties.js`],
    skip: false,
    cases: [
      "FN-DSC-0001",
      "FN-EVF-0003",
      "FN-EVF-0005",
      "FN-EVF-0018",
      "FN-MOD-0003",
      "FN-PIP-0002",
      "FN-SES-0001",
      "FN-SES-0004",
      "FN-VER-0005",
    ],
    results: 17,
  },
  {
    suite: "runtime",
    command: ["python3", `${zoo}takes-liberties.py`],
    skip: missingTool("python3"),
    cases: [
      ...["RT-RLY-0001", "RT-RLY-0022", "RT-RLY-0030", "RT-SES-0001"],
      // What a function in pipe mode offers is known by asking it alone.
      ...["RT-PIP-0001", "RT-PIP-0016", "RT-RLY-0003", "RT-RLY-0069"],
    ],
    results: 12,
  },
] as const;

for (const { suite, command, skip, cases, results } of candidates)
  t.test(`a ${suite} that sends grease, names causes and asks conforms`, { skip }, async (t) => {
    const out = join(folder, `${suite}.ndjson`);
    const { exitCode, all } = await execa(
      process.execPath,
      [launcher, suite, "--jobs", "2", "--out", out, "--only", ...cases, "--", ...command],
      { reject: false, all: true },
    );
    t.equal(exitCode, 0, all);
    t.equal(readReport(out).end?.counts.pass, results, all);
  });
