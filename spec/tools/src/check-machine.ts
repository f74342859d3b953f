import type { Finding } from "./finding.ts";
import type { Machine } from "./machine.ts";

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
