import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { codecFor, type StreamItem, StreamReader } from "@stdfn/schemas/codec";
import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { asking, Conversation, context, type Ending, folder } from "./support/conversation.ts";
import { everything } from "./support/fixture.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

t.jobs = 4;
// Every case starts two or three programs; on a busy machine that takes its time.
t.setTimeout(180_000);

const node = process.execPath;
const preface = '{"stdfn":"1"}\n';
const protos = fileURLToPath(new URL("../../../schemas/proto", import.meta.url));
const tape = (): string => join(temporaryFolder(), "tape");
const everythingFolder = folder({ command: [node, everything] });

async function record(
  dir: string,
  target: readonly string[],
  input: string | Uint8Array,
  env: Readonly<Record<string, string>> = {},
): Promise<Ending> {
  return new Conversation(["record", "--dir", dir, ...target], env).write(input).end().ending;
}

const read = (dir: string, file: string): Buffer => readFileSync(join(dir, file));
const meta = (dir: string): Record<string, unknown> =>
  JSON.parse(read(dir, "meta.json").toString("utf8"));

t.test("a session in JSON is copied as it passes", async (t) => {
  const dir = tape();
  const host = new Conversation(["record", "--dir", dir, everythingFolder], {
    STDFN_MODE: "session",
  });
  host.greet();
  await host.frame(0, "ready");
  host.write({ id: 1, context, event: asking("print", { text: "hello" }), end: {} });
  await host.frame(1, "end");
  host.write({ id: 0, drain: {} });
  const { status, stdout, stderr } = await host.ending;
  t.equal(status, 0);
  t.equal(read(dir, "function.jsonl").toString(), stdout.toString().replace(/^\n/, ""));
  t.ok(read(dir, "host.jsonl").toString().startsWith(`${preface}{"frame":{"id":0,"hello"`));
  t.match(read(dir, "host.jsonl").toString(), /"drain"/);
  t.equal(read(dir, "stderr.txt").toString(), stderr);
  t.match(stderr, /hello/);
  t.match(meta(dir), {
    command: [node, everything],
    mode: "session",
    format: "json",
    exit_status: 0,
    host: { file: "host.jsonl" },
    function: { file: "function.jsonl" },
  });
  t.same(readdirSync(dir).sort(), ["function.jsonl", "host.jsonl", "meta.json", "stderr.txt"]);
});

t.test("a recording decodes with protoc", { skip: missingTool("protoc") }, async (t) => {
  const codec = codecFor("protobuf");
  const event = (behaviour: string, text: string): Buffer =>
    Buffer.from(
      codec.record(
        "event",
        codec.encode("event", {
          id: "1",
          source: "/test",
          specversion: "1.0",
          type: `dev.stdfn.everything.${behaviour}`,
          data: { kind: "text", text },
        }),
      ),
    );
  const end = codec.record("end", new Uint8Array(0));
  const input = Buffer.concat([codec.preface, event("emit", '{"count":2}'), end]);
  const dir = tape();
  const { status, stdout } = await record(dir, [everythingFolder], input);
  t.equal(status, 0);
  t.ok(read(dir, "host.pb").equals(input));
  t.ok(read(dir, "function.pb").equals(stdout));
  const decode = (file: string): string =>
    execFileSync("protoc", ["--decode=stdfn.v1.Stream", "-I", protos, "stdfn/v1/stdfn.proto"], {
      input: read(dir, file),
      encoding: "utf8",
    });
  t.match(decode("host.pb"), /preface: "STDFN\/1\\n"\nevent \{[\s\S]*\nend \{\n\}/);
  t.equal(decode("function.pb").match(/^event \{/gm)?.length, 2);
});

t.test("foreign bytes have a file of their own, and pass all the same", async (t) => {
  for (const banner of ["loading…\n", "no line feed at its end"]) {
    const dir = tape();
    const script = `printf '${banner}' && exec ${node} ${everything}`;
    const input = `${preface}{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}\n{"frame":{"id":0,"drain":{}}}\n`;
    const { stdout } = await record(dir, ["--", "sh", "-c", script], input);
    const foreign = `${banner}\n`;
    t.ok(stdout.toString().startsWith(`${foreign}${preface}`));
    t.equal(read(dir, "function.foreign").toString(), foreign);
    t.ok(read(dir, "function.jsonl").toString().startsWith(preface));
    t.match(meta(dir), {
      mode: null,
      function: { foreign: { file: "function.foreign", bytes: Buffer.byteLength(foreign) } },
    });
  }
});

t.test("filters, exit statuses, signals", async (t) => {
  const dir = tape();
  const failed = await record(dir, ["--", "sh", "-c", "cat; echo oops >&2; exit 3"], "raw bytes");
  t.match(failed, { status: 3, stdout: Buffer.from("raw bytes"), stderr: "oops\n" });
  t.equal(read(dir, "host.bin").toString(), "raw bytes");
  t.equal(read(dir, "function.bin").toString(), "raw bytes");
  t.match(meta(dir), { format: null, exit_status: 3, host: { bytes: 9 }, stderr: { bytes: 5 } });

  const killed = tape();
  t.match(await record(killed, ["--", "sh", "-c", "kill -KILL $$"], ""), { status: 137 });
  t.match(meta(killed), { signal: "SIGKILL", host: { file: null, bytes: 0 } });

  const stopped = tape();
  const waiting = new Conversation(["record", "--dir", stopped, "--", "sh", "-c", "echo up; cat"]);
  await waiting.until("the program", () => waiting.stdout.includes("up"));
  waiting.signal("SIGTERM");
  t.match(await waiting.ending, { status: 143 });
  t.match(meta(stopped), { signal: "SIGTERM" });
  t.equal(read(stopped, "function.bin").toString(), "up\n");
});

t.test("both ends pass the end on", async (t) => {
  const early = new Conversation(["record", "--dir", tape(), "--", "sh", "-c", "exec head -c 3"]);
  early.write("abc");
  t.match(await early.ending, { status: 0, stdout: Buffer.from("abc") });
  const endless = new Conversation(["record", "--dir", tape(), "--", "yes"]);
  await endless.until("output", () => endless.stdout.length > 0);
  endless.stopReading();
  t.equal((await endless.ending).status, 141, "as without a recorder: SIGPIPE");
});

t.test("a slow reader holds the program back", async (t) => {
  const dir = tape();
  const script = "echo started >&2; head -c 20000000 /dev/zero; echo done >&2";
  const slow = new Conversation(["record", "--dir", dir, "--", "sh", "-c", script]);
  slow.pause();
  await slow.tells("started");
  // Time enough for a recorder that would not wait.
  await new Conversation(["--help"]).end().ending;
  t.notMatch(slow.stderr, "done");
  slow.resume();
  const { status, stdout } = await slow.ending;
  t.equal(status, 0);
  t.equal(stdout.length, 20_000_000);
  t.equal(read(dir, "function.bin").length, 20_000_000);
});

t.test("a recording is never written over, and a description is none", async (t) => {
  const dir = tape();
  await record(dir, ["--", "cat"], "first");
  const second = await record(dir, ["--", "cat"], "second");
  t.match(second, { status: 0, stderr: /tape holds a recording already.*tape\.2/ });
  t.equal(read(dir, "host.bin").toString(), "first");
  t.equal(read(`${dir}.2`, "host.bin").toString(), "second");

  const described = tape();
  const { status, stdout } = await record(described, [everythingFolder], "", {
    STDFN_MODE: "describe",
  });
  t.equal(status, 0);
  t.equal(JSON.parse(stdout.toString()).name, "everything");
  t.notOk(existsSync(described));
});

t.test("variables of the protocol reach the program, a folder's manifest holds", async (t) => {
  const dir = tape();
  const path = folder({ command: ["./show"], env: { set: { COLOUR: "red" } } });
  writeFileSync(
    join(path, "show"),
    '#!/bin/sh\necho "$STDFN_MODE $STDFN_EVENT_TYPE $COLOUR[$HOME]"\n',
  );
  chmodSync(join(path, "show"), 0o755);
  const env = { STDFN_MODE: "filter", STDFN_EVENT_TYPE: "t", HOME: "/h" };
  const { stdout } = await record(dir, [path], "", env);
  t.equal(stdout.toString(), "filter t red[]\n");
  t.match(meta(dir), { mode: "filter", folder: path, command: ["./show"] });
});

t.test("what cannot be recorded is said", async (t) => {
  const cases: [string[], number, RegExp][] = [
    [["--", "cat"], 64, /--dir/],
    [["--dir", tape()], 64, /no function was named/],
    [["--dir", "/dev/null/tape", "--", "cat"], 64, /cannot take a recording/],
    [["--dir", tape(), "--", "no-such-program"], 69, /no-such-program/],
    [["--dir", tape(), folder({ command: ["cat"], isolation: "sealed" })], 78, /sealed/],
  ];
  for (const [args, status, stderr] of cases)
    t.match(await new Conversation(["record", ...args]).end().ending, { status, stderr });
  const help = await new Conversation(["record", "--help"]).end().ending;
  t.match(help.stdout.toString(), /Examples:/);
});

t.test("a recording holds whole frames of a session through a recorder", async (t) => {
  const dir = tape();
  const cli = fileURLToPath(new URL("../../bin/stdfn.js", import.meta.url));
  const args = ["run", "--mode", "session", "--type", "dev.stdfn.everything.stream"];
  const data = ["--data", '{"size":300000}'];
  const program = ["--", node, cli, "record", "--dir", dir, everythingFolder];
  const { status, stdout } = await new Conversation([...args, ...data, ...program]).end().ending;
  t.equal(status, 0);
  t.equal(stdout.length, 300_000);
  const items = (file: string): StreamItem[] => {
    const reader = new StreamReader({ mode: "session" });
    reader.push(read(dir, file));
    reader.end();
    const all: StreamItem[] = [];
    for (let item = reader.next(); item !== undefined; item = reader.next()) all.push(item);
    return all;
  };
  t.match(items("host.pb").at(-1), { type: "frame", control: { kind: "drain" } });
  t.match(items("function.pb")[1], { type: "frame", control: { kind: "ready" } });
});
