// Opens a pipe in order, and reads nothing of what comes. With --mark=FILE it makes a file once it has.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { describe, say } from "./speech.js";

describe({ modes: ["pipe"] });
say({ stdfn: "1" });
const [, mark] = process.argv.at(-1).split("--mark=");
if (mark !== undefined) writeFileSync(mark, "");
setInterval(() => {}, 60_000);
