// A runtime that relays JSON sessions and nothing else, and does one thing wrong if its first argument says so.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";

const [wrong, folder = ""] = process.argv.slice(2);
const preface = '{"stdfn":"1"}\n';
const is = (name) => wrong === name;
const write = (frame) => process.stdout.write(`${JSON.stringify({ frame })}\n`);
const children = [];
const ready = { id: 0, ready: { max_concurrency: 4, credit: 65_536, features: [] } };
const refusal = {
  code: "failed_precondition",
  message: "no function today",
  effect: "none",
  attribution: "runtime",
};
const failedStart = { ...refusal, code: "unavailable", attribution: "function" };

if (is("exits")) process.exit(3);
if (is("hangs")) setInterval(() => {}, 1_000);
else createInterface({ input: process.stdin }).on("line", take).on("close", closeInput);

function take(line) {
  const { frame } = JSON.parse(line);
  if (frame === undefined) return;
  if (is("echoes")) {
    process.stdout.write(frame.hello === undefined ? `${line}\n` : `\n${preface}`);
    if (frame.hello !== undefined) write(ready);
    if (frame.drain !== undefined) process.exit(0);
    return;
  }
  if (frame.hello !== undefined) begin(line);
  else if (is("swallows") && frame.id > 0) return;
  else if (is("answers-itself") && frame.id > 0) write({ id: frame.id, end: {} });
  else if (is("leaves-orphan") && frame.drain !== undefined) process.exit(0);
  else for (const child of children) child.stdin.write(`${changed(line)}\n`);
}

/** As many octets as before, and one of them another. */
function changed(line) {
  if (!is("changes-octets")) return line;
  return line.replace(/"data_base64":"(.)/, (text, first) =>
    text.replace(/.$/, first === "A" ? "B" : "A"),
  );
}

function begin(hello) {
  if (is("prints-banner")) process.stdout.write("plain runtime, version 1\n");
  if (is("floods")) process.stderr.write(Buffer.alloc(20_000_000, "x"));
  if (is("refuses") || is("fails-to-start")) {
    process.stdout.write(`\n${preface}`);
    write({ id: 0, error: is("refuses") ? refusal : failedStart });
    process.exit(is("refuses") ? 78 : 69);
  }
  if (is("never-starts")) {
    process.stdout.write(`\n${preface}`);
    write(ready);
    return;
  }
  for (let count = is("starts-twice") ? 2 : 1; count > 0; count--) children.push(start());
  for (const child of children) {
    child.stdin.write(`${preface}${hello}\n`);
    const isFirst = child === children[0];
    createInterface({ input: child.stdout }).on("line", (line) => give(line, isFirst));
    child.on("exit", () => leave(child));
  }
}

function start() {
  const { command } = JSON.parse(readFileSync(join(folder, "stdfn.json"), "utf8"));
  const [program, ...words] = command;
  return spawn(program, words, {
    cwd: folder,
    env: { STDFN_MODE: "session", PATH: process.env.PATH },
    stdio: ["pipe", "pipe", "inherit"],
    detached: is("leaves-orphan"),
  });
}

function give(line, isFirst) {
  if (line === "") return;
  const { frame } = JSON.parse(line);
  // One greeting is enough above: nothing but the second start is wrong.
  if (!isFirst && (frame === undefined || frame.ready !== undefined)) return;
  if (frame === undefined) process.stdout.write("\n");
  if (frame?.end !== undefined && is("answers-strangers")) write({ id: frame.id + 7, end: {} });
  if (frame?.end !== undefined && is("cuts-off")) {
    process.stdout.write(line.slice(0, 20), () => process.exit(0));
    return;
  }
  if (frame?.end !== undefined && is("is-killed")) process.kill(process.pid, "SIGKILL");
  process.stdout.write(`${line}\n`);
  if (frame?.end !== undefined && is("answers-twice")) process.stdout.write(`${line}\n`);
}

function closeInput() {
  for (const child of children) child.stdin.end();
}

/** Ends when the last function has, so that none starts unseen however slow the machine. */
function leave(gone) {
  children.splice(children.indexOf(gone), 1);
  if (children.length > 0) return;
  if (is("leaves-holder")) {
    const words = ["-e", "setTimeout(() => {}, 60_000)"];
    spawn(process.execPath, words, {
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    }).unref();
  }
  process.exit(0);
}
