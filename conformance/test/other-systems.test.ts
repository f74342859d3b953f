import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { readReport } from "../src/report/report.ts";
import { launcher } from "./launcher.ts";

/** A mount namespace in which Linux looks like a system without `/proc` and `/dev/shm`, such as macOS. */
const command = [
  "unshare",
  "--mount",
  "--propagation",
  "private",
  fileURLToPath(new URL("../../test/other-systems/run", import.meta.url)),
];
const candidates = fileURLToPath(new URL("../../candidates/", import.meta.url));
const skip = missingTool("unshare") || missingNamespace();

/** What each candidate cannot do there: `/dev/stdin` leads through `/proc` on Linux, and only there. */
const suites = [
  { suite: "function", name: "typescript-everything", failed: [] },
  { suite: "runtime", name: "reference-runtime", failed: ["RT-FLT-0006"] },
];

for (const { suite, name, failed } of suites)
  t.test(`${name} and the kit do without what only Linux has`, { skip }, async (t) => {
    const out = join(t.testdir(), "results.ndjson");
    const words = [suite, "--candidate", join(candidates, name, "candidate.json"), "--out", out];
    const [program = "", ...before] = command;
    const { stdout, stderr } = await execa(
      program,
      [...before, process.execPath, launcher, ...words],
      { reject: false },
    );
    const { results, end } = readReport(out);
    const others = results.filter(({ verdict }) => !["pass", "not_applicable"].includes(verdict));
    t.strictSame(
      others.map(({ id }) => id),
      failed,
      `${stdout}\n${stderr}`,
    );
    t.match(end, { complete: true, counts: { kit_error: 0 } });
    t.ok((end?.counts.pass ?? 0) > 200, `${end?.counts.pass} pass`);
  });

/** Why nothing can be hidden from a process here. */
function missingNamespace(): string | false {
  const [program = "", ...words] = command;
  const { status, stderr } = spawnSync(program, [...words, "true"], { encoding: "utf8" });
  return status === 0
    ? false
    : `the kernel lets this user hide no /proc, so that what systems without it do is not tested: ${stderr.trim()}`;
}
