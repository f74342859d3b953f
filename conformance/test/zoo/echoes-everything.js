// Gives back whatever it is sent.
import process from "node:process";
import { converse, describe } from "./speech.js";

describe();
if (process.env.STDFN_MODE === "filter") process.stdin.pipe(process.stdout);
else
  converse(({ id: _id, context: _context, ...records }, reply) => {
    if (Object.keys(records).length > 0) reply(records);
  });
