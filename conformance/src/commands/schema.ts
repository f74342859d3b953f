import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { nearestName } from "@stdfn/schemas/validate";
import { Command } from "commander";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

const ending = ".schema.json";

/** `stdfn-conformance schema`: the JSON Schemas of the standard. */
export function schemaCommand(): Command {
  return new Command("schema")
    .summary("print a JSON Schema")
    .description("Print a JSON Schema of the standard, or without a name list them.")
    .argument("[NAME]", "the name of the schema, such as manifest")
    .option("--json", "print the list as JSON; a schema is JSON anyhow")
    .addHelpText("after", help)
    .action((name: string | undefined, flags: { readonly json?: boolean }) => {
      if (name !== undefined) process.stdout.write(schemaText(name));
      else if (flags.json === true) process.stdout.write(`${JSON.stringify(schemaNames())}\n`);
      else process.stdout.write(`${schemaNames().join("\n")}\n`);
    });
}

function schemaText(name: string): string {
  const names = schemaNames();
  if (names.includes(name)) return readFileSync(`${folder()}${name}${ending}`, "utf8");
  const near = nearestName(name, names);
  throw new KitError(
    `no schema is named ${JSON.stringify(name)}${near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`}; there are ${names.join(", ")}`,
    exitStatus.usage,
  );
}

function schemaNames(): readonly string[] {
  return readdirSync(folder())
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

/** The folder of the schemas, wherever the package that holds them is installed. */
function folder(): string {
  return fileURLToPath(new URL(".", import.meta.resolve("@stdfn/schemas/json/event.schema.json")));
}

const help = `
Examples:
  $ stdfn-conformance schema
  $ stdfn-conformance schema manifest > manifest.schema.json

Exit status: 0, or 2 if there is no such schema.`;
