import type { Command } from "commander";
import { UsageError } from "../usage-error.ts";
import type { Open } from "./program.ts";
import { coverage, reportRequirements } from "./requirement-report.ts";
import type { Session } from "./run-program.ts";

/** Adds the commands that only read: `show`, `list` and `coverage`. */
export function addReportCommands(program: Command, open: Open, { print, finish }: Session): void {
  program
    .command("show")
    .summary("show one requirement and what cites it")
    .description(
      "Shows a requirement's text, place, level, actor and revision, and every vector, test, block and machine that cites it.",
    )
    .argument("<id>", "for example SES-012")
    .option("--json", "print a JSON object")
    .addHelpText("after", "\nExample:\n  npm run spec -- show SES-012")
    .action((id: string, { json }: { json?: true }) => {
      const specification = open();
      const report = reportRequirements(specification).find((requirement) => requirement.id === id);
      if (report === undefined) {
        const entry = specification.lock.get(id);
        const why =
          entry?.state === "retired"
            ? `was retired: ${entry.reason}`
            : entry === undefined
              ? "does not exist"
              : "has no text yet";
        throw new UsageError(`${id} ${why}; npm run spec -- list shows the ids there are`);
      }
      if (json === true) return print(JSON.stringify(report, null, 2));
      print(
        `${id} (${report.level}, ${report.actor}, revision ${report.revision}) ${report.place}`,
      );
      print(report.text);
      if (report.citations.length === 0) print("cited by nothing");
      for (const { by, file, line } of report.citations) print(`cited by ${by} ${file}:${line}`);
    });

  program
    .command("list")
    .summary("list requirements")
    .description("Lists the requirements that stand in the text.")
    .option("--area <area>", "only this area")
    .option("--level <level>", "only this level: must, should or may, each with its NOT form")
    .option("--json", "print a JSON array")
    .addHelpText("after", "\nExample:\n  npm run spec -- list --area SES --level must")
    .action(({ area, level, json }: { area?: string; level?: string; json?: true }) => {
      const specification = open();
      if (area !== undefined && !specification.areas.has(area)) {
        throw new UsageError(
          `there is no area ${area}; areas are ${[...specification.areas.keys()].join(", ")}`,
        );
      }
      if (level !== undefined && !/^(?:must|should|may)$/i.test(level))
        throw new UsageError(`--level is ${level}; it is must, should or may`);
      const reports = reportRequirements(specification, {
        ...(area === undefined ? {} : { area }),
        ...(level === undefined ? {} : { level }),
      });
      if (json === true) return print(JSON.stringify(reports, null, 2));
      for (const report of reports) print(`${report.id} ${report.text}`);
      print(`${reports.length} requirements`);
    });

  program
    .command("coverage")
    .summary("show which requirements are cited by vectors, tests and examples")
    .description(
      "Counts for each level the requirements that vectors, cases, test strings and examples cite, and names the MUSTs nothing cites.",
    )
    .option("--json", "print a JSON array")
    .option("--strict", "exit 1 when a MUST or MUST NOT is cited by nothing")
    .addHelpText(
      "after",
      "\nA citation says that something claims to test a requirement, not that it tests it well.\n\nExample:\n  npm run spec -- coverage",
    )
    .action(({ json, strict }: { json?: true; strict?: true }) => {
      const rows = coverage(reportRequirements(open()));
      const missing = rows
        .filter((row) => row.level.startsWith("MUST"))
        .flatMap((row) => row.uncovered)
        .sort();
      if (json === true) print(JSON.stringify(rows, null, 2));
      else {
        for (const row of rows) {
          const covered = row.total - row.uncovered.length;
          print(
            `${row.level}: ${covered} of ${row.total} cited (vectors ${row.vectors}, cases ${row.cases}, tests ${row.tests}, examples ${row.blocks})`,
          );
        }
        if (missing.length > 0) print(`cited by nothing: ${missing.join(" ")}`);
      }
      finish(strict === true && missing.length > 0 ? 1 : 0);
    });
}
