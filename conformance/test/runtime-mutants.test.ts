import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { checkKills, checkNames, checkTwins } from "./mutant-checks.ts";

const suite = "runtime";
/** Most of a mutant's time is spent waiting for what does not come. */
const jobs = 8;
const skip = missingTool("python3");

t.test("every mutant is listed, asked for and named by a case", async (t) => checkNames(t, suite));

t.test("a case applies only where its twin does", async (t) => checkTwins(t, suite));

t.test("every mutant is killed by every case that lists it", { skip }, async (t) =>
  checkKills(t, suite, jobs),
);
