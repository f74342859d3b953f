import { candidateWords, shellWord } from "../candidate/candidate-words.ts";
import type { Result } from "../run/verdict.ts";
import type { RunLine } from "./report.ts";

/** The command that performs a case again, alone. */
export function reproLine({ id, format }: Pick<Result, "id" | "format">, run: RunLine): string {
  const only = format === undefined ? "" : ` --format ${format}`;
  const own = id.startsWith("own/") ? ` --cases ${shellWord(run.own_cases?.folder ?? "")}` : "";
  const { seed, asked_time_scale: asked, candidate } = run;
  const scale = asked === undefined ? "" : ` --time-scale ${asked}`;
  return `stdfn-conformance repro ${id}${only}${own} --seed ${seed}${scale} ${candidateWords(candidate)}`;
}
