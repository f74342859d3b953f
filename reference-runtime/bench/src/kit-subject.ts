import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Subject, seconds } from "./measure.ts";
import { ended } from "./program-subject.ts";

/** The command of the conformance kit. */
export const kit: string = placeOf("../../../../conformance/bin/stdfn-conformance.cjs");
/** The command of the reference runtime. */
export const stdfn: string = placeOf("../../../bin/stdfn.js");

const everything = placeOf("../../../../sdk/typescript/dist/everything/main.js");
const flooding = placeOf("../../../../conformance/test/zoo/floods.js");

/** Seconds that the kit takes to judge the reference function by every case. */
export function functionSuite(): Subject {
  return suite("every case of functions", ["function", "--", process.execPath, everything]);
}

/** Seconds that the kit takes to judge the reference runtime by every case. */
export function runtimeSuite(): Subject {
  return suite("every case of runtimes", ["runtime", "--", process.execPath, stdfn, "relay"]);
}

function suite(name: string, words: readonly string[]): Subject {
  const folder = temporary();
  const [command = "", ...rest] = words;
  const args = [kit, command, "--out", join(folder, "results.ndjson"), ...rest];
  return {
    name,
    round: () => seconds(() => ended(args)),
    close: async () => rmSync(folder, { recursive: true }),
  };
}

/**
 * The most memory that the kit has at a time, in MiB, while it judges a function by one case.
 * @param floods whether the function writes a gigabyte of the smallest log records
 */
export function memory(floods: boolean): Subject {
  const folder = temporary();
  const noted = join(folder, "memory");
  const out = ["--out", join(folder, "results.ndjson")];
  const candidate = floods ? [flooding, "--to=1", "--small"] : [everything];
  const args = ["--import", noteMemory(noted), kit, "function", ...out, "--only", "FN-SES-0048"];
  return {
    name: floods ? "kit, flooded" : "kit, not flooded",
    async round() {
      await ended([...args, "--", process.execPath, ...candidate], floods ? [1, 5] : [0]);
      return Number(readFileSync(noted, "utf8")) / 1024;
    },
    close: async () => rmSync(folder, { recursive: true }),
  };
}

/** A module that notes the most memory that a process has had, in KiB, when it ends. */
function noteMemory(path: string): string {
  const code = `import { writeFileSync } from "node:fs";
    process.on("exit", () => writeFileSync(${JSON.stringify(path)}, String(process.resourceUsage().maxRSS)));`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

function temporary(): string {
  return mkdtempSync(join(tmpdir(), "stdfn-bench-"));
}

function placeOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
