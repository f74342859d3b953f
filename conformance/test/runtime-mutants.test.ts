import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { commandOf, mutantsOf } from "../src/mutants/mutant-list.ts";
import { checkKills, checkNames, checkReference, checkTwins } from "./mutant-checks.ts";

const suite = "runtime";
/** Most of a mutant's time is spent waiting for what does not come. */
const jobs = 8;
const skip = missingTool("python3");

t.test("every mutant is listed, asked for and named by a case", async (t) => checkNames(t, suite));

t.test("a case applies only where its twin does", async (t) => checkTwins(t, suite));

t.test("every mutant can be made", { skip }, async (t) => {
  // A mutant that breaks when it starts would be killed by every case.
  const [program = "", ...words] = commandOf("relay");
  const { stdout } = await execa(program, [...words, "--mutants"]);
  t.strictSame(stdout.split("\n"), Object.keys(mutantsOf("relay")));
});

t.test("the candidate without a mutant passes", { skip }, async (t) =>
  checkReference(t, suite, jobs),
);

t.test("every mutant is killed by every case that lists it", { skip }, async (t) =>
  checkKills(t, suite, jobs),
);
