import { Buffer } from "node:buffer";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as later } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import t from "tap";
import { readReport } from "../src/report/report.ts";
import { launcher } from "./launcher.ts";

const animal = (name: string): string =>
  fileURLToPath(new URL(`../../test/zoo/${name}.js`, import.meta.url));

/** More than a pipe holds. */
const payload = Buffer.alloc(1_000_000);
const own = {
  title: "takes a payload",
  modes: ["pipe"],
  event: { datacontenttype: "application/octet-stream", data_file: "payload.bin" },
  results: [],
};

t.test("a function that reads nothing of a payload fails in time", async (t) => {
  const folder = t.testdir({
    cases: { "takes.json": JSON.stringify(own), "payload.bin": payload },
  });
  const out = join(folder, "results.ndjson");
  const options = ["--cases", join(folder, "cases"), "--only", "own/**", "--time-scale", "0.05"];
  const candidate = [process.execPath, animal("stops-reading")];
  const args = [launcher, "function", ...options, "--out", out, "--", ...candidate];
  const { exitCode } = await execa(process.execPath, args, { reject: false });
  t.equal(exitCode, 1);
  const { results, end } = readReport(out);
  const failed = results.find(({ id, format }) => id === "own/takes/pipe" && format === "json");
  t.match(failed, { verdict: "fail", failure: { signature: "timeout" } });
  t.strictSame(failed?.failure?.wanted, ["what is sent, read"]);
  t.equal(end?.complete, true);
});

t.test("one interrupt ends it, whatever is on its way", async (t) => {
  const folder = t.testdir({
    cases: { "takes.json": JSON.stringify(own), "payload.bin": payload },
  });
  const mark = join(folder, "started");
  const options = ["--cases", join(folder, "cases"), "--time-scale", "100"];
  const candidate = [process.execPath, animal("stops-reading"), `--mark=${mark}`];
  const args = [launcher, "repro", "own/takes/pipe", ...options, "--", ...candidate];
  const run = execa(process.execPath, args, { reject: false });
  let isOver = false;
  const ended = run.finally(() => {
    isOver = true;
  });
  while (!existsSync(mark) && !isOver) await later(10);
  await later(200);
  run.kill("SIGINT");
  const { exitCode, stdout } = await ended;
  t.equal(exitCode, 130, stdout);
});

t.test("a runtime that reads nothing more fails in time", async (t) => {
  const out = join(t.testdir({}), "results.ndjson");
  const options = ["--out", out, "--time-scale", "0.2", "--only", "RT-PIP-0003"];
  const args = [launcher, "runtime", ...options, "--", process.execPath, animal("copies-blindly")];
  await execa(process.execPath, args, { reject: false });
  const { results, end } = readReport(out);
  t.match(
    results.find(({ id }) => id === "RT-PIP-0003"),
    { verdict: "fail", failure: { signature: "timeout" } },
  );
  t.equal(end?.complete, true);
});
