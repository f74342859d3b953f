import type { Case } from "../case/case.ts";
import { Freshness } from "../case/freshness.ts";
import type { Format } from "../wire/unit.ts";
import { Conversation } from "./conversation.ts";
import { Dialogue } from "./dialogue.ts";
import { open } from "./handshake.ts";
import { CaseFailed } from "./judgement.ts";
import { farewell, type Performance, type Stage } from "./perform.ts";

/**
 * Performs cases one after another with one process, as long as they pass. The first that does not is not judged here:
 * only a process of its own shows whose fault it is.
 * @returns what passed; every other case of the list has to be performed alone
 */
export async function performTogether(
  cases: readonly Case[],
  format: Format,
  stage: Stage,
): Promise<ReadonlyMap<string, Performance>> {
  const passed = new Map<string, Performance>();
  const [first] = cases;
  if (first === undefined) return passed;
  const conversation = await Conversation.start({
    candidate: stage.candidate,
    pipes: stage.pipes,
    mode: "session",
    format,
    args: [],
    environment: {},
    raw: false,
  });
  const options = { conversation, scale: stage.scale, signal: stage.signal };
  const freshness = (of: Case): Freshness =>
    new Freshness(stage.seed, `${of.id} ${format}`, stage.vectors);
  try {
    await open(first, options);
    for (const of of cases) {
      const began = performance.now();
      const base = conversation.monitor?.highest ?? 0;
      const { verdict } = await new Dialogue(of, options, freshness(of), base).run();
      if (verdict !== "pass") return passed;
      const ms = Math.round(performance.now() - began);
      passed.set(of.id, { judgement: { verdict }, transcript: [], stderr: "", ms });
    }
    const left = await farewell(first, options, freshness(first));
    // What breaks only when the process leaves may be anybody's doing.
    if (left.verdict !== "pass") passed.clear();
  } catch (error) {
    if (!(error instanceof CaseFailed)) throw error;
  } finally {
    await conversation.stop();
  }
  return passed;
}
