import type { Command } from "commander";
import { classify } from "../blocks/classify.ts";
import type { Specification } from "../specification.ts";
import type { Block } from "../text/chapter.ts";
import { UsageError } from "../usage-error.ts";
import type { Open } from "./program.ts";
import type { Session } from "./run-program.ts";

type Options = { chapter?: string; line?: string; list?: true; run?: true };

/** Adds `blocks`. */
export function addBlockCommands(program: Command, open: Open, session: Session): void {
  program
    .command("blocks")
    .summary("extract or run the fenced blocks of the chapters")
    .description(
      "Prints every fenced block with its place, class, arguments and body, as NDJSON; or lists them; or runs them.",
    )
    .option("--chapter <name>", "only this chapter, for example session-mode")
    .option("--line <number>", "only the block whose fence opens on this line, or that holds it")
    .option("--list", "print one line a block, without the body")
    .option("--run", "execute the blocks; exit 1 when one does not do what it claims")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run spec -- blocks --chapter session-mode --list\n  npm run spec -- blocks --chapter session-mode --line 40 --run",
    )
    .action(async (options: Options) => {
      const specification = open();
      const blocks = select(specification, options);
      if (options.run === true) return await run(specification, blocks, session);
      for (const block of blocks) {
        const found = classify(block);
        const place = `${block.file}:${block.line}`;
        if (options.list === true)
          session.print(`${place}: ${"problem" in found ? `(${found.problem})` : block.info}`);
        else
          session.print(
            JSON.stringify({
              file: block.file,
              line: block.line,
              info: block.info,
              ...found,
              body: block.body.join("\n"),
            }),
          );
      }
    });
}

function select({ chapters }: Specification, { chapter: name, line }: Options): Block[] {
  if (name !== undefined && !chapters.some((chapter) => chapter.name === name)) {
    throw new UsageError(
      `there is no chapter ${name}; chapters are ${chapters.map((chapter) => chapter.name).join(", ")}`,
    );
  }
  if (line !== undefined && (name === undefined || !/^\d+$/.test(line))) {
    throw new UsageError(`--line is ${line}; it is a line number, together with --chapter`);
  }
  const blocks = chapters
    .filter((chapter) => name === undefined || chapter.name === name)
    .flatMap((chapter) => chapter.blocks);
  if (line === undefined) return blocks;
  const here = blocks.filter(
    (block) => block.line <= Number(line) && Number(line) <= block.line + block.body.length + 1,
  );
  if (here.length === 0)
    throw new UsageError(
      `no block of ${name} holds line ${line}; npm run spec -- blocks --chapter ${name} --list`,
    );
  return here;
}

async function run(
  specification: Specification,
  blocks: readonly Block[],
  { print, finish }: Session,
): Promise<void> {
  // Loaded here, since the other commands have to work while the readers they generate constants for do not.
  const { BlockExecutor } = await import("../blocks/execute.ts");
  const executor = new BlockExecutor(specification);
  let failures = 0;
  for (const block of blocks) {
    const outcome = await executor.execute(block);
    const remark =
      outcome.result === "failed"
        ? outcome.message
        : outcome.result === "exempt"
          ? outcome.why
          : outcome.note;
    print(
      `${block.file}:${block.line}: ${outcome.result}: ${block.info}${remark === undefined ? "" : `: ${remark.replaceAll("\n", "\n    ")}`}`,
    );
    if (outcome.result === "failed") failures += 1;
  }
  print(`${blocks.length} blocks, ${failures} failed`);
  finish(failures === 0 ? 0 : 1);
}
