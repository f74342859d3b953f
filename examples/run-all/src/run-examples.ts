import { Runtime } from "@stdfn/runtime";
import { toolIsPresent } from "@stdfn/test-support";
import type { Example, Trial } from "./example.ts";
import { type Row, runExample } from "./row.ts";
import { absence, type Skipped } from "./skipped.ts";

/** Hears what comes of examples, as it comes. */
interface Listener {
  row(row: Row): void;
  skipped(skipped: Skipped): void;
}

/** Runs examples one after another: side by side they would take each other's milliseconds. */
export async function runExamples(wanted: readonly Example[], listener: Listener): Promise<void> {
  const runtime = new Runtime();
  for (const example of wanted) {
    const missing = example.needs.filter((name) => !toolIsPresent(name));
    if (missing.length > 0) {
      listener.skipped({ function: example.name, reason: missing.map(absence).join("; ") });
      continue;
    }
    let trial: Promise<Trial> | undefined;
    const load = (): Promise<Trial> => {
      trial ??= example.load();
      return trial;
    };
    for (const way of example.ways) listener.row(await runExample(runtime, example, way, load));
  }
}
