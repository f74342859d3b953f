// Runs compiled test files, each in a process of its own, and reports one line a file.
//
// The files are tap programs and are run as such. tap's own runner is not used: it puts a preload into
// the NODE_OPTIONS of every descendant, and the processes under test here must be the real ones.
import { spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { createReport } from "./tap-report.mjs";
import { compiledTests } from "./workspaces.mjs";

// The longest files judge a whole runtime, two minutes where two processors are free; others may be busy.
const FILE_LIMIT_S = 600;
const STDERR_KEPT = 64 * 1024;

function killGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/**
 * What makes programs in Python start quickly, which are started by the thousand: their bytecode is kept, and the
 * interpreter is found at once where `python3` is a script that looks for one.
 */
function forPython(root) {
  const where = "import os, sys; print(os.path.dirname(sys.executable))";
  const { status, stdout } = spawnSync("python3", ["-c", where], { encoding: "utf8" });
  const folders = process.env.PATH.split(delimiter);
  const isHidden = status === 0 && !folders.includes(stdout.trim());
  return {
    ...(isHidden && { PATH: [stdout.trim(), ...folders].join(delimiter) }),
    PYTHONDONTWRITEBYTECODE: "",
    PYTHONPYCACHEPREFIX: join(root, "node_modules/.cache/python-bytecode"),
  };
}

/** What Node reads at every start, twice as long as the start itself takes, and no test needs: nothing is called by TLS. */
const FOR_NODE = { NODE_EXTRA_CA_CERTS: "" };

function runFile(file, root, running, environment) {
  const report = createReport(file);
  const began = Date.now();
  const child = spawn(process.execPath, ["--enable-source-maps", file], {
    cwd: root,
    env: { ...process.env, ...environment, TAP: "1", TAP_TIMEOUT: String(FILE_LIMIT_S) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  let stderr = "";
  let limit;
  child.stdout.pipe(report.parser);
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  return new Promise((resolve) => {
    let failure;
    limit = setTimeout(
      () => {
        failure = `no end after ${FILE_LIMIT_S + 10} s; it was killed`;
        killGroup(child);
      },
      (FILE_LIMIT_S + 10) * 1000,
    );
    child.once("exit", (code, signal) => {
      if (code !== 0) failure ??= signal ?? `exit status ${code}`;
      killGroup(child);
    });
    child.once("close", () => {
      clearTimeout(limit);
      running.delete(child);
      report.finish(failure);
      resolve({ ...report, stderr, ms: Date.now() - began });
    });
  });
}

function indent(text) {
  return text.replace(/^(?=.)/gm, "    ");
}

function print(file, { count, problems, skips, remarks, stderr, ms }) {
  const counts = [`${count.passed} passed`];
  if (count.failed > 0) counts.push(`${count.failed} FAILED`);
  if (count.skipped > 0) counts.push(`${count.skipped} skipped`);
  const lines = [`  ${file}: ${counts.join(", ")} (${(ms / 1000).toFixed(1)} s)`];
  for (const reason of skips) lines.push(`    skipped: ${reason}`);
  for (const remark of remarks) lines.push(`    remark: ${remark}`);
  for (const { name, text } of problems) lines.push(`  FAILED ${name}`, indent(text));
  if (count.failed > 0) {
    if (stderr !== "") lines.push("  its standard error:", indent(stderr.trimEnd()));
    lines.push(`  Run it alone with: node ${file}`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Runs the test files from `root`, as many at once as there are processors; returns the counts of all of them. */
export async function runTests(root, files = compiledTests(root)) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const running = new Set();
  const stop = (signal) => {
    for (const child of running) killGroup(child);
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const environment = { ...FOR_NODE, ...forPython(root) };
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runFile(file, root, running, environment);
      print(file, result);
      for (const outcome of Object.keys(total)) total[outcome] += result.count[outcome];
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  process.off("SIGINT", stop).off("SIGTERM", stop);
  return total;
}
