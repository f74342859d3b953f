import type { CodecCase } from "../codec/codec-case.ts";
import { judgeAnswer } from "../codec/judge-answer.ts";
import { codecMutants } from "./codec-mutants.ts";
import { rightAnswer } from "./codec-oracle.ts";

/** What broken codecs have come to. */
export interface CodecTrials {
  readonly tried: number;
  /** Broken codecs that some case takes although it meets the fault, or that no case meets. */
  readonly survived: readonly string[];
  /** The broken codecs that each case refuses, by what they do. */
  readonly refused: ReadonlyMap<CodecCase, ReadonlySet<string>>;
}

/** What a codec has declared that says where bytes are wrong. */
const features = ["offset", "pieces"];

/** Puts every case to every broken codec that answers it otherwise than it should. */
export function survivors(cases: readonly CodecCase[]): CodecTrials {
  const mutants = codecMutants(cases);
  const asked = cases.map((of) => ({
    of,
    questions: of.questions.map((question) => [question, rightAnswer(of, question)] as const),
  }));
  const refused = new Map(cases.map((of) => [of, new Set<string>()]));
  const survived: string[] = [];
  for (const [name, mutant] of mutants) {
    let met = 0;
    for (const { of, questions } of asked) {
      const wrong = questions.flatMap(([question, right]) => {
        const answer = mutant(of, question, right);
        return answer === undefined ? [] : [[question, answer] as const];
      });
      if (wrong.length === 0) continue;
      met++;
      if (wrong.some(([question, answer]) => judgeAnswer(of, question, answer, features)))
        refused.get(of)?.add(name);
      else survived.push(`${of.id} takes a codec that ${name}`);
    }
    if (met === 0) survived.push(`no case meets a codec that ${name}`);
  }
  return { tried: mutants.size, survived, refused };
}
