// Closes what it could be spoken to by, and lives on.
import { closeSync } from "node:fs";
import { describe } from "./speech.js";

describe();
for (const fd of [0, 1, 2]) closeSync(fd);
setInterval(() => {}, 60_000);
