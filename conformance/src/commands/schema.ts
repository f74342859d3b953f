import { Command } from "commander";

/** `stdfn-conformance schema`: the JSON Schemas of the standard. */
export function schemaCommand(): Command {
  return new Command("schema")
    .description("Print a JSON Schema of the standard, or without a name list them.")
    .argument("[NAME]", "the name of the schema, such as manifest")
    .option("--json", "print the list as JSON; a schema is JSON anyhow")
    .addHelpText("after", help)
    .action(async (name: string | undefined, flags: { readonly json?: boolean }) => {
      const { showSchema } = await import("./show-schema.ts");
      showSchema(name, flags.json === true);
    });
}

const help = `
Examples:
  $ stdfn-conformance schema
  $ stdfn-conformance schema manifest > manifest.schema.json

Exit status: 0, or 2 if there is no such schema.`;
