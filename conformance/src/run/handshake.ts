import type { Case } from "../case/case.ts";
import type { Freshness } from "../case/freshness.ts";
import { withChanges } from "../case/with-changes.ts";
import { prefaces } from "../wire/preface.ts";
import { writeFrame } from "../wire/wire-writer.ts";
import type { Below } from "./below.ts";
import { brokenBy } from "./breach.ts";
import type { Conversation } from "./conversation.ts";
import { CaseFailed } from "./judgement.ts";
import { endText, textOf, waitedText } from "./observe.ts";
import { isReadOn } from "./preface-rules.ts";
import type { TimeScale } from "./time-scale.ts";
import { usual } from "./usual.ts";

/** How long what stands behind a wrong preface may take to tell why it is wrong. */
const restMs = 100;

/** How a dialogue is held. */
export interface DialogueOptions {
  readonly conversation: Conversation;
  /** What a runtime hosts. */
  readonly below?: Below;
  readonly scale: TimeScale;
  readonly signal: AbortSignal;
}

/** Opens a conversation: preface, and in a session `hello` and the wait for `ready`. */
export async function open(
  of: Case,
  options: DialogueOptions,
  freshness: Freshness,
): Promise<void> {
  const { hello, opening = "automatic", mode } = of;
  const { conversation } = options;
  if (opening === "none" || (mode !== "pipe" && mode !== "session")) return;
  const { format } = conversation;
  conversation.send(prefaces[format]);
  if (mode === "pipe") return;
  const said = freshness.object(withChanges(usual.hello, hello));
  conversation.send(writeFrame(format, { id: 0, hello: said }));
  if (opening === "unanswered") return;
  const { signal, scale } = options;
  const until = performance.now() + scale.startMs;
  for (;;) {
    const [first] = conversation.queue(0);
    if (first?.kind === "ready" && conversation.breach === undefined) {
      conversation.queue(0).shift();
      return;
    }
    const late = performance.now() >= until;
    const ended = conversation.outputEnded && conversation.process.ending !== undefined;
    const { breach } = conversation;
    if (breach && isReadOn(breach) && !first && !ended) await conversation.change(restMs);
    if (late || signal.aborted || first || ended || conversation.breach)
      throw new CaseFailed(
        {
          signature: "handshake",
          rule: "SES-003",
          wanted: ["the preface and ready, in answer to hello"],
          came: [
            first !== undefined
              ? textOf(first)
              : ended
                ? endText(conversation)
                : waitedText(conversation, scale.startMs),
          ],
          ...(conversation.breach && brokenBy(conversation.breach, "SES-003")),
        },
        // Where the start is not like any other, it is part of what is tried.
        hello === undefined && of.arguments === undefined ? "inconclusive" : "fail",
      );
    await conversation.change(until - performance.now());
  }
}
