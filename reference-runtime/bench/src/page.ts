import type { Comparison } from "./measure.ts";
import { figure, targetText } from "./table.ts";

/** What the comparisons ran on. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly processor: string | undefined;
  readonly cores: number;
}

/** The results as a page of Markdown, with the machine they hold for. */
export function page(results: readonly Comparison[], machine: Machine, rounds: number): string {
  const { node, platform, processor, cores } = machine;
  return `# What it costs

Written by \`npm run bench -- --page reference-runtime/bench/RESULTS.md\`; not edited by hand.

Measured on ${cores} cores of ${processor ?? "an unnamed processor"}, ${platform}, Node ${node}, in at most ${rounds} rounds a comparison.
Subject and baseline run in turn, round by round, so that a machine that drifts drifts for both.
No program is given \`NODE_EXTRA_CA_CERTS\`, which Node reads at every start.
Figures are medians; the ratio is the median of the ratios of the rounds, and the range is that from the lowest to the highest of them.
Where figures are rates and the target is at most a number, the ratio is that of the times; a target with a unit is for the figure itself.

| comparison | subject | baseline | unit | ratio | range | target | |
| --- | ---: | ---: | --- | ---: | --- | --- | --- |
${results.map(row).join("\n")}
${results.flatMap(memoryLine).join("")}
Where a target is missed, [the runtime's README](../README.md#what-it-costs) says where the time goes.
`;
}

function row(result: Comparison): string {
  const { name, subject, baseline, baselineName, unit, ratio, lowest, highest } = result;
  const range = `${lowest.toFixed(2)}–${highest.toFixed(2)}`;
  const wanted = targetText(result.target, unit);
  const reached = wanted === "none" ? "" : result.reached ? "reached" : "missed";
  return `| ${name} | ${figure(subject)} | ${figure(baseline)} (${baselineName}) | ${unit} | ${ratio.toFixed(2)} | ${range} | ${wanted} | ${reached} |`;
}

function memoryLine({ name, memory }: Comparison): string[] {
  if (memory === undefined) return [];
  const [host, fn] = [memory.host, memory.function].map((bytes) => (bytes / 2 ** 20).toFixed(0));
  return [
    `\nDuring “${name}” the memory of the host grew by ${host} MiB and that of the function by ${fn} MiB; allowed are 64 MiB.\n`,
  ];
}
