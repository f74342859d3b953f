import { validateCodecAnswer } from "@stdfn/schemas/validate";
import { quoted } from "../wire/fault.ts";
import type { Answer } from "./exchange.ts";
import { shallowJson } from "./shallow-json.ts";

/** A line that is no answer to what was asked: the program that answers for the codec is at fault, not the codec. */
export class WrongAnswer extends Error {
  override readonly name = "WrongAnswer";
}

/** The answer that a line holds. @throws WrongAnswer if the line is none */
export function answerOf(line: string): Answer & { readonly id: number } {
  let value: unknown;
  try {
    value = shallowJson(line);
  } catch {
    throw new WrongAnswer(`it writes a line that is no JSON: ${quoted(line)}`);
  }
  const checked = validateCodecAnswer(value);
  if (checked.ok) return checked.value as Answer & { readonly id: number };
  // What is misspelt explains best why nothing that has to be there is.
  const { errors } = checked;
  const told = errors.find(({ suggestion }) => suggestion !== undefined) ?? errors[0];
  throw new WrongAnswer(
    `its answer is none: ${told?.path || "/"}: ${told?.message}; it is ${quoted(line)}`,
  );
}
