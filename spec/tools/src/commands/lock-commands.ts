import type { Command } from "commander";
import { accept, changedIds } from "./accept.ts";
import { adoptIds } from "./adopt.ts";
import { reserveIds } from "./new.ts";
import type { Open } from "./program.ts";
import { retire } from "./retire.ts";
import type { Session } from "./run-program.ts";

type AcceptOptions = {
  new?: string[] | true;
  editorial?: string[];
  substantive?: string[];
  allEditorial?: true;
};

/** Adds the commands that change the lock file: `new`, `accept` and `retire`. */
export function addLockCommands(program: Command, open: Open, { print }: Session): void {
  program
    .command("new")
    .summary("hand out the next ids of an area")
    .description(
      "Hands out the next ids of an area, one a line, and records them as reserved at once: no id is ever handed out twice.",
    )
    .argument(
      "<area>",
      "area code from spec/registries/areas.yaml, for example SES; CHO for latitude items",
    )
    .option("--count <number>", "how many ids, 1 to 100", Number, 1)
    .addHelpText("after", "\nExample:\n  npm run spec -- new SES --count 2")
    .action((area: string, { count }: { count: number }) => {
      for (const id of reserveIds(open(), area, count)) print(id);
    });

  program
    .command("adopt")
    .summary("record ids that were numbered by hand as handed out")
    .description(
      "Records every id that stands in a chapter and was never handed out. For text written where the tool could not run; else take ids from `new`.",
    )
    .addHelpText("after", "\nExample:\n  npm run spec -- adopt && npm run spec -- accept --new")
    .action(() => {
      const ids = adoptIds(open());
      for (const id of ids) print(id);
      print(`${ids.length} adopted; next: npm run spec -- accept --new`);
    });

  program
    .command("accept")
    .summary("record the present texts as accepted")
    .description(
      "Records texts of requirements in the lock file. A new text is accepted as it is; of a changed one its author says whether what is required changed.",
    )
    .option("--new [id...]", "ids written for the first time; without ids: all of them")
    .option(
      "--editorial <id...>",
      "the wording changed, what is required did not: the revision stays",
    )
    .option(
      "--substantive <id...>",
      "what is required changed: the revision rises and citing tests are stale",
    )
    .option("--all-editorial", "every changed text changed in its wording only")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run spec -- accept --new\n  npm run spec -- accept --substantive SES-012 --editorial SES-013",
    )
    .action((options: AcceptOptions) => {
      const specification = open();
      const changed =
        options.allEditorial === true
          ? changedIds(specification).filter((id) => options.substantive?.includes(id) !== true)
          : [];
      const editorial = [...new Set([...(options.editorial ?? []), ...changed])];
      const accepted = accept(specification, {
        ...(options.new === undefined ? {} : { fresh: options.new === true ? [] : options.new }),
        ...(options.editorial === undefined && options.allEditorial === undefined
          ? {}
          : { editorial }),
        ...(options.substantive === undefined ? {} : { substantive: options.substantive }),
      });
      for (const { id, kind, revision } of accepted) print(`${id} ${kind}, revision ${revision}`);
      print(`${accepted.length} accepted`);
    });

  program
    .command("retire")
    .summary("mark an id as gone for ever")
    .description(
      "Marks an id whose line was deleted as retired. It stays in the lock file and is never handed out again.",
    )
    .argument("<id>", "for example SES-012")
    .requiredOption("--reason <text>", "why, for whoever meets the id in an old report")
    .addHelpText(
      "after",
      '\nExample:\n  npm run spec -- retire SES-012 --reason "merged into SES-010"',
    )
    .action((id: string, { reason }: { reason: string }) => {
      retire(open(), id, reason);
      print(`${id} retired`);
    });
}
