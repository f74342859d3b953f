import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool, pythonWithProtobuf } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { type Report, readReport } from "../src/report/report.ts";
import type { Entry } from "../src/run/transcript.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const launcher = join(root, "conformance/bin/stdfn-conformance.js");
const folder = join(root, "conformance/candidates");
const reports = mkdtempSync(join(tmpdir(), "stdfn-candidates-"));
const protoFolder = join(root, "schemas/proto");
const { interpreter, missing: missingProtobuf } = pythonWithProtobuf();
const missingPython = missingTool("python3");

/** An implementation that was written apart from the kit, and what it takes to judge it here. */
interface Independent {
  readonly suite: "function" | "runtime" | "codec";
  /** Why it cannot be judged here. */
  readonly missing: string | false;
  /** Cases in which its sessions are recorded, for another reader of protobuf. */
  readonly recorded?: readonly string[];
}

const sessions = ["FN-SES-000*", "FN-PIP-000*", "FN-EVF-000*"];
const candidates: Readonly<Record<string, Independent>> = {
  "typescript-everything": { suite: "function", missing: false, recorded: sessions },
  "python-everything": { suite: "function", missing: missingProtobuf, recorded: sessions },
  gzip: { suite: "function", missing: missingTool("gzip") },
  shell: { suite: "function", missing: false },
  "python-everything-json": { suite: "function", missing: missingPython },
  "typescript-codec": { suite: "codec", missing: false },
  "python-codec": { suite: "codec", missing: missingProtobuf },
  "python-codec-json": { suite: "codec", missing: missingPython },
};

t.teardown(() => rmSync(reports, { recursive: true }));

t.test("every candidate of the folder is judged", async (t) => {
  const known = new Set(Object.keys(candidates));
  t.strictSame(
    readdirSync(folder).filter(
      (name) => !known.has(name) && !/-(runtime|codec|codec-json)$/.test(name),
    ),
    [],
  );
});

for (const [name, { suite, missing, recorded }] of Object.entries(candidates)) {
  t.test(`${name} keeps to the ${suite} suite`, { skip: missing }, async (t) => {
    const { status, report, output } = await judge(name, suite);
    const { counts } = report.end ?? {};
    t.equal(status, 0, output);
    t.match(counts, { fail: 0, warn: 0, inconclusive: 0, kit_error: 0 });
    t.ok((counts?.pass ?? 0) > 0, `${counts?.pass} pass, ${counts?.not_applicable} not applicable`);
    t.equal(report.end?.leftovers, 0, "no process is left behind");
  });
  if (recorded === undefined) continue;
  const skip = missing || missingTool("protoc");
  t.test(`stock protoc reads the sessions of ${name}`, { skip }, async (t) => {
    const { report } = await judge(name, suite, "--trace", "--only", ...recorded);
    let frames = 0;
    for (const { id, format, transcript = [] } of report.results) {
      if (format !== "protobuf") continue;
      const written = transcript.filter(({ way }) => way === "<");
      if (written.length === 0 || written.some(isCut)) continue;
      const text = decoded(Buffer.from(written.map(({ hex }) => hex).join(""), "hex"));
      const units = [...text.matchAll(/^\w+(:| \{)/gm)].length;
      t.equal(units, written.length, `${id}: the preface and ${units - 1} records or frames`);
      t.notMatch(text, /^ *\d+(:| \{)/m, `${id}: every field is one of the schema`);
      frames += units;
    }
    t.ok(frames > 40, `${frames} units in all`);
  });
}

async function judge(
  name: string,
  suite: string,
  ...options: readonly string[]
): Promise<{ readonly status: number; readonly report: Report; readonly output: string }> {
  const out = join(reports, `${name}-${options.length}.ndjson`);
  const candidate = join(folder, name, "candidate.json");
  const cases = join(folder, name, "cases");
  const own = existsSync(cases) ? ["--cases", cases] : [];
  // The Python with the protobuf package stands first, where it is not the machine's own.
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
