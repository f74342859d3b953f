#!/usr/bin/env node
// An everything function that can be told to be wrong in one way. It is written for the conformance kit alone, and shares
// nothing with it or with any SDK.
import { Buffer } from "node:buffer";
import process from "node:process";
import { parseArgs } from "node:util";
import { codes } from "./fault.js";
import { serveFilter } from "./filter.js";
import * as json from "./json-format.js";
import { is, lacks, options } from "./mutant.js";
import { leave, output } from "./output.js";
import { servePipe } from "./pipe.js";
import * as protobufReading from "./protobuf-format.js";
import * as protobufWriting from "./protobuf-writing.js";
import { Session } from "./session.js";

const protobuf = { ...protobufReading, ...protobufWriting };
const formats = { json, protobuf };
const allModes = ["session", "pipe", "filter"];
const linePreface = /^[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*"1"[ \t\r]*\}[ \t\r]*$/;
const exactPreface = /^\{"stdfn":"1"\}$/;

function commandLine() {
  const text = { type: "string" };
  const known = [
    "modes",
    "formats",
    "concurrency",
    "credit",
    "max-record",
    "init-delay",
    "init-fail",
    "init-print",
  ];
  let values;
  if (is("options-refused") && options.length > 0) leave(64, `unknown argument ${options[0]}`);
  try {
    ({ values } = parseArgs({
      args: options,
      options: Object.fromEntries(known.map((name) => [name, text])),
      strict: !is("unknown-arguments-ignored"),
    }));
  } catch (error) {
    leave(
      is("unknown-argument-exit-1") ? 1 : 64,
      is("unknown-argument-unsaid") ? "usage" : error.message,
    );
  }
  const number = (name, byDefault, least) => {
    const value = Number(values[name] ?? byDefault);
    if (Number.isInteger(value) && value >= least) return value;
    if (!is("options-unchecked")) leave(64, `--${name} ${values[name]} is out of range`);
    return byDefault;
  };
  const list = (name, all) => values[name]?.split(",") ?? all;
  if (values["init-fail"] !== undefined && codes[values["init-fail"]] === undefined)
    leave(64, `--init-fail ${values["init-fail"]}`);
  return {
    modes: list("modes", allModes),
    formats: list("formats", ["protobuf", "json"]),
    concurrency: number("concurrency", 64, 1),
    credit: number("credit", 1048576, 65536),
    maxRecord: values["max-record"] === undefined ? undefined : number("max-record", 0, 1048576),
    initDelay: number("init-delay", 0, 0),
    initFail: values["init-fail"],
    initPrint: values["init-print"],
    features: ["batch", "stream_out", "failures", "log"].filter((name) => !lacks(name)),
  };
}

function describe(settings) {
  if (is("describe-initialises") && settings.initFail !== undefined) leave(78, "cannot initialise");
  const { modes, formats: offered, concurrency, features, maxRecord } = settings;
  const description = {
    stdfn: "1",
    minors: is("describe-without-minors") ? undefined : [0],
    name: "everything",
    version: "1.0.0",
    modes: is("describe-all-modes") ? allModes : modes,
    formats: offered,
    concurrency: is("describe-states-other-concurrency") ? 1 : concurrency,
    features,
    limits: { max_record: maxRecord ?? 1048576 },
  };
  const text = is("describe-over-lines")
    ? JSON.stringify(description, null, 1)
    : JSON.stringify(description);
  process.stdout.write(is("describe-without-feed") ? text : `${text}\n`);
}

function escaped(bytes) {
  const shown = bytes.subarray(0, 16);
  return `${shown.toString("hex")} ${JSON.stringify(shown.toString("latin1"))}`;
}

/** What the first bytes are; undefined if more are needed to tell. */
function opening(bytes, ended) {
  const marked =
    bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) && !is("byte-order-mark-refused")
      ? 3
      : 0;
  if (is("mark-before-protobuf") && marked > 0 && bytes.subarray(3, 13).equals(protobuf.preface))
    return { format: "protobuf", length: 13 };
  const head = bytes.toString("latin1", 0, 16);
  if (bytes.subarray(0, 10).equals(protobuf.preface)) return { format: "protobuf", length: 10 };
  if (/^\r\n\x08STDFN\//.test(head) || head.startsWith("\n\bSTDFN/1\r\n"))
    return { wrong: "text-mode", status: is("text-mode-is-foreign") ? 65 : 76 };
  if (/^\n[\s\S]STDFN\//.test(head))
    return {
      wrong: `major ${JSON.stringify(head.slice(8, 10))}`,
      status: is("major-is-foreign") ? 65 : 76,
    };
  const at = bytes.indexOf(10, marked);
  const line = bytes.toString("latin1", marked, at < 0 ? undefined : at);
  const form = is("exact-preface-only") ? exactPreface : linePreface;
  if ((at >= 0 || (ended && !is("last-line-needs-feed"))) && line.length <= 64 && form.test(line))
    return { format: "json", length: at < 0 ? bytes.length : at + 1 };
  const major = /^[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*("[^"]*")[ \t\r]*\}[ \t\r]*$/.exec(
    line,
  )?.[1];
  if (major !== undefined && at >= 0 && line.length <= 64)
    return {
      wrong: `major ${is("major-unsaid") ? "" : major}`,
      status: is("major-is-foreign") ? 65 : 76,
    };
  const own = /^[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:/.test(line);
  const mayBecome =
    (at < 0 && line.length <= 64 && /^[ \t\r]*(\{|$)/.test(line)) ||
    "\n\bSTDFN/1\n".startsWith(head) ||
    "\r\n\bSTDFN/".startsWith(head) ||
    head === "\xef" ||
    head === "\xef\xbb";
  if (mayBecome && !ended && bytes.length < 66) return undefined;
  return { own };
}

function laterPreface(bytes) {
  const at = bytes.indexOf(protobuf.preface);
  const lines = bytes.toString("latin1").split("\n").slice(1);
  return at >= 0 || lines.some((line) => linePreface.test(line));
}

function refuse(bytes, mode, settings) {
  const foreign = `expected a preface, found ${is("foreign-unsaid") ? "something else" : escaped(bytes)}`;
  const text = bytes.toString("utf8");
  const event = /^\s*\{/.test(text) && (text.includes('"specversion"') || /\n\s*"/.test(text));
  const wrap = `printf '{"stdfn":"1"}\\n{"event":%s}\\n{"end":{}}\\n' "$(jq -c . event.json)" | everything`;
  const hint = event && !is("no-hint") ? `; wrap it: ${wrap}` : "";
  const announced = mode !== "" && !is("announced-mode-forgotten");
  leave(announced ? 76 : 65, `${foreign}; it serves ${settings.modes}${hint}`);
}

async function recognise(settings, mode, environment) {
  const input = process.stdin[Symbol.asyncIterator]();
  let bytes = Buffer.alloc(0);
  let ended = false;
  const more = async () => {
    const { value, done } = await input.next();
    if (done) ended = true;
    else bytes = Buffer.concat([bytes, value]);
  };
  async function* rest() {
    if (bytes.length > 0) yield bytes;
    for (let next = await input.next(); !next.done; next = await input.next()) yield next.value;
  }
  if (mode === "filter") return serveFilter(rest(), environment);
  await more();
  if (bytes.length === 0) {
    if (is("empty-input-served") && mode !== "session") leave(0);
    leave(65, "empty input: expected a preface and records");
  }
  let found = opening(bytes, ended);
  if (is("decides-on-first-bytes")) found ??= {};
  for (; found === undefined; found = opening(bytes, ended)) await more();
  while (found.format === undefined && is("waits-to-search") && !ended) await more();
  if (found.wrong !== undefined) leave(found.status, `a preface of another kind: ${found.wrong}`);
  if (found.format === undefined) {
    if (mode === "" && !found.own && settings.modes.includes("filter")) {
      const later = laterPreface(bytes) && !is("later-preface-not-looked-for");
      if (later)
        leave(
          65,
          `foreign bytes before a preface: ${is("foreign-unsaid") ? "" : JSON.stringify(bytes.toString("utf8").slice(0, 256))}`,
        );
      return serveFilter(rest(), environment);
    }
    if (mode === "" && found.own && is("wrong-preface-is-data"))
      return serveFilter(rest(), environment);
    return refuse(bytes, mode, settings);
  }
  if (!settings.formats.includes(found.format) && !is("any-format-served"))
    leave(
      76,
      `the format ${found.format} is not offered; offered: ${is("offers-unsaid") ? "" : settings.formats}`,
    );
  bytes = bytes.subarray(found.length);
  if (is("speaks-before-hello") && mode === "session") output(Buffer.from("loading"));
  while (bytes.length === 0 && !ended) await more();
  if (bytes.length === 0 && mode === "" && !is("preface-alone-served"))
    leave(65, "a preface and nothing after it");
  let served = mode;
  if (mode === "") {
    while (found.format === "json" && bytes.indexOf(10) < 0 && !ended) await more();
    const session =
      found.format === "json"
        ? /^[ \t\r]*\{[ \t\r]*"frame"/.test(bytes.toString("latin1", 0, 80))
        : bytes[0] === 0x7a;
    served = session ? "session" : "pipe";
    if (!settings.modes.includes(served))
      leave(
        76,
        `the mode ${served} is not offered; offered: ${is("offers-unsaid") ? "" : settings.modes}`,
      );
  }
  const format = formats[is("answers-in-json") ? "json" : found.format];
  const reading = {
    ...formats[found.format],
    writeRecord: format.writeRecord,
    writeFrame: format.writeFrame,
    preface: format.preface,
  };
  if (served === "pipe") return servePipe(reading, rest(), found.length);
  return new Session(reading, settings).serve(rest(), found.length);
}

const settings = commandLine();
const environment = { ...process.env };
const mode = environment.STDFN_MODE ?? "";
if (!is("environment-kept"))
  for (const name of Object.keys(process.env))
    if (name.startsWith("STDFN_")) delete process.env[name];
if (is("prints-a-banner")) console.log("loading");
if (is("describe-reads-input")) for await (const _ of process.stdin);
if (mode === "describe") describe(settings);
else {
  const unknown = !["", ...allModes].includes(mode);
  if (unknown && !is("unknown-mode-served"))
    leave(
      64,
      `STDFN_MODE is ${mode}; allowed are ${is("modes-unsaid") ? "some" : "filter, pipe, session, describe"}`,
    );
  if (!unknown && mode !== "" && !settings.modes.includes(mode) && !is("any-mode-served"))
    leave(
      76,
      `the mode ${mode} is not offered; offered: ${is("offers-unsaid") ? "" : settings.modes}`,
    );
  if (settings.initPrint !== undefined) {
    if (is("start-prints-to-stdout")) console.log(settings.initPrint);
    else console.error(settings.initPrint);
  }
  await recognise(settings, unknown ? "" : mode, environment);
}
