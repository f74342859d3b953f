import { join } from "node:path";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { candidatesFolder, testCandidate } from "./candidate-checks.ts";

const missing = missingTool("python3");
const recorded = ["RT-SES-000*", "RT-PIP-000*"];
t.test("the protobuf format of the runtime in Python is its own", { skip: missing }, async (t) => {
  const tests = join(candidatesFolder, "python-runtime/tests");
  const run = execa("python3", ["-m", "unittest", "discover", "-s", tests], { all: true });
  const { exitCode, all } = await run.catch((error) => error);
  t.equal(exitCode, 0, all);
  t.match(all, /^Ran [1-9]\d* tests[\s\S]*^OK$/m, "none is skipped");
});

testCandidate({ name: "python-runtime", suite: "runtime", missing, recorded });
