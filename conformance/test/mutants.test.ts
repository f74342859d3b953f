import t from "tap";
import { checkKills, checkNames, checkReference, checkTwins } from "./mutant-checks.ts";

const suite = "function";
/** Most of a mutant's time is spent waiting for what does not come. */
const jobs = 8;

t.test("every mutant is listed, asked for and named by a case", async (t) => checkNames(t, suite));

t.test("a case applies only where its twin does", async (t) => checkTwins(t, suite));

t.test("the candidate without a mutant passes", async (t) => checkReference(t, suite, jobs));

t.test("every mutant is killed by every case that lists it", async (t) =>
  checkKills(t, suite, jobs),
);
