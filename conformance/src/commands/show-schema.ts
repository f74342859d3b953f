import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { nearestName } from "@stdfn/schemas/validate";
import { didYouMean } from "../did-you-mean.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

const ending = ".schema.json";

/** Prints a JSON Schema, or without a name the list of them. */
export function showSchema(name: string | undefined, asJson: boolean): void {
  if (name !== undefined) process.stdout.write(schemaText(name));
  else if (asJson) process.stdout.write(`${JSON.stringify(schemaNames())}\n`);
  else process.stdout.write(`${schemaNames().join("\n")}\n`);
}

function schemaText(name: string): string {
  const names = schemaNames();
  if (names.includes(name)) return readFileSync(`${folder()}${name}${ending}`, "utf8");
  const near = nearestName(name, names);
  throw new KitError(
    `no schema is named ${JSON.stringify(name)}${didYouMean(near)}; there are ${names.join(", ")}`,
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
