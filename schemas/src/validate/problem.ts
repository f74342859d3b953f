import type { ValidatorError } from "@stdfn/schemas/generated/validate-documents";
import { nearestName } from "./nearest-name.ts";

/** One thing that is wrong with a document. */
export interface Problem {
  /** JSON pointer to the value, empty for the document itself. */
  readonly path: string;
  /** What is wrong, with the value quoted and what is allowed instead. */
  readonly message: string;
  /** The value that is wrong; for an unknown member its name. */
  readonly value: unknown;
  /** What is allowed there, for people; absent where the message says all. */
  readonly allowed?: string;
  /** The allowed name or value that was most likely meant. */
  readonly suggestion?: string;
}

const longestQuote = 80;

/** Turns what a precompiled validator reports into problems that a person can act on, one for each mistake. */
export function problems(errors: readonly ValidatorError[]): readonly Problem[] {
  return withoutEchoes(errors).map(problem);
}

/**
 * Ajv reports every branch of an alternative and then the alternative. Where a branch fits in type and fails
 * inside, that branch was meant and its errors say more; otherwise the alternative alone is reported.
 */
function withoutEchoes(errors: readonly ValidatorError[]): readonly ValidatorError[] {
  let kept: ValidatorError[] = [];
  for (const error of errors) {
    if (error.keyword === "if" || error.schemaPath.includes("/contains/")) continue;
    if (error.keyword === "propertyNames") {
      kept = kept.filter((other) => other.propertyName !== error.params["propertyName"]);
    } else if (error.keyword === "oneOf" || isChoice(error)) {
      kept = kept.filter((other) => !other.schemaPath.startsWith(`${error.schemaPath}/`));
    } else if (error.keyword === "anyOf") {
      const inside = kept.filter((other) => isWithin(other, error));
      kept = kept.filter((other) => !isWithin(other, error));
      const meant = inside.filter((other) => !isOtherBranch(other, error));
      if (meant.length > 0) {
        kept.push(...meant);
        continue;
      }
    }
    kept.push(error);
  }
  return kept;
}

function isWithin(inner: ValidatorError, outer: ValidatorError): boolean {
  return `${inner.instancePath}/`.startsWith(`${outer.instancePath}/`);
}

function isOtherBranch(error: ValidatorError, alternative: ValidatorError): boolean {
  return (
    error.instancePath === alternative.instancePath &&
    error.propertyName === undefined &&
    ["type", "const", "enum"].includes(error.keyword)
  );
}

function problem(error: ValidatorError): Problem {
  const { instancePath: path, params, data } = error;
  switch (error.keyword) {
    case "additionalProperties":
      return unknownMember(error, String(params["additionalProperty"]));
    case "required":
      return {
        path,
        message: `member ${quote(params["missingProperty"])} is missing${describing(error, String(params["missingProperty"]))}`,
        value: data,
      };
    case "propertyNames": {
      const name = params["propertyName"];
      return {
        path,
        message: `${quote(name)} is not allowed as a name here; allowed: ${meaning(error.schema)}`,
        value: name,
      };
    }
    case "type":
      return notAllowed(error, typed(error));
    case "const":
      return notAllowed(error, quote(params["allowedValue"]), [params["allowedValue"]]);
    case "enum": {
      const values = params["allowedValues"] as readonly unknown[];
      return notAllowed(error, values.map(quote).join(", "), values);
    }
    case "anyOf":
    case "oneOf": {
      if (isChoice(error)) return choice(error);
      const values = alternatives(error.schema);
      return notAllowed(error, meaning(error.parentSchema), values);
    }
    case "uniqueItems":
      return {
        path,
        message: `items ${params["j"]} and ${params["i"]} of ${quote(data)} are the same; each may stand there once`,
        value: data,
      };
    default:
      return notAllowed(error, bound(error));
  }
}

/** Whether the branches of an alternative say no more than which member each needs. */
function isChoice({ keyword, schema }: ValidatorError): boolean {
  return (
    (keyword === "anyOf" || keyword === "oneOf") &&
    Array.isArray(schema) &&
    schema.every((branch: object) => Object.keys(branch).join() === "required")
  );
}

function choice({ instancePath: path, schema, data }: ValidatorError): Problem {
  const branches = schema as readonly { readonly required: readonly string[] }[];
  const present = branches.filter(({ required }) =>
    required.every((name) => Object.hasOwn(data as object, name)),
  );
  const names = (of: typeof branches): string =>
    new Intl.ListFormat("en", { type: "disjunction" }).format(
      of.map(({ required }) => required.map(quote).join(" with ")),
    );
  const message =
    present.length === 0
      ? `a member is missing: ${names(branches)}`
      : `there may be only one of ${names(present)}`;
  return { path, message, value: data };
}

function unknownMember(error: ValidatorError, name: string): Problem {
  const known = Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
  const suggestion = nearestName(name, known);
  const allowed = known.join(", ");
  return {
    path: error.instancePath,
    message: `unknown member ${quote(name)}; ${suggestion === undefined ? `allowed are ${allowed}` : `did you mean ${quote(suggestion)}?`}`,
    value: name,
    allowed,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function notAllowed(
  error: ValidatorError,
  allowed: string,
  values: readonly unknown[] = [],
): Problem {
  const names = values.filter((value) => typeof value === "string");
  const suggestion = typeof error.data === "string" ? nearestName(error.data, names) : undefined;
  const hint = suggestion === undefined ? "" : `; did you mean ${quote(suggestion)}?`;
  return {
    path: error.instancePath,
    message: `${quote(error.data)} is not allowed; allowed: ${allowed}${hint}`,
    value: error.data,
    allowed,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Says a numeric or length bound in words, and anything else by what the schema says of the value. */
function bound(error: ValidatorError): string {
  const limit = String(error.params["limit"]);
  const counted: Readonly<Record<string, string>> = {
    minimum: `${limit} or more`,
    maximum: `${limit} or less`,
    minItems: `at least ${limit} item(s)`,
    maxItems: `at most ${limit} item(s)`,
    minLength: `at least ${limit} character(s)`,
    maxLength: `at most ${limit} character(s)`,
    minProperties: `at least ${limit} member(s)`,
    maxProperties: `at most ${limit} member(s)`,
  };
  return counted[error.keyword] ?? meaning(error.parentSchema);
}

function meaning(schema: unknown): string {
  const { description, pattern } = (schema ?? {}) as {
    readonly description?: string;
    readonly pattern?: string;
  };
  const fallback = pattern === undefined ? "see the schema" : `what matches ${pattern}`;
  return (description ?? fallback).replace(/\.$/, "");
}

function describing(error: ValidatorError, name: string): string {
  const properties = error.parentSchema?.["properties"] as
    | Readonly<Record<string, ValidatorError["parentSchema"]>>
    | undefined;
  const property = properties?.[name];
  const schema = property?.["description"] === undefined ? error.parentSchema : property;
  return schema?.["description"] === undefined ? "" : `: ${meaning(schema)}`;
}

function typed(error: ValidatorError): string {
  const type = error.params["type"];
  const names = (Array.isArray(type) ? type : [type]).filter((name) => name !== "null");
  const allowed = names.length === 0 ? "nothing" : names.join(" or ");
  return error.parentSchema?.["description"] === undefined
    ? allowed
    : `${allowed}. ${meaning(error.parentSchema)}`;
}

/** The values that the branches of an alternative name one by one. */
function alternatives(schema: unknown): readonly unknown[] {
  if (!Array.isArray(schema)) return [];
  return schema.flatMap((branch: { readonly enum?: unknown[]; readonly const?: unknown }) =>
    branch.const === undefined ? (branch.enum ?? []) : [branch.const],
  );
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= longestQuote ? text : `${text.slice(0, longestQuote)}…`;
}
