// Neither reads nor writes, and does not leave.
import process from "node:process";

process.on("SIGTERM", () => {});
setInterval(() => {}, 60_000);
