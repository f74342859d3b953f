// The everything function, with everything that a writer may do besides: grease wherever it may stand (VER-011), and
// the cause of every result (MOD-049). If anything that it has sent alone is not answered (SES-102), it does not leave
// with status 0.
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { prefaces } from "../../dist/src/wire/preface.js";
import { WireReader } from "../../dist/src/wire/wire-reader.js";
import { writeFrame, writeRawFrame, writeRecord } from "../../dist/src/wire/wire-writer.js";

const program = fileURLToPath(new URL("../../mutants/everything/main.js", import.meta.url));
const mode = process.env.STDFN_MODE ?? "";
const feature = "dev.stdfn.grease.x";
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
  stdio: ["pipe", "pipe", "inherit"],
});
const owed = new Set();
let format;

function write(bytes) {
  process.stdout.write(bytes);
}

/** A record of a pipe that means nothing to anybody. */
const skipped = {
  json: Buffer.from('{"ext":{}}\n'),
  protobuf: Buffer.from("8240022a2a", "hex"),
};

/** A frame with nothing in it but grease, for which the host owes an answer. */
function greaseAlone(id) {
  const bodies = { json: '"grease-t":{}', protobuf: Buffer.from("8240022a2a", "hex") };
  owed.add(`${id} ${format === "json" ? "grease-t" : "1024"}`);
  return writeRawFrame(format, id, Buffer.from(bodies[format]));
}

function caused({ kind, meaning }) {
  const isResult = kind === "event" || kind === "stream";
  if (isResult) return { [kind]: { ...meaning, stdfncause: 0 } };
  return { [kind]: { ...meaning, ...(kind === "chunk" ? {} : beside()) } };
}

/** What is written instead of a unit, in one piece: whoever has read the last of it has read the grease, too. */
function instead(unit) {
  if (unit.type === "record") return [skipped[format], writeRecord(format, caused(unit.member))];
  const { id, members } = unit;
  const [first] = members;
  if (first?.kind === "ready") {
    const features = [feature, ...(first.meaning.features ?? [])];
    const ready = { ...first.meaning, features, ...beside() };
    return [writeFrame(format, { id, ready }), greaseAlone(0)];
  }
  const grease = members.some(({ kind }) => kind === "end") ? [greaseAlone(id)] : [];
  const isResult = members.some(({ kind }) => kind === "event" || kind === "stream");
  const all = { id, ...beside(), ...Object.assign({}, ...members.map(caused)) };
  return [...grease, isResult ? writeFrame(format, all) : again(unit)];
}

function again({ bytes }) {
  return format === "json" ? Buffer.concat([bytes, Buffer.from("\n")]) : bytes;
}

function describe(text) {
  const said = JSON.parse(text);
  write(`${JSON.stringify({ ...said, features: [feature, ...said.features] })}\n`);
}

/** What is said besides in JSON: grease beside what is known, and in bodies but those of events. */
const beside = () => (format === "json" ? { "grease-b": [1] } : {});

let reader;
let said = Buffer.alloc(0);

/** Takes what the everything function writes in a session or a pipe. */
function take(bytes) {
  said = Buffer.concat([said, bytes]);
  if (reader === undefined && said.length < 2) return;
  // The line feed before a preface in JSON is the first byte of the other preface.
  format ??= said[1] === prefaces.protobuf[1] ? "protobuf" : "json";
  reader ??= new WireReader({ side: "host", format, mode });
  for (const unit of reader.push(said)) {
    const isOther = unit.type === "record" || unit.type === "frame";
    write(Buffer.concat(isOther ? instead(unit) : [unit.foreign ?? Buffer.alloc(0), unit.bytes]));
  }
  said = Buffer.alloc(0);
}

const answers = new WireReader({ side: "function", format: "json", mode: "session" });
process.stdin.on("data", (bytes) => {
  child.stdin.write(bytes);
  if (mode !== "session") return;
  for (const { id, members = [] } of answers.push(bytes))
    for (const { kind, meaning } of members)
      if (kind === "unsupported") owed.delete(`${id} ${meaning.kind}`);
});
let unanswered = [];
process.stdin.once("end", () => {
  unanswered = [...owed];
  child.stdin.end();
});
child.stdin.on("error", () => {});

process.stdout.once("error", () => process.exit(74));

const description = [];
child.stdout.on("data", (bytes) => {
  if (mode === "describe") description.push(bytes);
  else if (mode === "session" || mode === "pipe") take(bytes);
  else write(bytes);
});
child.once("close", (code) => {
  process.stdin.destroy();
  if (mode === "describe") describe(Buffer.concat(description).toString());
  process.exitCode = code || (unanswered.length > 0 ? 70 : 0);
  if (unanswered.length > 0) process.stderr.write(`not answered: ${unanswered.join(", ")}\n`);
});
