import { isatty } from "node:tty";
import { type Codec, type CodecError, type StreamMode, StreamReader } from "@stdfn/schemas/codec";
import { describe } from "./describe.ts";
import { FilterServer } from "./filter-mode.ts";
import { exitStatusOf, FunctionError } from "./function-error.ts";
import { complain } from "./log-line.ts";
import { PipeServer } from "./pipe-mode.ts";
import {
  announcedMode,
  filterContext,
  filterEvent,
  type StdfnVariables,
} from "./program-environment.ts";
import { announcedStatus, recogniseInput } from "./recognise-input.ts";
import type { ModeName } from "./serve-options.ts";
import { Session } from "./session/session.ts";
import type { Settings } from "./settings.ts";
import { claimStdin } from "./stdio/claim-stdin.ts";
import { claimStdout } from "./stdio/claim-stdout.ts";
import { type Input, type InputListener, openInput } from "./stdio/input.ts";
import { Output } from "./stdio/output.ts";
import { type FeedOwner, StreamFeed } from "./stream-feed.ts";
import type { StreamServer, Surroundings } from "./stream-server.ts";
import { usage } from "./usage.ts";

type Server = Pick<StreamServer, "crashed" | "initFailed">;

// After work was lost nobody may be reading: the last words are not waited for longer than this.
const lastWordsMs = 1000;

/** A program that serves: reads what it was given, serves it in its mode, and exits with the status that fits. */
export class Program implements Surroundings, FeedOwner, InputListener {
  readonly settings: Settings;
  readonly output: Output;
  readonly #variables: StdfnVariables;
  readonly #input: Input;
  #stage: InputListener | undefined;
  #feed: StreamFeed | undefined;
  #server: Server | undefined;
  #opening: Uint8Array = new Uint8Array(0);
  #initialised = false;
  #initError: FunctionError | undefined;
  #proceed: (() => void) | undefined;
  #leaving = false;
  #status = 0;

  private constructor(settings: Settings, variables: StdfnVariables) {
    this.settings = settings;
    this.#variables = variables;
    this.output = new Output(claimStdout(), (error) => this.#outputFailed(error));
    claimStdin();
    this.#input = openInput();
  }

  /** Decides by the announced mode, before anything is read (REC-015). */
  static start(settings: Settings, variables: StdfnVariables): void {
    const mode = announcedMode(variables);
    if (mode === "describe") {
      process.stdout.on("error", (error) => refuse(settings, 74, outputMessage(error)));
      process.stdout.write(`${describe(settings)}\n`, (error) => {
        if (error == null) process.exit(0);
      });
    } else if (mode !== undefined && !isModeName(mode)) {
      const allowed = "filter, pipe, session and describe";
      refuse(
        settings,
        64,
        `STDFN_MODE is ${JSON.stringify(mode)}; allowed are ${allowed}, or leave it unset`,
      );
    } else if (mode !== undefined && !settings.modes.includes(mode)) {
      refuse(
        settings,
        76,
        `STDFN_MODE is ${mode}; this function offers ${settings.modes.join(", ")}`,
      );
    } else if (mode === undefined && isatty(0)) {
      process.stderr.write(`${usage(settings)}\n`);
      process.exit(64);
    } else new Program(settings, variables).#run(mode);
  }

  hold(): void {
    this.#feed?.hold();
    this.#input.pause();
  }

  resume(): void {
    this.#feed?.resume();
    this.#input.resume();
  }

  whenInitialised(proceed: () => void): void {
    if (this.#initialised) proceed();
    else {
      this.#proceed = proceed;
      this.hold();
      if (this.#initError !== undefined) queueMicrotask(() => this.#settleInit());
    }
  }

  leave(status: number, message?: string): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#status = status;
    if (message !== undefined) complain(this.settings.name, message);
    const exit = (): never => process.exit(this.#status);
    if (status === 74) setTimeout(exit, lastWordsMs).unref();
    this.output.finish().then(exit, exit);
  }

  serverFor(mode: StreamMode, codec: Codec): StreamServer | undefined {
    const { modes } = this.settings;
    if (!modes.includes(mode)) {
      this.leave(76, `the input is that of a ${mode}; this function offers ${modes.join(", ")}`);
      return undefined;
    }
    const server = mode === "session" ? new Session(this, codec) : new PipeServer(this, codec);
    this.#server = server;
    return server;
  }

  refuse(error: CodecError): void {
    const announced = announcedMode(this.#variables) !== undefined;
    this.leave(announced ? announcedStatus(error) : error.exitStatus, error.in("the input"));
  }

  data(bytes: Uint8Array): void {
    if (this.#stage === undefined) {
      this.#opening = Buffer.concat([this.#opening, bytes]);
      this.#open(false);
    } else this.#stage.data(bytes);
  }

  end(): void {
    if (this.#stage === undefined) this.#open(true);
    else this.#stage.end();
  }

  failed(error: Error): void {
    if (this.#stage === undefined) this.leave(74, `reading standard input: ${error.message}`);
    else this.#stage.failed(error);
  }

  #outputFailed(error: NodeJS.ErrnoException): void {
    const message = outputMessage(error);
    // It can be the last thing that was to be written, after the function had decided to leave with success.
    if (this.#leaving) complain(this.settings.name, message);
    else this.leave(74, message);
    this.#status = 74;
  }

  #run(mode: ModeName | undefined): void {
    this.#watchProcess();
    this.#initialise();
    if (mode === "filter") this.#startFilter();
    else if (mode !== undefined) this.#startStream(mode);
    this.#input.start(this);
  }

  #open(ended: boolean): void {
    const bytes = this.#opening;
    const opening = recogniseInput(bytes, ended, this.settings);
    if (opening.kind === "more") return;
    if (opening.kind === "refuse") {
      this.#input.pause();
      this.leave(opening.status, opening.message);
      return;
    }
    this.#opening = new Uint8Array(0);
    if (opening.kind === "filter" && opening.notice !== undefined)
      complain(this.settings.name, opening.notice);
    const stage = opening.kind === "filter" ? this.#startFilter() : this.#startStream(undefined);
    if (bytes.length > 0) stage.data(bytes);
    if (ended) stage.end();
  }

  #startFilter(): InputListener {
    try {
      const event = filterEvent(this.#variables);
      const server = new FilterServer(this, event, filterContext(this.#variables));
      this.#server = server;
      this.#stage = server;
      return server;
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      this.leave(exitStatusOf(error), error.message);
      this.#stage = ignored;
      return ignored;
    }
  }

  #startStream(mode: StreamMode | undefined): InputListener {
    const { formats, maxRecord, name } = this.settings;
    const announced = mode !== undefined && { mode };
    const reader = new StreamReader({ formats, maxRecord, name, ...announced });
    this.#feed = new StreamFeed(this, reader, mode);
    this.#stage = this.#feed;
    return this.#feed;
  }

  #initialise(): void {
    const { init } = this.settings;
    if (init === undefined) {
      this.#initialised = true;
      return;
    }
    Promise.resolve()
      .then(init)
      .then(
        () => {
          this.#initialised = true;
          this.#settleInit();
        },
        (error: unknown) => {
          this.#initError = FunctionError.from(error);
          this.#settleInit();
        },
      );
  }

  #settleInit(): void {
    const proceed = this.#proceed;
    if (proceed === undefined) return;
    this.#proceed = undefined;
    if (this.#initError === undefined) {
      proceed();
      this.resume();
    } else this.#server?.initFailed(this.#initError);
  }

  /** Uncaught errors, and ends that nobody announced, leave the host with an answer. */
  #watchProcess(): void {
    // A reader of standard error that is gone is no failure of the function, least of all one to report there.
    process.stderr.on("error", () => {});
    process.on("uncaughtException", (error: unknown) => {
      if (process.listenerCount("uncaughtException") > 1) return;
      complain(
        this.settings.name,
        `uncaught: ${error instanceof Error ? error.stack : String(error)}`,
      );
      this.#crash(new FunctionError("internal", `uncaught: ${FunctionError.from(error).message}`));
    });
    process.on("beforeExit", () => {
      if (this.#leaving) return;
      const message =
        "the handler's promise can never settle: nothing is left that could settle it";
      this.#crash(new FunctionError("internal", message));
    });
    process.on("exit", (status) => {
      this.output.flush();
      if (this.#leaving) return;
      complain(
        this.settings.name,
        `the process was ended with status ${status} before its work was done`,
      );
    });
  }

  #crash(error: FunctionError): void {
    this.#server?.crashed(error);
    this.leave(70, error.message);
  }
}

/** Takes what is still read of an input that was refused. */
const ignored: InputListener = {
  data: () => undefined,
  end: () => undefined,
  failed: () => undefined,
};

function isModeName(mode: string): mode is ModeName {
  return mode === "filter" || mode === "pipe" || mode === "session";
}

function outputMessage({ code, message }: NodeJS.ErrnoException): string {
  const cause = code === "EPIPE" ? "; its reader is gone" : "";
  return `writing standard output: ${message}${cause}`;
}

function refuse(settings: Settings, status: number, message: string): void {
  complain(settings.name, message);
  process.exit(status);
}
