import { machineNames, readMachine } from "../machine.ts";
import type { Repository } from "../repository.ts";
import { literal } from "./literal.ts";

/** All machines as one TypeScript module of constant data. */
export function machineCode(repository: Repository): string {
  const blocks = machineNames(repository).map((name) => {
    const machine = readMachine(repository, name);
    const rows = machine.states.flatMap((state) => [
      `      ${JSON.stringify(state.name)}: {`,
      ...machine.inputs.map(
        (input) =>
          `        ${JSON.stringify(input.name)}: ${literal(machine.transitions[state.name]?.[input.name])},`,
      ),
      "      },",
    ]);
    return [
      `  ${JSON.stringify(name)}: {`,
      `    side: ${literal(machine.side)},`,
      `    scope: ${literal(machine.scope)},`,
      `    initial: ${literal(machine.initial)},`,
      `    final: ${literal(machine.states.filter((state) => state.final === true).map((state) => state.name))},`,
      `    states: ${literal(machine.states.map((state) => state.name))},`,
      `    inputs: ${literal(machine.inputs.map((input) => input.name))},`,
      "    transitions: {",
      ...rows,
      "    },",
      "  },",
    ];
  });
  return `${[
    "// Generated from spec/machines by `npm run spec -- generate`. Do not edit.",
    "",
    "/** Every lifecycle of the standard as data: for each state and each input, what happens. */",
    "export const machines = {",
    ...blocks.flat(),
    "} as const;",
    "",
    "/** Name of a state machine. */",
    "export type MachineName = keyof typeof machines;",
  ].join("\n")}\n`;
}
