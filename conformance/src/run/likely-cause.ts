import { notStarted } from "./both-ends.ts";
import type { Failure } from "./judgement.ts";

/** Causes that were seen behind a kind of failure; the first that fits is named. */
const causes: readonly (readonly [signature: RegExp, came: RegExp, cause: string])[] = [
  [
    /^breach:(JSN-0(07|08|10|17|21)|PBF-00[34]|REC-003)$/,
    /./,
    "something prints to standard output: the protocol has to be moved off descriptor 1 before user code runs",
  ],
  [
    /^breach:SES-108$/,
    /./,
    "the JSON preface of a session is written without its line feed before",
  ],
  [
    /^breach:SES-024$/,
    /./,
    "an invocation is answered twice, or something is written for it after its answer",
  ],
  [
    /^breach:PBF-010$/,
    /./,
    "the serializer leaves out an id of 0, or writes it behind the members; it is the first field and always written",
  ],
  [
    /^breach:JSN-026$/,
    /./,
    "the serializer writes null for what is not set; it can be told to leave it out",
  ],
  [
    /^breach:JSN-024$/,
    /./,
    "a number or text of another JSON type: integers of 64 bits are texts, those of 32 bits are not",
  ],
  [/^breach:JSN-00[12]$/, /./, "lines are not ended with one line feed, such as with CR LF"],
  [/^breach:ERR-005$/, /./, "the exception is printed into the message, stack and all"],
  [
    /^breach:VER-0(01|09|10)$/,
    /./,
    "the program is made for another version, or adds members under names that are not its own",
  ],
  [/^breach:SES-048$/, /./, "the initial credit of hello, or what a frame costs, is not counted"],
  [
    /^breach:REC-031$/,
    /./,
    "the program does not write a preface, or writes that of another format",
  ],
  [
    /^handshake$/,
    /nothing more .* lives, it has written nothing/,
    "ready is not written, or output is buffered and not flushed",
  ],
  [/^handshake$/, /exit status 64/, "the program does not know STDFN_MODE=session"],
  [
    /^handshake$/,
    /end of the process/,
    "the program fails while it starts; standard error may say why",
  ],
  [
    /timeout$/,
    /has written nothing/,
    "output is buffered and not flushed, or the program waits for the end of its input",
  ],
  [
    /timeout$/,
    /lives/,
    "the program waits for something that does not come, such as the end of its input or more credit",
  ],
  [/different$/, /exit status (70|1)\b/, "an exception that nothing catches"],
  [/^different:error\.code$/, /./, "the failure is noticed, and answered with another code"],
  [
    /different:.*data/,
    /./,
    "the payload is changed on its way, for instance by a conversion of text",
  ],
  [
    /^company:/,
    /./,
    "the case passes with a process of its own: what went before it in this process has left something behind",
  ],
  [/^drain:/, /./, "the program does not end by itself once it is drained, or not with status 0"],
  [
    /^probe:/,
    /./,
    "the failure before has left the program in a state in which it no longer serves",
  ],
  [/^incomplete$/, /./, "the program ends before its output is written"],
];

/** The likely cause of a failure, if its kind is known; nothing is guessed. */
export function likelyCause({ signature, came, ends = [] }: Failure): string | undefined {
  if (ends.includes(notStarted) && !signature.startsWith("different:"))
    return "the runtime does not take its last argument as the folder of a stdfn.json, or cannot start the program that stands there";
  const text = came.join("\n");
  return causes.find(([kind, shown]) => kind.test(signature) && shown.test(text))?.[2];
}
