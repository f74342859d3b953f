// Runs a script of a bundle once, and keeps what V8 has made of it by its end: the code of what it came to, too.
// Usage: node keep-code.mjs SCRIPT FILE ARGUMENT…
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { Script } from "node:vm";

const [script, target, ...args] = process.argv.slice(2);
const compiled = new Script(readFileSync(script, "latin1"), { filename: script });
process.argv.splice(1, process.argv.length, script, ...args);
process.on("exit", () => writeFileSync(target, compiled.createCachedData()));
const bundle = { exports: {} };
compiled.runInThisContext()(createRequire(script), bundle, bundle.exports, script);
