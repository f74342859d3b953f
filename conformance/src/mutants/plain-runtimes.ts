import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Judgement } from "../run/judgement.ts";
import { type Performance, perform, type Stage } from "../run/perform.ts";
import { TimeScale } from "../run/time-scale.ts";

/** A runtime that relays sessions in JSON and does one thing wrong, and what it has to come to by that. */
export interface PlainRuntime {
  /** What it does wrong, as its argument says it. */
  readonly wrong: string;
  /** The case that is put to it; absent: an event goes down and its answer comes up. */
  readonly of?: string;
  readonly verdict: Judgement["verdict"];
  readonly signature?: string;
  /** The requirement that is broken. */
  readonly rule?: string;
  /** A part of what is said to have come. */
  readonly came?: RegExp;
  /** It leaves the kit waiting for what never comes. */
  readonly silent?: true;
}

const program = fileURLToPath(new URL("../../../mutants/plain/main.js", import.meta.url));
const usual = "RT-SES-0001";

/** One that does nothing wrong, and those that do; each is seen for what it is. */
export const plainRuntimes: readonly [PlainRuntime, ...PlainRuntime[]] = [
  { wrong: "nothing", verdict: "pass" },
  { wrong: "floods", verdict: "pass" },
  { wrong: "leaves-holder", verdict: "pass" },
  inconclusive("hangs", "SES-003", /the process lives, it has written nothing/, true),
  inconclusive("exits", "SES-003", /exit status 3/),
  inconclusive("prints-banner", "REC-003", /bytes before the preface/),
  inconclusive("refuses", "SES-003", /no function today/),
  failing("never-starts", "timeout", /nothing more for/, true),
  failing("starts-twice", "unexpected:context", /for id 1/),
  failing("swallows", "timeout", /nothing more for/, true),
  failing("answers-itself", "timeout", /nothing more for/, true),
  failing("echoes", "breach:MOD-012", /a context from a function/),
  failing("answers-strangers", "breach:SES-090", /which was never opened/),
  failing("answers-twice", "breach:MOD-007", /after the end of the Envelope/),
  failing("cuts-off", "different", /exit status 0/),
  failing("is-killed", "different", /SIGKILL/),
  {
    wrong: "changes-octets",
    of: "RT-RLY-0001",
    verdict: "fail",
    signature: "different:event.data_base64",
    rule: "RLY-006",
    came: /data_base64/,
  },
  // So does a runtime that gives the isolation: in it, the function of the kit does not reach the kit, and ends.
  {
    wrong: "fails-to-start",
    of: "RT-MAN-0026",
    verdict: "warn",
    signature: "graded:warn",
    rule: "MAN-023",
    came: /error/,
  },
  {
    wrong: "leaves-orphan",
    verdict: "fail",
    signature: "left-behind",
    rule: "RLY-034",
    came: /a process that lives on/,
    silent: true,
  },
];

/**
 * Puts a plain runtime to its case.
 * @param startedMs how long one takes that does nothing wrong
 */
export function judgePlain(
  { wrong, of = usual, silent }: PlainRuntime,
  stage: Omit<Stage, "candidate" | "offered" | "scale">,
  startedMs: number,
): Promise<Performance> {
  return perform(stage.cases.get(of), "json", {
    ...stage,
    candidate: {
      command: [process.execPath, program, wrong],
      folder: process.cwd(),
      environment: {},
      offers: {},
    },
    offered: { modes: ["session"], formats: ["json"], features: [] },
    // What does not come need not be waited for as long as what does.
    scale: new TimeScale(startedMs, silent ? 0.3 : 4),
  });
}

/** What a plain runtime has come to otherwise than it has to; undefined if it is as it has to be. */
export function differently(
  { wrong, verdict, signature, rule, came }: PlainRuntime,
  judgement: Judgement,
): string | undefined {
  const name = `the plain runtime that does wrong: ${wrong}`;
  if (judgement.verdict === "pass")
    return verdict === "pass" ? undefined : `${name} passes, and should come to ${verdict}`;
  const { failure } = judgement;
  // A second answer may come before the runtime is drained or while it is.
  const seen = [judgement.verdict, failure.signature.replace(/^drain:/, ""), failure.rule].join();
  const text = failure.came.join("\n");
  if (seen === [verdict, signature, rule].join() && (came?.test(text) ?? true)) return undefined;
  const wanted = [verdict, signature, rule].filter((part) => part !== undefined).join(", ");
  return `${name} has come to ${seen} (${text}), and should come to ${wanted}`;
}

function inconclusive(wrong: string, rule: string, came: RegExp, silent?: true): PlainRuntime {
  const by = { signature: "handshake", rule, came };
  return { wrong, verdict: "inconclusive", ...by, ...(silent && { silent }) };
}

function failing(wrong: string, signature: string, came: RegExp, silent?: true): PlainRuntime {
  const by = { signature, rule: "SES-018", came };
  return { wrong, verdict: "fail", ...by, ...(silent && { silent }) };
}
