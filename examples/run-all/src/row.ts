import type { Answer, Instance, Runtime } from "@stdfn/runtime";
import type { CloudEvent } from "@stdfn/schemas";
import { bytesOf } from "./event-data.ts";
import { type Example, type Trial, type Way, WrongResult } from "./example.ts";

const TIMEOUT_MS = 30_000;

/** What came of one function in one mode and format. */
export interface Row {
  readonly function: string;
  readonly mode: string;
  /** `raw` in filter mode, which has no format. */
  readonly format: string;
  /** Bytes of data of the first event. */
  readonly bytes_in: number;
  /** Bytes of data of its results. */
  readonly bytes_out: number;
  /** Milliseconds from nothing to the first answer, the start of the process included. */
  readonly first_ms: number;
  /** Milliseconds for a second event: on the same process in session mode, on a new one else. */
  readonly again_ms: number;
  readonly verified: boolean;
  /** What was found to be right, or what is wrong. */
  readonly finding: string;
}

/** Invokes an example twice in one way and checks what comes out. Never throws: whatever fails is the finding. */
export async function runExample(
  runtime: Runtime,
  { name, target }: Example,
  way: Way,
  load: () => Promise<Trial>,
): Promise<Row> {
  const row = { function: name, mode: way.mode, format: way.format ?? "raw" };
  const measured = { bytes_in: 0, bytes_out: 0, first_ms: 0, again_ms: 0 };
  let instance: Instance | undefined;
  try {
    const { first, again, verify } = await load();
    measured.bytes_in = bytesOf(first).length;
    const began = performance.now();
    instance = await runtime.connect(target, {
      mode: way.mode,
      ...(way.format === undefined ? {} : { format: way.format }),
    });
    const firstResults = await invoke(instance, first);
    measured.first_ms = since(began);
    measured.bytes_out = firstResults.reduce((sum, event) => sum + bytesOf(event).length, 0);
    const repeated = performance.now();
    const againResults = await invoke(instance, again);
    measured.again_ms = since(repeated);
    return {
      ...row,
      ...measured,
      verified: true,
      finding: await verify(firstResults, againResults),
    };
  } catch (error) {
    return { ...row, ...measured, verified: false, finding: (error as Error).message };
  } finally {
    await (instance?.live === 0 ? instance.drain() : instance?.kill());
  }
}

async function invoke(instance: Instance, event: CloudEvent): Promise<readonly CloudEvent[]> {
  const answer: Answer = await instance.invoke(event, { timeoutMs: TIMEOUT_MS }).collect();
  if (answer.ok) return answer.events;
  throw new WrongResult(`${answer.error.code}: ${answer.error.message ?? "no message"}`);
}

function since(began: number): number {
  return Math.round((performance.now() - began) * 10) / 10;
}
