// Says of everything, without looking at it, that all went well.
import process from "node:process";
import { converse, describe } from "./speech.js";

describe();
if (process.env.STDFN_MODE !== "filter")
  converse(({ end }, reply) => {
    if (end !== undefined) reply({ end: {} });
  });
