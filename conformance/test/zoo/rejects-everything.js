// Finds fault with everything that it is sent.
import process from "node:process";
import { converse, describe } from "./speech.js";

describe();
const error = { code: "invalid_argument", message: "no", attribution: "protocol" };
const answered = new Set();
process.stderr.write("no\n");
if (process.env.STDFN_MODE === "filter") process.exitCode = 65;
else
  converse(({ id = 0 }, reply) => {
    if (!answered.has(id)) reply({ error });
    answered.add(id);
    if (process.env.STDFN_MODE === "pipe") process.exit(76);
  });
