import { readFileSync } from "node:fs";
import type { Problem } from "@stdfn/schemas/validate";
import { sha256 } from "./digest.ts";
import { exitStatus } from "./exit-status.ts";
import { KitError } from "./kit-error.ts";
import { problemList } from "./problem-list.ts";

/** A form that files of the kit have, and how it is spoken of. */
export interface FileForm {
  /** What is read, such as `the baseline`. */
  readonly name: string;
  /** What it has to be, such as `baseline`. */
  readonly kind: string;
  /** What to do where there is none. */
  readonly hint: string;
  readonly validate: (
    value: unknown,
  ) => { readonly ok: true } | { readonly ok: false; readonly errors: readonly Problem[] };
}

/**
 * Reads a JSON file of a form.
 * @returns what stands in it, and the digest of its bytes
 * @throws KitError that names what is wrong with the file
 */
export function readCheckedFile(
  path: string,
  { name, kind, hint, validate }: FileForm,
): { readonly value: unknown; readonly digest: string } {
  const fault = (text: string): KitError => new KitError(text, exitStatus.usage);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw fault(`cannot read ${name}: ${(error as Error).message}; ${hint}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fault(`${path} is no JSON: ${(error as Error).message}`);
  }
  const checked = validate(value);
  if (!checked.ok) throw fault(`${path} is no ${kind}:${problemList(checked.errors)}`);
  return { value, digest: `sha256:${sha256(text)}` };
}
