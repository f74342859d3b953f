import type { Readable } from "node:stream";
import {
  beginsLikePreface,
  type CodecError,
  cutPrefaceError,
  noPrefaceError,
  rawInputNotice,
  recognise,
  StreamReader,
} from "@stdfn/schemas/codec";
import { readUnit, type Unit, UnitSource } from "./unit-source.ts";

/** What a relay was given to serve. */
export type RelayInput =
  | { readonly kind: "refused"; readonly status: number; readonly message: string }
  | { readonly kind: "describe" }
  | {
      readonly kind: "filter";
      readonly head: Uint8Array;
      /** Where the bytes look like more than raw data. */
      readonly notice?: string;
    }
  | {
      readonly kind: "pipe" | "session";
      readonly format: "json" | "protobuf";
      readonly source: UnitSource;
    };

/** Where the input comes from. */
export interface InputSurroundings {
  readonly input: Readable;
  /** `STDFN_MODE`. */
  readonly mode: string | undefined;
  readonly isTerminal: boolean;
  /** Largest body of an event or chunk that is taken. */
  readonly maxRecord: number;
}

type Announced = "pipe" | "session" | undefined;

const accepts = `the preface {"stdfn":"1"} or 0a 08 "STDFN/1\\n" and then the records of a pipe or the frames of a session`;
/** A relay as the fixes name it. */
const reader = "stdfn relay FOLDER";
/** Bytes of the first line that are looked at when it cannot be read. */
const frameStart = 64;
const frameLine = /^[ \t\r]*\{[ \t\r]*"frame"[ \t\r]*:/;

/** Finds out what standard input holds, by the table of the recognition chapter (REC-015). */
export async function recogniseInput(surroundings: InputSurroundings): Promise<RelayInput> {
  const { input, mode, isTerminal } = surroundings;
  if (mode === "describe") return { kind: "describe" };
  if (mode === "filter") return { kind: "filter", head: noBytes };
  const announced = mode === "" ? undefined : mode;
  if (announced !== undefined && announced !== "pipe" && announced !== "session")
    return refused(
      64,
      `STDFN_MODE is ${JSON.stringify(mode)}; allowed are filter, pipe, session and describe`,
    );
  if (announced === undefined && isTerminal)
    return refused(
      64,
      `standard input is a terminal; a relay is a function and reads a stream there: ${accepts}`,
    );
  let head: Uint8Array = noBytes;
  for (;;) {
    const chunk = await nextChunk(input);
    if (chunk !== undefined) head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const decided = await decide(surroundings, head, chunk === undefined, announced);
    if (decided !== undefined) return decided;
  }
}

async function decide(
  { input, maxRecord }: InputSurroundings,
  head: Uint8Array,
  ended: boolean,
  announced: Announced,
): Promise<RelayInput | undefined> {
  const found = recognise(head, ended);
  if (found.kind === "more") return undefined;
  if (found.kind === "preface") {
    const reader = new StreamReader({
      maxRecord,
      ...(announced === undefined ? {} : { mode: announced }),
    });
    reader.push(head);
    if (announced !== undefined)
      return { kind: announced, format: found.format, source: new UnitSource(input, reader) };
    return byFirstUnit(input, reader, head, found);
  }
  if (found.kind === "fault")
    return refused(found.error.exitStatus, found.error.in("standard input"));
  const cut = announced === undefined ? undefined : cutPrefaceError(head);
  if (cut !== undefined) return refused(cut.exitStatus, cut.message);
  const message = `${noPrefaceError(head, reader).message}; accepted is ${accepts}`;
  if (announced !== undefined) return refused(76, message);
  if (found.misplacedAt !== undefined) return refused(65, message);
  if (beginsLikePreface(head)) return refused(65, message);
  const notice = rawInputNotice(head, reader);
  return notice === undefined ? { kind: "filter", head } : { kind: "filter", head, notice };
}

/** After a preface the first field or line decides: a frame opens a session, anything else a pipe. */
async function byFirstUnit(
  input: Readable,
  reader: StreamReader,
  head: Uint8Array,
  { format, length }: { readonly format: "json" | "protobuf"; readonly length: number },
): Promise<RelayInput> {
  let line: Uint8Array = head.subarray(length, length + frameStart);
  let first: Unit | CodecError | undefined;
  for (;;) {
    first = readUnit(reader);
    if (first !== undefined) break;
    const chunk = await nextChunk(input);
    if (chunk === undefined) {
      reader.end();
      first = readUnit(reader);
      if (first !== undefined) break;
      return refused(65, "the input stops after its preface; expected are records or frames");
    }
    line = Buffer.concat([line, chunk.subarray(0, frameStart)]);
    reader.push(chunk);
  }
  const isFrame = reader.mode === "session" || frameLine.test(Buffer.from(line).toString("latin1"));
  const source = new UnitSource(input, reader, first);
  return { kind: isFrame ? "session" : "pipe", format, source };
}

/** The next bytes, undefined at the end. Reading pauses after them. */
function nextChunk(input: Readable): Promise<Uint8Array | undefined> {
  if (input.readableEnded || input.destroyed) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const finish = (chunk: Uint8Array | undefined): void => {
      input.pause();
      input.off("data", finish).off("end", ended).off("error", ended);
      resolve(chunk);
    };
    const ended = (): void => finish(undefined);
    input.on("data", finish).on("end", ended).on("error", ended);
    input.resume();
  });
}

function refused(status: number, message: string): RelayInput {
  return { kind: "refused", status, message };
}

const noBytes: Uint8Array = new Uint8Array(0);
