import { notStarted } from "./both-ends.ts";
import type { Failure } from "./judgement.ts";
import type { Entry } from "./transcript.ts";

/** What a failure has to be like for a cause to be named. */
interface Signs {
  /** The requirement by which it was noticed. */
  readonly noticed?: RegExp;
  readonly signature?: RegExp;
  readonly came?: RegExp;
  /** Each of what was wanted is like this. */
  readonly wanted?: RegExp;
  /** Of a function alone, which has no lower end. */
  readonly function?: true;
  /** What was wanted is what the kit had sent. */
  readonly wasSent?: true;
}

/** What a function writes of its own accord: no refusal, and not its end. */
const answer = /^\{"(frame|record)":(?!.*"error":)/;

/** What only somebody who prints writes. */
const printed = /^(JSN-0(07|08|10|17|21)|PBF-00[34]|REC-003)$/;

/** A balance below nothing. */
const overspent = /^balance .*of id \d+: -/m;

/** What a session begins with, and no pipe. */
const sessionInPipe = /^(1 byte before the preface: "\\n"|a frame in a pipe)/;

/** What only a host writes: the kit's own, where it comes back. */
const hostOnly = /^\{"(frame":\{"id":0,"hello|context)":/;

const echo =
  'the program echoes its input: what the kit has sent came back, so it speaks neither session nor pipe; such a program is a filter, which {"modes":["filter"]} says in a file that --candidate names';

/** Causes that were seen behind a kind of failure; the first that fits is named. */
const causes: readonly (readonly [signs: Signs, cause: string])[] = [
  [
    { signature: /^company:/ },
    "the case passes with a process of its own: what went before it in this process has left something behind",
  ],
  [
    { signature: /^breach:/, came: sessionInPipe },
    "a session is written where a pipe was asked for: the program does not look at STDFN_MODE",
  ],
  [
    { function: true, noticed: printed },
    "something prints to standard output: the protocol has to be moved off descriptor 1 before user code runs",
  ],
  [
    { noticed: printed },
    "something prints to standard output, or what the function prints is passed on as if the runtime had written it",
  ],
  [
    { noticed: /^SES-108$/ },
    "the JSON preface of a session is written without its line feed before",
  ],
  [
    { noticed: /^(SES-02[46]|MOD-007)$/ },
    "an invocation is answered twice, or something is written for it after its answer",
  ],
  [
    { function: true, noticed: /^SES-090$/, came: /which (was never opened|is answered)/ },
    "the program writes for an id that nobody waits for: it counts ids itself, answers what needs no answer, or answers late",
  ],
  [
    { function: true, noticed: /^SES-090$/ },
    "the program writes a frame that its side of a session may not write, such as those of a host",
  ],
  [
    { noticed: /^PBF-010$/ },
    "the serializer leaves out an id of 0, or writes it behind the members; it is the first field and always written",
  ],
  [
    { noticed: /^JSN-026$/ },
    "the serializer writes null for what is not set; it can be told to leave it out",
  ],
  [
    { noticed: /^JSN-024$/ },
    "a number or text of another JSON type: integers of 64 bits are texts, those of 32 bits are not",
  ],
  [{ noticed: /^JSN-00[12]$/ }, "lines are not ended with one line feed, such as with CR LF"],
  [{ noticed: /^ERR-005$/ }, "the exception is printed into the message, stack and all"],
  [
    { noticed: /^VER-0(01|09|10)$/ },
    "the program is made for another version, or adds members under names that are not its own",
  ],
  [{ noticed: /^SES-048$/ }, "the initial credit of hello, or what a frame costs, is not counted"],
  [
    { noticed: /^REC-031$/ },
    "the program does not write a preface, or writes that of another format",
  ],
  [
    { signature: /^handshake$/, came: /nothing more .* lives, it has written nothing/ },
    "ready is not written, or output is buffered and not flushed",
  ],
  [
    { signature: /^handshake$/, came: /exit status 64/ },
    "the program does not know STDFN_MODE=session",
  ],
  [
    { signature: /^handshake$/, came: /end of the process/ },
    "the program fails while it starts; standard error may say why",
  ],
  [
    { signature: /^different$/, came: /exit status 64, and no line before it/ },
    "the program does not know STDFN_MODE=describe",
  ],
  [
    { signature: /^different$/, came: /end of the process.*, and no line before it/ },
    "the program fails while it starts; standard error may say why",
  ],
  [
    { function: true, signature: /timeout$/, came: /has written nothing/ },
    "output is buffered and not flushed, or the program waits for the end of its input",
  ],
  [
    { function: true, signature: /timeout$/, came: /lives/, wanted: answer },
    "output is buffered and not flushed, or the program waits for something that does not come, such as the end of its input or more credit",
  ],
  [
    { function: true, signature: /timeout$/, came: overspent, wanted: /"resource_exhausted"/ },
    "what comes for the id has overspent its credit unseen: no frame that costs may come while the balance is 0 or less",
  ],
  [{ signature: /different$/, came: /exit status (70|1)\b/ }, "an exception that nothing catches"],
  [
    { signature: /^different:error\.code$/ },
    "the failure is noticed, and answered with another code",
  ],
  [
    { signature: /different:.*data/, wasSent: true },
    "the payload is changed on its way, for instance by a conversion of text",
  ],
  [
    { signature: /^drain:/ },
    "the program does not end by itself once it is drained, or not with status 0",
  ],
  [
    { signature: /^probe:/ },
    "the failure before has left the program in a state in which it no longer serves",
  ],
  [
    { signature: /^incomplete$/ },
    "the program ends before its output is written, or without the error that says why",
  ],
];

/**
 * The likely cause of a failure, if its kind is known; nothing is guessed.
 * @param transcript what went over the wire
 */
export function likelyCause(
  failure: Failure,
  transcript: readonly Pick<Entry, "way" | "text">[] = [],
): string | undefined {
  const { signature, wanted, came, ends = [], noticed_by: noticed = "" } = failure;
  if (ends.length === 0 && isEcho(transcript)) return echo;
  if (signature.startsWith("breach:") && isPassedOn(ends))
    return "a fault is passed on as it came; a runtime has to check what it passes on";
  const refuses = wanted.some((one) => one.includes('"error":'));
  if (!refuses && hasRefused(failure))
    return "the runtime speaks with its host, and refuses the format, or the manifest in the folder that it was given";
  if (ends.includes(notStarted) && !refuses && !signature.startsWith("different:"))
    return "the runtime does not take its last argument as the folder of a stdfn.json, or cannot start the program that stands there";
  const text = came.join("\n");
  return causes.find(
    ([signs]) =>
      (signs.noticed?.test(noticed) ?? true) &&
      (signs.signature?.test(signature) ?? true) &&
      (signs.came?.test(text) ?? true) &&
      wanted.every((one) => signs.wanted?.test(one) ?? true) &&
      (signs.function === undefined || ends.length === 0) &&
      (signs.wasSent === undefined || wasSent(failure, transcript)),
  )?.[1];
}

/** Whether what the kit has sent as a host came back as it was. */
function isEcho(transcript: readonly Pick<Entry, "way" | "text">[]): boolean {
  const sent = new Set(transcript.flatMap(({ way, text }) => (way === ">" ? [text] : [])));
  return transcript.some(({ way, text }) => way === "<" && hostOnly.test(text) && sent.has(text));
}

/** Whether a runtime that has started nothing has said why: by an error for the whole session, or its exit status. */
function hasRefused({ came, ends = [] }: Failure): boolean {
  const [above = ""] = ends;
  const isError = /last came \{"frame":\{"id":0,"error":/.test(above);
  return ends.includes(notStarted) && (isError || /exit status (76|78)\b/.test(came.join("\n")));
}

/** Whether the value that was wanted stands in what was sent. Numbers are found anywhere, so they show nothing. */
function wasSent(
  { difference }: Failure,
  transcript: readonly Pick<Entry, "way" | "text">[],
): boolean {
  const [value] = /"(?:[^"\\]|\\.)+"/.exec(difference?.wanted ?? "") ?? [];
  const core = value?.slice(1, -1);
  return (
    core !== undefined && transcript.some(({ way, text }) => way === ">" && text.includes(core))
  );
}

/** Whether a fault that came at one end of a runtime is the last that went into the other. */
function isPassedOn(ends: readonly string[]): boolean {
  const [above, ...below] = ends.map((end) => /: last sent (.*); last came (.*)$/s.exec(end) ?? []);
  const isFault = (text: string | undefined): boolean => text?.startsWith("fault ") ?? false;
  return below.some(
    ([, sent, came]) =>
      (isFault(sent) && sent === above?.[2]) || (isFault(came) && came === above?.[1]),
  );
}
