import type { Command } from "commander";
import { classify } from "../blocks/classify.ts";
import { UsageError } from "../usage-error.ts";
import type { Open } from "./program.ts";
import type { Session } from "./run-program.ts";

/** Adds `blocks`. */
export function addBlockCommands(program: Command, open: Open, { print }: Session): void {
  program
    .command("blocks")
    .summary("extract the fenced blocks of the chapters")
    .description(
      "Prints every fenced block with its place, class and arguments, as NDJSON, or as a list.",
    )
    .option("--chapter <name>", "only this chapter, for example session-mode")
    .option("--list", "print one line a block, without the body")
    .addHelpText("after", "\nExample:\n  npm run spec -- blocks --chapter session-mode --list")
    .action(({ chapter: name, list }: { chapter?: string; list?: true }) => {
      const { chapters } = open();
      if (name !== undefined && !chapters.some((chapter) => chapter.name === name)) {
        throw new UsageError(
          `there is no chapter ${name}; chapters are ${chapters.map((chapter) => chapter.name).join(", ")}`,
        );
      }
      for (const chapter of chapters.filter(
        (candidate) => name === undefined || candidate.name === name,
      )) {
        for (const block of chapter.blocks) {
          const found = classify(block);
          if (list === true)
            print(
              `${block.file}:${block.line}: ${"problem" in found ? `(${found.problem})` : block.info}`,
            );
          else
            print(
              JSON.stringify({
                file: block.file,
                line: block.line,
                info: block.info,
                ...found,
                body: block.body.join("\n"),
              }),
            );
        }
      }
    });
}
