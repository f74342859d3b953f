import type { Command } from "commander";
import { staleFiles, writeGenerated } from "../generate/generate.ts";
import type { Open } from "./program.ts";
import type { Session } from "./run-program.ts";

/** Adds `generate`. */
export function addGenerateCommand(program: Command, open: Open, { print, finish }: Session): void {
  program
    .command("generate")
    .summary("write tables, diagrams and constants from registries and machines")
    .description(
      "Writes the generated regions of the chapters and the TypeScript constants in schemas/src/generated.",
    )
    .option("--check", "write nothing; exit 1 naming the stale files")
    .addHelpText("after", "\nExample:\n  npm run spec -- generate --check")
    .action(({ check }: { check?: true }) => {
      if (check === true) {
        const stale = staleFiles(open());
        for (const file of stale) print(`${file} is stale; run: npm run spec -- generate`);
        finish(stale.length === 0 ? 0 : 1);
        if (stale.length === 0) print("every generated file is up to date");
        return;
      }
      const written = writeGenerated(open());
      for (const file of written) print(`wrote ${file}`);
      if (written.length === 0) print("every generated file is up to date");
    });
}
