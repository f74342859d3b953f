import type { Step } from "../case/case.ts";
import type { Underling } from "./below.ts";

/** Which process below a step is at, counted from 1; undefined for a step above. */
export function placeOf(step: Step): number | undefined {
  const { exit, spawn, defy } = step;
  const only = exit ?? spawn ?? defy;
  if (only !== undefined) return only.process ?? 1;
  if (step.expect?.started === false) return undefined;
  const place = step.send ?? step.close ?? step.shut ?? step.pause ?? step.resume ?? step.expect;
  return place?.at === "function" ? (place.process ?? 1) : undefined;
}

/** Does what only a process of the function can be told. */
export async function act(
  { pause, shut, exit, spawn, defy }: Step,
  { process, conversation }: Underling,
  until: (done: () => boolean, wanted: string) => Promise<void>,
): Promise<void> {
  if (pause !== undefined) await until(() => process.isPaused, "the function, reading no more");
  if (shut !== undefined) await until(() => process.isShut, "the function, closing its input");
  if (exit !== undefined) {
    const how = exit.signal ?? `status ${exit.status ?? 0}`;
    conversation.transcript.add("=", `the process ends, ${how}`);
    process.exit(exit);
  }
  if (spawn !== undefined) {
    const before = process.born;
    process.spawn(spawn.holds ?? false);
    await until(() => process.born > before, "a child of the function");
  }
  if (defy !== undefined) {
    const before = process.defied;
    process.defy(defy.signal);
    await until(() => process.defied > before, `the function, defying ${defy.signal}`);
  }
}
