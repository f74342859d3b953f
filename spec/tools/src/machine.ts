import { isRecord, readYaml } from "./registry.ts";
import type { Repository } from "./repository.ts";
import { UsageError } from "./usage-error.ts";

/** A state or input with what it means. */
type MachinePart = {
  readonly name: string;
  readonly meaning: string;
  readonly final?: boolean;
};

/**
 * What happens on one input in one state: the next state, possibly with an action; nothing at all, with the reason;
 * or an error, which also names the requirement that makes it one.
 */
export type Decision =
  | { readonly to: string; readonly note?: string }
  | { readonly ignore: string }
  | {
      readonly error: string;
      readonly to: string;
      readonly requirement?: string;
      readonly note?: string;
    };

/** A lifecycle as data: every (state, input) pair is decided. */
export type Machine = {
  readonly name: string;
  readonly file: string;
  readonly title: string;
  /** Who runs it. */
  readonly side: "function" | "host";
  /** What one instance of it belongs to. */
  readonly scope: "process" | "invocation";
  /** The state in which an instance begins: the first one listed. */
  readonly initial: string;
  readonly states: readonly MachinePart[];
  readonly inputs: readonly MachinePart[];
  readonly transitions: Readonly<Record<string, Readonly<Record<string, Decision>>>>;
};

/** Folder of the machines. */
const machineFolder = "spec/machines";

/** Names of all machines of the repository. */
export function machineNames(repository: Repository): string[] {
  return repository
    .files(machineFolder, /^spec\/machines\/[^/]+\.yaml$/)
    .map((file) => file.slice(machineFolder.length + 1, -".yaml".length));
}

/**
 * Reads a machine and checks its shape, not yet its completeness.
 *
 * @throws UsageError when a member is missing or of the wrong kind
 */
export function readMachine(repository: Repository, name: string): Machine {
  const file = `${machineFolder}/${name}.yaml`;
  const value = readYaml(repository, file);
  const fail = (what: string): never => {
    throw new UsageError(`${file}: ${what}`);
  };
  if (!isRecord(value))
    return fail("is not a mapping; write name, side, scope, states, inputs and transitions");
  const {
    name: stated,
    title,
    side,
    scope,
    states,
    inputs,
    transitions,
  } = value as Record<string, unknown> & {
    name?: unknown;
    title?: unknown;
    side?: unknown;
    scope?: unknown;
    states?: unknown;
    inputs?: unknown;
    transitions?: unknown;
  };
  if (stated !== name)
    fail(`name is ${JSON.stringify(stated)}; it is the file's name, ${JSON.stringify(name)}`);
  if (side !== "function" && side !== "host")
    return fail(`side is ${JSON.stringify(side)}; write function or host`);
  if (scope !== "process" && scope !== "invocation")
    return fail(`scope is ${JSON.stringify(scope)}; write process or invocation`);
  const stateParts = parts(states) ?? fail("states is not a list of {name, meaning}");
  const inputParts = parts(inputs) ?? fail("inputs is not a list of {name, meaning}");
  if (!isRecord(transitions))
    return fail("transitions is not a mapping of state to input to decision");
  for (const [state, row] of Object.entries(transitions)) {
    if (!isRecord(row)) fail(`transitions.${state} is not a mapping of input to decision`);
    for (const [input, decision] of Object.entries(row as object)) {
      if (!isDecision(decision)) {
        fail(
          `transitions.${state}.${input} is ${JSON.stringify(decision)}; write {to}, {ignore: reason} or {error, to, requirement}`,
        );
      }
    }
  }
  const initial = stateParts[0]?.name ?? fail("has no states");
  const heading = typeof title === "string" ? title : name;
  return {
    name,
    file,
    title: heading,
    side,
    scope,
    initial,
    states: stateParts,
    inputs: inputParts,
    transitions: transitions as Machine["transitions"],
  };
}

function parts(value: unknown): MachinePart[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const good = value.every(
    (part) =>
      isRecord(part) &&
      typeof part["name"] === "string" &&
      typeof part["meaning"] === "string" &&
      ["boolean", "undefined"].includes(typeof part["final"]),
  );
  return good ? (value as MachinePart[]) : undefined;
}

function isDecision(value: unknown): value is Decision {
  if (!isRecord(value)) return false;
  const members = Object.keys(value).sort().join(" ");
  if (!Object.values(value).every((member) => typeof member === "string")) return false;
  return /^(?:(?:note )?to|ignore|error (?:note )?(?:requirement )?to)$/.test(members);
}
