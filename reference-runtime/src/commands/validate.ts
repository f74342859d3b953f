import { exitStatuses } from "@stdfn/schemas";
import type { Problem } from "@stdfn/schemas/validate";
import { Command } from "commander";
import { loadManifest, ManifestError } from "../manifest/load-manifest.ts";
import { RuntimeError } from "../runtime-error.ts";
import { print } from "../stdio/print.ts";
import type { CommandFactory } from "./main.ts";

interface Verdict {
  readonly file: string;
  readonly valid: boolean;
  readonly problems: readonly Pick<Problem, "path" | "message">[];
}

/** `stdfn validate`: checks manifests. */
export const validateCommand: CommandFactory = (_tail, finish) =>
  new Command("validate")
    .summary("check manifests")
    .description("Check manifests without starting anything, and report every problem at once.")
    .usage("[options] [FOLDER|FILE]…")
    .argument("[FOLDER|FILE...]", "folders with a stdfn.json, or manifest files", ["."])
    .option("--json", "print one line of JSON for each manifest")
    .addHelpText("after", help)
    .action((paths: string[], flags: { readonly json?: boolean }) => {
      const verdicts = paths.map(judge);
      for (const verdict of verdicts)
        print(flags.json === true ? `${JSON.stringify(verdict)}\n` : inWords(verdict));
      const allValid = verdicts.every(({ valid }) => valid);
      finish(allValid ? exitStatuses.ok.status : exitStatuses.data.status);
    });

function judge(file: string): Verdict {
  try {
    loadManifest(file);
    return { file, valid: true, problems: [] };
  } catch (error) {
    if (error instanceof ManifestError) return { file, valid: false, problems: error.problems };
    if (!(error instanceof RuntimeError)) throw error;
    return { file, valid: false, problems: [{ path: "", message: error.message }] };
  }
}

function inWords({ file, valid, problems }: Verdict): string {
  if (valid) return `${file}: valid\n`;
  const lines = problems.map(
    ({ path, message }) => `${file}: ${path === "" ? "" : `${path}: `}${message}\n`,
  );
  return lines.join("");
}

const help = `
Examples:
  $ stdfn validate examples/*/stdfn.json
  $ stdfn validate --json functions/thumbnail/stdfn.json

Exit status: 0 if all are valid, 65 if one is not, 64 usage.`;
