import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { launcher } from "./launcher.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const runtime = [process.execPath, join(root, "reference-runtime/bin/stdfn.js"), "relay"];
const aFunction = [process.execPath, join(root, "conformance/mutants/everything/main.js")];
const wrong = [
  "python3",
  join(root, "conformance/mutants/relay/main.py"),
  "--mutant=event-rewritten",
];

function run(...args: readonly string[]) {
  return execa(process.execPath, [launcher, ...args], { reject: false, stripFinalNewline: false });
}

t.test("the doctor goes through the first steps with a runtime", async (t) => {
  const { exitCode, stdout } = await run("doctor", "--runtime", "--", ...runtime);
  t.equal(exitCode, 0, stdout);
  t.match(stdout, /ok {2}it describes itself in \d+ ms as puppet-/);
  const steps = stdout.split("\n").filter((line) => /^ok .*, in (json|protobuf)$/.test(line));
  t.equal(steps.length, 8, "session, pipe and filter, each in both formats");
  t.match(stdout, /\n\nnext: stdfn-conformance runtime -- \S+ \S+stdfn\.js relay\n$/);
});

t.test("the doctor says where a program is no runtime", async (t) => {
  const { exitCode, stdout } = await run("doctor", "--runtime", "--", ...aFunction);
  t.equal(exitCode, 1, stdout);
  t.match(stdout, /no {2}it does not describe itself: it ends with status 64/);
  t.match(stdout, /no {2}an event goes down and its result comes up, in json/);
  t.match(stdout, / {4}host: last sent \{"frame":.*"hello".*; last came nothing\n/);
  t.match(stdout, / {4}no process of the function was started\n/);
  t.match(stdout, /likely: the runtime does not take its last argument as the folder/);
  t.match(stdout, /standard error: .*Unexpected argument/);
});

t.test("a case of a runtime is repeated, and both its ends are shown", async (t) => {
  const { exitCode, stdout } = await run(
    ...["repro", "RT-RLY-0001", "--format", "json", "--seed", "5e1f", "--", ...runtime],
  );
  t.equal(exitCode, 0, stdout);
  t.match(stdout, /^RT-RLY-0001 .*\nRLY-006: The relay MUST forward the body of an event/);
  t.match(stdout, /^> \{"frame":\{"id":1,"context".*$/m, "above, to the runtime");
  t.match(
    stdout,
    /^< function 1 \(session\): \{"frame":\{"id":1,"context".*$/m,
    "below, from the runtime",
  );
  t.match(
    stdout,
    /^> function 1 \(session\): \{"frame":\{"id":1,"event".*$/m,
    "below, to the runtime",
  );
  t.match(stdout, /^pass, in \d+ ms; in a run it counts if its twin RT-RLY-\d+ passes too$/m);
});

t.test(
  "a failure of a runtime shows both its ends",
  { skip: missingTool("python3") },
  async (t) => {
    const again = await run(
      ...["repro", "RT-RLY-0001", "--format", "json", "--seed", "5e1f", "--", ...wrong],
    );
    t.equal(again.exitCode, 1, again.stdout);
    t.match(again.stdout, /^breaks RLY-006$/m);
    const ends =
      /^ends\n {2}host: last sent .*"context".*; last came .*"ready".*\n {2}function 1 \(session\): last sent .*"ready".*; last came .*"context".*$/m;
    t.match(again.stdout, ends);
    const folder = mkdtempSync(join(tmpdir(), "stdfn-runtime-"));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const judged = await run(
      ...["runtime", "--only", "RT-RLY-0001", "--out", join(folder, "results.ndjson")],
      ...["--seed", "5e1f", "--", ...wrong],
    );
    t.equal(judged.exitCode, 1, judged.stdout);
    t.match(judged.stdout, /FAIL RT-RLY-0001 .*\(must, RLY-006\)/);
    t.match(
      judged.stdout,
      /\n {2}ends {4}host: last sent .*\n {10}function 1 \(session\): last sent /,
    );
    const octet = String.raw`\[[0-9a-f]{2}\]`;
    const differs = `differs at event\\.data_base64, byte (\\d+):\n +wanted .*${octet}.* \\(300 bytes\\)\n +came .*${octet}.* \\(300 bytes\\)\n`;
    t.match(judged.stdout, new RegExp(differs));
    const examined = await run("doctor", "--runtime", "--", ...wrong);
    t.match(examined.stdout, new RegExp(differs), "the doctor shows it too");
    t.match(examined.stdout, /\n {4}stdfn\.json: \{"command":.*"modes":\["session"\]/);
    t.match(judged.stdout, /repro {3}stdfn-conformance repro RT-RLY-0001 .* -- python3 .*--mutant/);
  },
);
