import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Case, Hosted, Plain } from "../case/case.ts";
import type { Freshness } from "../case/freshness.ts";
import { withChanges } from "../case/with-changes.ts";
import { puppetEnvironment } from "../puppet/puppet-command.ts";
import { PuppetFolder } from "../puppet/puppet-folder.ts";
import type { PuppetProcess } from "../puppet/puppet-process.ts";
import { prefaces } from "../wire/preface.ts";
import type { Format } from "../wire/unit.ts";
import type { Calls } from "./calls.ts";
import type { Changes } from "./changes.ts";
import { Conversation } from "./conversation.ts";
import { FunctionMonitor } from "./function-monitor.ts";
import { labelOf } from "./process-label.ts";
import { Transcript } from "./transcript.ts";
import { usual } from "./usual.ts";

/** A process of the function, and what is said to it. */
export interface Underling {
  readonly process: PuppetProcess;
  readonly conversation: Conversation;
  /** What stands before each line about it. */
  readonly label: string;
  /** It was only asked to describe itself, as a runtime may whatever the case is about: no case counts it. */
  readonly isAside: boolean;
}

/** The side below a runtime: the function that the kit plays, and its processes. */
export class Below {
  /** Variables that the candidate needs to find the program of the function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #folder: PuppetFolder;
  readonly #started: readonly Underling[];
  readonly #hosted: Hosted;

  private constructor(folder: PuppetFolder, started: readonly Underling[], hosted: Hosted) {
    this.#hosted = hosted;
    this.environment = puppetEnvironment(folder.path, hosted.program ?? "absolute");
    this.#folder = folder;
    this.#started = started;
  }

  /** Makes the function of a case; processes of it open by themselves as the case says. */
  static async make(
    of: Pick<Case, "function">,
    format: Format,
    freshness: Freshness,
    around: { readonly changes: Changes; readonly calls: Calls; readonly transcript: Transcript },
  ): Promise<Below> {
    const hosted = of.function ?? {};
    const { program: place = "absolute" } = hosted;
    const limits = {
      ...usual.function.manifest.limits,
      ...(hosted.manifest?.["limits"] as Plain | undefined),
    };
    const manifest = { ...usualManifest(hosted, format), ...hosted.manifest, limits };
    const started: Underling[] = [];
    const below = (process: PuppetProcess): void => {
      const mode = modeOf(process);
      const isAside = mode === "describe" && !isAboutDescribing(hosted);
      const label = labelOf(mode, isAside ? undefined : counted(started).length + 1);
      const transcript = new Transcript(around.transcript, label);
      const begun = { process, label, mode, transcript, format: formatOf(hosted, format) };
      const conversation = begin(begun, hosted, around);
      if (isAside) describe(begun, freshness, describedBy(manifest));
      else act(begun, conversation, hosted, freshness);
      started.push({ process, conversation, label, isAside });
      around.changes.notify();
    };
    const folder = await PuppetFolder.make(
      freshness.object(manifest),
      { words: (hosted.arguments ?? []).map((word) => freshness.text(word)), place },
      freshness.object(hosted.files ?? {}) as Record<string, string>,
      below,
    );
    return new Below(folder, started, hosted);
  }

  /** Path of the folder that the candidate is given. */
  get path(): string {
    return this.#folder.path;
  }

  /** The stdfn.json that stands there. */
  get manifest(): string {
    return readFileSync(join(this.path, "stdfn.json"), "utf8");
  }

  /** The processes that a case counts, in their order. */
  get all(): readonly Underling[] {
    return counted(this.#started);
  }

  /** Every process, those too that were only asked to describe themselves. */
  get every(): readonly Underling[] {
    return this.#started;
  }

  /** Those whose start is a start of the function where none may come: a filter can be asked before it is needed. */
  get starts(): readonly Underling[] {
    return this.#hosted.mode === "filter" ? this.all : this.every;
  }

  /** Whether every process is gone. */
  get isGone(): boolean {
    return this.every.every(({ process }) => process.isGone);
  }

  /**
   * Lets every process that lives end in order, unless it stays: at `drain`, or at the end of its input.
   * @param isDrained whether the candidate was drained, so that it has to drain what it hosts too (RLY-032)
   */
  oblige(isDrained: boolean): void {
    if (this.#hosted.stays) return;
    for (const { process, conversation } of this.all) {
      const { monitor } = conversation;
      const session = conversation.queue(0);
      const at = session.findIndex(({ kind }) => kind === "drain");
      if (at >= 0) session.splice(at, 1);
      const asked =
        monitor instanceof FunctionMonitor
          ? monitor.live === 0 && (monitor.isDraining || (!isDrained && conversation.outputEnded))
          : conversation.outputEnded;
      if (process.ending === undefined && asked) process.exit({ status: 0 });
    }
  }

  remove(): void {
    this.#folder.remove();
  }
}

/** The format that the function speaks in a case of this format. */
function formatOf({ format = "same" }: Hosted, ofCase: Format): Format {
  if (format === "same") return ofCase;
  return ofCase === "json" ? "protobuf" : "json";
}

function usualManifest(hosted: Hosted, format: Format): Plain {
  return {
    ...usual.function.manifest,
    modes: [hosted.mode ?? "session"],
    formats: [formatOf(hosted, format)],
  };
}

function counted(started: readonly Underling[]): readonly Underling[] {
  return started.filter(({ isAside }) => !isAside);
}

/** Whether what the function says of itself is a part of the case, or how else it becomes known what it offers. */
function isAboutDescribing({ describes, manifest = {} }: Hosted): boolean {
  return describes !== undefined || manifest["modes"] === null || manifest["formats"] === null;
}

/** What the function says of itself where a case is about something else: nothing but what its manifest says. */
function describedBy({ name, version, modes, formats, concurrency, limits }: Plain): Plain {
  const { max_record: most } = limits as Plain;
  const said = { name, version, modes, formats, concurrency };
  return { ...said, ...(most !== undefined && { limits: { max_record: most } }) };
}

/** A process that has started, and what it is to be. */
interface Begun {
  readonly process: PuppetProcess;
  readonly mode: "session" | "pipe" | "filter" | "describe";
  readonly format: Format;
  readonly transcript: Transcript;
}

function modeOf({ found }: PuppetProcess): Begun["mode"] {
  const asked = found.env["STDFN_MODE"];
  return asked === "describe" || asked === "filter" || asked === "pipe" ? asked : "session";
}

function begin(
  { process, mode, format, transcript }: Begun,
  { manifest }: Hosted,
  around: { readonly changes: Changes; readonly calls: Calls },
): Conversation {
  const raw = mode === "filter" || mode === "describe";
  const isShared = manifest?.["sharing"] === "tenants";
  return Conversation.below({ ...around, mode, format, raw, isShared, transcript }, process);
}

/** Lets a process say what it is, and end. */
function describe(
  { process, transcript }: Begun,
  freshness: Freshness,
  changes: Plain | undefined,
): void {
  const said = JSON.stringify(freshness.object(withChanges(usual.function.describes, changes)));
  transcript.add(">", said);
  process.write(Buffer.from(`${said}\n`));
  process.exit({ status: 0 });
}

/** Lets a process do by itself what the case does not spell. */
function act(
  begun: Begun,
  conversation: Conversation,
  { opening, describes, ready: changes }: Hosted,
  freshness: Freshness,
): void {
  const { mode, format } = begun;
  if (opening === "none") return;
  if (mode === "describe") describe(begun, freshness, describes);
  if (mode !== "session") return;
  const ready = freshness.object(withChanges(usual.function.ready, changes));
  conversation.whenGreeted(() => {
    // The line feed ends what may stand before it on the line (SES-108).
    const before = Buffer.from(format === "json" ? "\n" : "");
    conversation.send(Buffer.concat([before, prefaces[format]]));
    conversation.sendFrame({ id: 0, ready });
  });
}
