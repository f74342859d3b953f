import type { Finding } from "./finding.ts";
import { type StreamFacts, StreamInspector } from "./stream-inspector.ts";
import { inspectVector, parseVector } from "./vector-inspector.ts";

/** Input up to this size may be a vector's file. */
const vectorBytes = 1_048_576;

/** Looks at a captured stream, a piece of one, or the file of a vector; memory is bounded by the largest unit. */
export async function* inspect(
  source: AsyncIterable<Uint8Array>,
  facts: StreamFacts = {},
): AsyncGenerator<Finding, void, void> {
  const inspector = new StreamInspector(facts);
  let head: Uint8Array[] | undefined = [];
  let size = 0;
  for await (const chunk of source) {
    if (head !== undefined) {
      head.push(chunk);
      size += chunk.length;
      if (size <= vectorBytes && mayBeVector(head[0] as Uint8Array)) continue;
      for (const held of head) yield* inspector.push(held);
      head = undefined;
    } else yield* inspector.push(chunk);
  }
  const whole = Buffer.concat(head ?? []);
  const vector = parseVector(whole.toString("utf8"));
  if (vector !== undefined) {
    yield* inspectVector(vector);
    return;
  }
  if (whole.length > 0) yield* inspector.push(whole);
  yield* inspector.end();
}

/** A vector is JSON over several lines. */
function mayBeVector(head: Uint8Array): boolean {
  const [first, second] = head;
  return first === 0x7b && (second === 0x0a || second === 0x0d || second === 0x20);
}
