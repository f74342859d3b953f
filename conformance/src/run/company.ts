import type { Case } from "../case/case.ts";
import { Freshness } from "../case/freshness.ts";
import type { Format } from "../wire/unit.ts";
import { Changes } from "./changes.ts";
import { Conversation } from "./conversation.ts";
import { Dialogue } from "./dialogue.ts";
import { type DialogueOptions, open } from "./handshake.ts";
import { CaseFailed, type Judgement } from "./judgement.ts";
import { farewell, type Performance, probe, type Stage } from "./perform.ts";

/** What performing cases together has shown. */
export interface Company {
  readonly passed: ReadonlyMap<string, Performance>;
  /** The first case that did not pass, and what was seen of it in company. */
  readonly failed?: { readonly of: Case; readonly performance: Performance };
  /** The case in which the kit has met a defect of its own, and what was thrown. */
  readonly broken?: { readonly of: Case; readonly error: unknown };
  /** Cases of which nothing was shown. */
  readonly left: readonly Case[];
}

/**
 * Performs cases one after another with one process, until one does not pass. That one has to be performed alone too:
 * only a process of its own shows whether its failure is its own or was brought about by what went before.
 */
export async function performTogether(
  cases: readonly Case[],
  format: Format,
  stage: Stage,
): Promise<Company> {
  const [first] = cases;
  if (first === undefined) return { passed: new Map(), left: [] };
  try {
    return await performed(first, cases, format, stage);
  } catch (error) {
    return { passed: new Map(), broken: { of: first, error }, left: cases.slice(1) };
  }
}

async function performed(
  first: Case,
  cases: readonly Case[],
  format: Format,
  stage: Stage,
): Promise<Company> {
  const changes = new Changes();
  const conversation = await Conversation.start({
    changes,
    candidate: stage.candidate,
    pipes: stage.pipes,
    mode: "session",
    format,
    args: [],
    environment: {},
    raw: false,
    signal: stage.signal,
  });
  const options = { conversation, scale: stage.scale, signal: stage.signal };
  const fresh = (id: string): Freshness =>
    new Freshness(stage.seed, `${id} ${format}`, stage.vectors);
  const deafen = changes.heed(stage.signal);
  const opening = `${first.id} ${format}, opening a session`;
  stage.watch?.begin(opening);
  try {
    await open(first, options, fresh(first.id));
    stage.watch?.end(opening);
    const company = await inTurn(cases, options, stage, fresh);
    if (company.failed !== undefined || company.broken !== undefined) return company;
    const left = await farewell(first, options, fresh(first.id));
    // What breaks only when the process leaves may be anybody's doing.
    return left.verdict === "pass" ? company : { passed: new Map(), left: cases };
  } catch (error) {
    if (!(error instanceof CaseFailed)) throw error;
    return { passed: new Map(), left: cases };
  } finally {
    stage.watch?.end(opening);
    deafen();
    await conversation.stop();
  }
}

async function inTurn(
  cases: readonly Case[],
  options: DialogueOptions,
  stage: Stage,
  fresh: (id: string) => Freshness,
): Promise<Company> {
  const { conversation } = options;
  const passed = new Map<string, Performance>();
  for (const [index, of] of cases.entries()) {
    const began = performance.now();
    const name = `${of.id} ${conversation.format}`;
    stage.watch?.begin(name);
    const base = conversation.monitor?.highest ?? 0;
    const dialogue = new Dialogue(of, options, fresh(of.id), base);
    const judgement = await dialogue
      .run()
      .then((own) => (own.verdict === "pass" ? probe(of, options, stage, fresh) : own))
      .catch((error: unknown) => ({ error }))
      .finally(() => stage.watch?.end(name));
    if ("error" in judgement)
      return { passed, broken: { of, error: judgement.error }, left: cases.slice(index + 1) };
    const seen = seenOf(judgement, conversation, performance.now() - began);
    if (judgement.verdict !== "pass")
      return { passed, failed: { of, performance: seen }, left: cases.slice(index + 1) };
    passed.set(of.id, seen);
  }
  return { passed, left: [] };
}

function seenOf(judgement: Judgement, conversation: Conversation, ms: number): Performance {
  if (judgement.verdict === "pass")
    return { judgement, transcript: [], stderr: "", ms: Math.round(ms) };
  const { signature } = judgement.failure;
  const failure = { ...judgement.failure, signature: `company:${signature}` };
  return {
    judgement: { ...judgement, failure },
    transcript: conversation.transcript.entries,
    stderr: conversation.process.stderr.text,
    ms: Math.round(ms),
  };
}
