import { CodecError } from "@stdfn/schemas/codec";
import { failed, type Outcome, passed } from "./outcome.ts";

/** What a block claims about the text it holds. */
export type Claim = {
  /** The requirement it breaks; absent when it is valid. */
  readonly violates?: string;
  /** The sentence of that requirement. */
  readonly requirement?: string | undefined;
};

/** A text that a schema or a rule of the block's class refuses. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/**
 * Holds what reading a block gave against what the block claims.
 *
 * A refusal has to be the right one: the reader's fault is the one that the requirement's sentence names (fault `order`),
 * and the requirement that the reader cites, where it cites one, is the one that the block names.
 *
 * @param read reads the block; it throws CodecError or Refusal when the text is refused
 */
export function judge(claim: Claim, read: () => void): Outcome {
  try {
    read();
  } catch (error) {
    if (!(error instanceof CodecError) && !(error instanceof Refusal)) throw error;
    return judgeRefusal(claim, error);
  }
  return claim.violates === undefined
    ? passed
    : failed(`the block is accepted, but claims to break ${claim.violates}`);
}

function judgeRefusal({ violates, requirement }: Claim, error: CodecError | Refusal): Outcome {
  if (violates === undefined)
    return failed(`the block is refused, but claims to be valid: ${error.message}`);
  if (!(error instanceof CodecError))
    return {
      result: "passed",
      note: `refused by a schema, which names no requirement: ${error.message}`,
    };
  const faults = [
    ...(requirement ?? "").matchAll(/\bfaults? `([a-z-]+)`(?: or `([a-z-]+)`)?/g),
  ].flatMap(([, ...names]) => names.filter((name) => name !== undefined));
  if (faults.length > 0 && !faults.includes(error.fault)) {
    return failed(
      `${violates} makes this a fault \`${faults.join("` or `")}\`, the reader reports \`${error.fault}\`: ${error.message}`,
    );
  }
  if (error.requirement !== undefined && error.requirement !== violates) {
    return failed(
      `the block is refused because of ${error.requirement} (${error.message}), but claims to break ${violates}`,
    );
  }
  if (faults.length > 0 || error.requirement !== undefined) return passed;
  return {
    result: "passed",
    note: `refused as \`${error.fault}\` (${error.message}); ${violates} names no fault to compare`,
  };
}
