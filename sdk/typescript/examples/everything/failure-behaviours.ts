import {
  type CloudEvent,
  type Context,
  FunctionError,
  type Result,
  type ResultEvent,
} from "@stdfn/sdk";
import type { Behaviours } from "./behaviour.ts";
import { results } from "./data-behaviours.ts";
import { invalid, type Parameters } from "./parameters.ts";
import { patternPieces } from "./pattern.ts";

const dispositions = ["retry", "drop", "dead_letter"] as const;
const effects = ["none", "unknown", "complete"] as const;
const maxUint32 = 0xffff_ffff;
const maxSize = 2 ** 40;
const asked = "failed as asked";

function errorOf(parameters: Parameters): FunctionError {
  const disposition = parameters.oneOf("disposition", dispositions);
  const retryDelayMs = parameters.optionalInteger("retry_delay_ms", maxUint32);
  const effect = parameters.oneOf("effect", effects);
  const details = parameters.labels("details");
  if (retryDelayMs !== undefined && disposition !== "retry") {
    throw invalid('the parameter "retry_delay_ms" is given without the disposition "retry"');
  }
  const code = parameters.code();
  const message = parameters.text("message", asked);
  try {
    return new FunctionError(code, message, {
      ...(disposition && { disposition }),
      ...(retryDelayMs !== undefined && { retryDelayMs }),
      ...(effect && { effect }),
      ...(Object.keys(details).length > 0 && { details }),
    });
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function fail(_event: CloudEvent, _context: Context, parameters: Parameters): never {
  throw errorOf(parameters);
}

function throwPlain(_event: CloudEvent, _context: Context, parameters: Parameters): never {
  throw new Error(parameters.text("message", "thrown as asked"));
}

async function* partial(
  _event: CloudEvent,
  _context: Context,
  parameters: Parameters,
): AsyncGenerator<Result> {
  const code = parameters.code("aborted");
  yield* results(parameters);
  throw new FunctionError(code, asked);
}

function partialStream(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const code = parameters.code("aborted");
  const size = parameters.integer("size", maxSize, 65_536);
  return { specversion: "1.0", data: brokenPieces(size, code) } satisfies ResultEvent;
}

async function* brokenPieces(
  size: number,
  code: FunctionError["code"],
): AsyncGenerator<Uint8Array> {
  yield* patternPieces(size, 65_536);
  throw new FunctionError(code, asked);
}

function failItem(event: CloudEvent, context: Context, parameters: Parameters): void {
  context.fail(event, new FunctionError(parameters.code(), parameters.text("message", asked)));
}

/** Behaviours that are about failure. */
export const failureBehaviours: Behaviours = {
  fail,
  throw: throwPlain,
  partial,
  "partial-stream": partialStream,
  "fail-item": failItem,
};
