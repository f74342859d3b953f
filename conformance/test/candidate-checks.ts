import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool, type PythonEnvironment, pythonWithProtobuf } from "@stdfn/test-support";
import { execa } from "execa";
import t, { type Test } from "tap";
import { type Report, readReport } from "../src/report/report.ts";
import { processLabel } from "../src/run/process-label.ts";
import type { Entry } from "../src/run/transcript.ts";
import { launcher } from "./launcher.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const protoFolder = join(root, "schemas/proto");

/** Where the candidates stand. */
export const candidatesFolder: string = join(root, "conformance/candidates");

/** The Python that has the protobuf package. */
export const python: PythonEnvironment = pythonWithProtobuf();

/** An implementation that was written apart from the kit, and what it takes to judge it here. */
export interface Independent {
  /** The folder of its `candidate.json`. */
  readonly name: string;
  readonly suite: "function" | "runtime" | "codec";
  /** Why it cannot be judged here. */
  readonly missing: string | false;
  /** Cases in which its sessions are recorded, for another reader of protobuf. */
  readonly recorded?: readonly string[];
}

/** Adds the tests of a candidate: its suite finds nothing, and stock protoc reads what it has written. */
export function testCandidate({ name, suite, missing, recorded }: Independent): void {
  t.test(`${name} keeps to the ${suite} suite`, { skip: missing }, async (t) => {
    const { status, report, output } = await judge(t, name, suite);
    const { counts } = report.end ?? {};
    t.equal(status, 0, output);
    t.match(counts, { fail: 0, warn: 0, inconclusive: 0, kit_error: 0 });
    t.ok((counts?.pass ?? 0) > 0, `${counts?.pass} pass, ${counts?.not_applicable} not applicable`);
    t.equal(report.end?.leftovers, 0, "no process is left behind");
  });
  if (recorded === undefined) return;
  const skip = missing || missingTool("protoc");
  t.test(`stock protoc reads the sessions of ${name}`, { skip }, async (t) => {
    const { report } = await judge(t, name, suite, "--trace", "--only", ...recorded);
    let units = 0;
    for (const { id, format, transcript = [] } of report.results)
      if (format === "protobuf")
        for (const written of streamsOf(transcript))
          if (!written.some(isCut)) units += checkDecoded(t, id, written, suite);
    t.ok(units > 40, `${units} prefaces, records and frames in all`);
  });
}

/** @returns how many units stand in a stream */
function checkDecoded(t: Test, id: string, written: readonly Entry[], suite: string): number {
  const text = decoded(Buffer.from(written.map(({ hex }) => hex).join(""), "hex"));
  const units = [...text.matchAll(/^\w+(:| \{)/gm)].length;
  t.equal(units, written.length, `${id}: the preface and ${units - 1} records or frames`);
  // What a relay passes on without knowing it is of others.
  const own = suite === "function" ? text : "";
  t.notMatch(own, /^ *\d+(:| \{)/m, `${id}: every field is one of the schema`);
  return units;
}

async function judge(
  t: Test,
  name: string,
  suite: string,
  ...options: readonly string[]
): Promise<{ readonly status: number; readonly report: Report; readonly output: string }> {
  const out = join(t.testdir(), "results.ndjson");
  const candidate = join(candidatesFolder, name, "candidate.json");
  const cases = join(candidatesFolder, name, "cases");
  const own = existsSync(cases) ? ["--cases", cases] : [];
  // The Python with the protobuf package stands first, where it is not the machine's own.
  const { interpreter } = python;
  const path =
    interpreter === undefined || !interpreter.includes("/")
      ? process.env["PATH"]
      : `${dirname(interpreter)}${delimiter}${process.env["PATH"]}`;
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [launcher, suite, "--candidate", candidate, "--out", out, ...own, ...options],
    { reject: false, env: { PATH: path } },
  );
  return { status: exitCode ?? -1, report: readReport(out), output: `${stdout}\n${stderr}` };
}

/** What a candidate has written: to its host, and as a runtime to each process of a function. */
function streamsOf(transcript: readonly Entry[]): readonly (readonly Entry[])[] {
  const streams = new Map<string, Entry[]>();
  for (const entry of transcript) {
    // That a stream has ended is an entry without bytes.
    if (entry.way !== "<" || !entry.length) continue;
    const [to = ""] = entry.text.match(processLabel) ?? [];
    streams.set(to, [...(streams.get(to) ?? []), entry]);
  }
  return [...streams.values()];
}

/** Whether an entry shows less than there was. */
function isCut({ hex = "", length = 0 }: Entry): boolean {
  return hex.length < 2 * length;
}

function decoded(stream: Buffer): string {
  const { status, stdout, stderr } = spawnSync(
    "protoc",
    [`--proto_path=${protoFolder}`, "--decode=stdfn.v1.Stream", "stdfn/v1/stdfn.proto"],
    { input: stream },
  );
  if (status !== 0) throw new Error(`protoc --decode: ${stderr.toString().slice(0, 500)}`);
  return stdout.toString();
}
