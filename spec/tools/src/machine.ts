import type { Finding } from "./finding.ts";
import { isRecord, readYaml } from "./registry.ts";
import type { Repository } from "./repository.ts";
import { UsageError } from "./usage-error.ts";

/** A state or input with what it means. */
export type MachinePart = {
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
export const machineFolder = "spec/machines";

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

/** Proves a machine complete: every pair decided once, every name known, every state reachable, every error code registered. */
export function checkMachine(
  machine: Machine,
  errorCodes: ReadonlySet<string>,
  liveIds: ReadonlySet<string>,
): Finding[] {
  const findings: Finding[] = [];
  const report = (message: string, advice: string): void => {
    findings.push({ file: machine.file, line: 1, rule: "machine", message, advice });
  };
  const states = new Map(machine.states.map((state) => [state.name, state]));
  const inputs = new Set(machine.inputs.map((input) => input.name));
  if (states.size !== machine.states.length)
    report("a state is listed twice", "give each state one entry");
  if (inputs.size !== machine.inputs.length)
    report("an input is listed twice", "give each input one entry");
  for (const [state, row] of Object.entries(machine.transitions)) {
    if (!states.has(state))
      report(
        `transitions name the unknown state ${state}`,
        `states are ${[...states.keys()].join(", ")}`,
      );
    for (const [input, decision] of Object.entries(row)) {
      const place = `(${state}, ${input})`;
      if (!inputs.has(input))
        report(`${place} names the unknown input ${input}`, `inputs are ${[...inputs].join(", ")}`);
      if ("to" in decision && !states.has(decision.to)) {
        report(
          `${place} goes to the unknown state ${decision.to}`,
          `states are ${[...states.keys()].join(", ")}`,
        );
      }
      if ("error" in decision && !errorCodes.has(decision.error)) {
        report(
          `${place} has the unknown error code ${decision.error}`,
          `codes are ${[...errorCodes].join(", ")}`,
        );
      }
      if (
        "error" in decision &&
        decision.requirement !== undefined &&
        !liveIds.has(decision.requirement)
      ) {
        report(
          `${place} cites ${decision.requirement}, which is not a live requirement`,
          "cite the requirement that makes this an error",
        );
      }
    }
  }
  const undecided = machine.states.flatMap((state) =>
    machine.inputs
      .filter((input) => machine.transitions[state.name]?.[input.name] === undefined)
      .map((input) => `(${state.name}, ${input.name})`),
  );
  if (undecided.length > 0)
    report(
      `${undecided.length} pairs are undecided: ${undecided.join(" ")}`,
      "decide each: to, ignore or error",
    );
  const reached = reachable(machine);
  for (const state of machine.states) {
    if (!reached.has(state.name))
      report(
        `state ${state.name} cannot be reached from ${machine.initial}`,
        "add a transition to it or delete it",
      );
  }
  return findings;
}

function reachable(machine: Machine): Set<string> {
  const reached = new Set([machine.initial]);
  for (const state of reached) {
    for (const decision of Object.values(machine.transitions[state] ?? {})) {
      if ("to" in decision) reached.add(decision.to);
    }
  }
  return reached;
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
