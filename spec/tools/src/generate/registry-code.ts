import { integerCell, type Registry, readRegistry, textCell } from "../registry.ts";
import type { Repository } from "../repository.ts";
import { UsageError } from "../usage-error.ts";
import { literal } from "./literal.ts";

const banner = "// Generated from spec/registries by `npm run spec -- generate`. Do not edit.";

/** The constants that the registries give the code, as a TypeScript module. */
export function registryCode(repository: Repository): string {
  const read = (name: string): Registry => readRegistry(repository, name);
  return `${[
    banner,
    ...errorCodes(read("error-codes")),
    ...exitStatuses(read("exit-statuses")),
    ...numbered(
      read("records"),
      "recordNumbers",
      "Field number of each record kind, in a pipe stream and inside a frame.",
    ),
    ...numbered(
      read("frames"),
      "controlNumbers",
      "Field number of each control member of a frame.",
    ),
    ...limits(read("limits")),
    ...environment(read("environment")),
    ...features(read("features")),
  ].join("\n")}\n`;
}

function errorCodes(registry: Registry): string[] {
  const rows = registry.rows.map((row) => ({
    key: textCell(registry, row, "code"),
    value: {
      number: integerCell(registry, row, "number"),
      disposition: textCell(registry, row, "disposition"),
      exitStatus: integerCell(registry, row, "exit"),
    },
    doc: `${textCell(registry, row, "meaning")}.`,
  }));
  return [
    ...doc(
      "Every error code with its number on the wire, the disposition that holds when none is stated, and the exit status of a function that fails with it.",
    ),
    "export const errorCodes = {",
    ...entries(rows),
    "} as const;",
    ...doc("Name of an error code."),
    "export type ErrorCode = keyof typeof errorCodes;",
    ...doc("The disposition that holds for an error code when an error states none."),
    'export type DefaultDisposition = (typeof errorCodes)[ErrorCode]["disposition"];',
  ];
}

function exitStatuses(registry: Registry): string[] {
  const rows = registry.rows.map((row) => {
    const code = textCell(registry, row, "code");
    return {
      key: textCell(registry, row, "name"),
      value: { status: integerCell(registry, row, "status"), code: code === "" ? null : code },
      doc: `${textCell(registry, row, "meaning")}.`,
    };
  });
  return [
    ...doc(
      "Every exit status of a Stdfn program, with the error code a host reads it as when the program said nothing else; null for success.",
    ),
    "export const exitStatuses = {",
    ...entries(rows),
    "} as const;",
    ...doc("Name of an exit status."),
    "export type ExitStatusName = keyof typeof exitStatuses;",
  ];
}

function numbered(registry: Registry, name: string, meaning: string): string[] {
  const rows = registry.rows.map((row) => ({
    key: textCell(registry, row, "kind"),
    value: integerCell(registry, row, "number"),
    doc: `${textCell(registry, row, "meaning")}.`,
  }));
  return [...doc(meaning), `export const ${name} = {`, ...entries(rows), "} as const;"];
}

function limits(registry: Registry): string[] {
  const rows = registry.rows.map((row) => {
    const floor = "floor" in row ? { floor: integerCell(registry, row, "floor") } : {};
    return {
      key: textCell(registry, row, "name"),
      value: {
        value: integerCell(registry, row, "value"),
        unit: textCell(registry, row, "unit"),
        kind: textCell(registry, row, "kind"),
        ...floor,
      },
      doc: `${textCell(registry, row, "meaning")}.`,
    };
  });
  return [
    ...doc(
      "Every limit. `value` is fixed, or the default; `floor` is the least value a peer may state.",
    ),
    "export const limits = {",
    ...entries(rows),
    "} as const;",
    ...doc("Name of a limit."),
    "export type LimitName = keyof typeof limits;",
  ];
}

function environment(registry: Registry): string[] {
  const names = registry.rows.map((row) => textCell(registry, row, "name"));
  const fixed = names.filter((name) => !name.includes("<"));
  const context = fixed.filter((name) => name.startsWith("STDFN_CTX_"));
  return [
    ...doc("The environment variable that states the mode."),
    `export const modeVariable = ${literal(nameLike(registry, /^STDFN_MODE$/))} as const;`,
    ...doc(
      "What the names of environment variables of event attributes begin with; the attribute's name follows in upper case.",
    ),
    `export const eventVariablePrefix = ${literal(nameLike(registry, /^STDFN_EVENT_<NAME>$/).replace("<NAME>", ""))} as const;`,
    ...doc("The environment variable of each context member, by the member's name on the wire."),
    "export const contextVariables = {",
    ...entries(
      context.map((name) => ({
        key: name.slice("STDFN_CTX_".length).toLowerCase(),
        value: name,
        doc: undefined,
      })),
    ),
    "} as const;",
  ];
}

function nameLike(registry: Registry, wanted: RegExp): string {
  const name = registry.rows
    .map((row) => textCell(registry, row, "name"))
    .find((candidate) => wanted.test(candidate));
  if (name === undefined)
    throw new UsageError(`${registry.file} has no name like ${wanted.source}; the code needs it`);
  return name;
}

function features(registry: Registry): string[] {
  const rows = registry.rows.map((row) => ({
    key: textCell(registry, row, "feature"),
    value: { side: textCell(registry, row, "side") },
    doc: `${textCell(registry, row, "meaning")}.`,
  }));
  return [
    ...doc("Every feature that the handshake can name, with the side that states it."),
    "export const features = {",
    ...entries(rows),
    "} as const;",
    ...doc("Name of a feature."),
    "export type FeatureName = keyof typeof features;",
  ];
}

type Entry = { readonly key: string; readonly value: unknown; readonly doc: string | undefined };

function entries(rows: readonly Entry[]): string[] {
  return rows.flatMap(({ key, value, doc: text }) => [
    ...(text === undefined ? [] : [`  /** ${sentenceCase(text)} */`]),
    `  ${/^[a-z_][a-z0-9_]*$/i.test(key) ? key : literal(key)}: ${literal(value)},`,
  ]);
}

function doc(text: string): string[] {
  return ["", `/** ${text} */`];
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
