import type { Decision, Machine } from "../machine.ts";
import { markdownTable } from "./table.ts";

/** A machine as it stands in a chapter: what its states and inputs mean, the whole table, and a diagram of the transitions. */
export function machineText(machine: Machine): string[] {
  const part = ({ name, meaning, final }: Machine["states"][number]): string[] => [
    `\`${name}\``,
    final === true ? `${meaning} (final)` : meaning,
  ];
  const inputNames = machine.inputs.map((input) => input.name);
  const table = markdownTable(
    ["in state", "on", "goes to", "and"],
    machine.states.flatMap((state) =>
      inputNames.map((input) => {
        const decision = machine.transitions[state.name]?.[input];
        return [
          `\`${state.name}\``,
          `\`${input}\``,
          ...(decision === undefined ? ["undecided", ""] : decisionCells(decision)),
        ];
      }),
    ),
  );
  return [
    ...markdownTable(["state", "meaning"], machine.states.map(part)),
    "",
    ...markdownTable(["input", "meaning"], machine.inputs.map(part)),
    "",
    ...table,
    "",
    "```mermaid",
    ...diagram(machine),
    "```",
  ];
}

function decisionCells(decision: Decision): [string, string] {
  if ("ignore" in decision) return ["stays", `ignored: ${decision.ignore}`];
  const note = decision.note ?? "";
  if (!("error" in decision)) return [`\`${decision.to}\``, note];
  const cited = decision.requirement === undefined ? "" : ` by \`${decision.requirement}\``;
  return [
    `\`${decision.to}\``,
    `error \`${decision.error}\`${cited}${note === "" ? "" : `: ${note}`}`,
  ];
}

/**
 * The diagram shows what moves; ignored inputs and inputs that change nothing would hide it. More than two errors on one
 * arrow are counted, since the table names them.
 */
function diagram(machine: Machine): string[] {
  const arrows = new Map<string, { inputs: string[]; errors: string[] }>();
  for (const state of machine.states) {
    for (const input of machine.inputs) {
      const decision = machine.transitions[state.name]?.[input.name];
      if (decision === undefined || "ignore" in decision || decision.to === state.name) continue;
      const arrow = `${nodeId(state.name)} --> ${nodeId(decision.to)}`;
      const labels = arrows.get(arrow) ?? { inputs: [], errors: [] };
      arrows.set(arrow, labels);
      if ("error" in decision) labels.errors.push(`${input.name} / ${decision.error}`);
      else labels.inputs.push(input.name);
    }
  }
  return [
    "stateDiagram-v2",
    ...machine.states
      .filter((state) => nodeId(state.name) !== state.name)
      .map((state) => `  state "${state.name}" as ${nodeId(state.name)}`),
    `  [*] --> ${nodeId(machine.initial)}`,
    ...[...arrows].map(([arrow, { inputs, errors }]) => {
      const counted = errors.length > 2 ? [`${errors.length} errors`] : errors;
      return `  ${arrow}: ${[...inputs, ...counted].join(", ")}`;
    }),
    ...machine.states
      .filter((state) => state.final === true)
      .map((state) => `  ${nodeId(state.name)} --> [*]`),
  ];
}

/** Mermaid takes no hyphen in the id of a state. */
function nodeId(name: string): string {
  return name.replaceAll("-", "_");
}
