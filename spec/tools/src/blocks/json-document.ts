import {
  type Validation,
  validateManifest,
  validateSelfDescription,
  validateVector,
  validateWire,
  type WireSchemaName,
} from "@stdfn/schemas/validate";
import { Refusal } from "./verdict.ts";

/** Documents that are no records. */
export type DocumentKind = "manifest" | "description" | "vector";

const validators: Readonly<Record<DocumentKind, (value: unknown) => Validation<unknown>>> = {
  manifest: validateManifest,
  description: validateSelfDescription,
  vector: validateVector,
};

/**
 * Checks a document that is no record.
 *
 * @throws Refusal with every problem that the schema finds
 */
export function checkDocument(kind: DocumentKind, text: string): void {
  refuse(validators[kind](parse(text)));
}

/**
 * Holds what the reader accepted against the schema too, so that text, schema and reader cannot drift apart.
 *
 * @throws Refusal with every problem that the schema finds
 */
export function checkWire(schema: WireSchemaName, text: string): void {
  refuse(validateWire(schema, parse(text.replace(/^\ufeff/, ""))));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error));
  }
}

function refuse(validation: Validation<unknown>): void {
  if (validation.ok) return;
  throw new Refusal(
    validation.errors
      .map(({ path, message }) => `${path === "" ? "document" : path}: ${message}`)
      .join("; "),
  );
}
