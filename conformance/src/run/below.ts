import { Buffer } from "node:buffer";
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
import { Transcript } from "./transcript.ts";
import { usual } from "./usual.ts";

/** A process of the function, and what is said to it. */
export interface Underling {
  readonly process: PuppetProcess;
  readonly conversation: Conversation;
}

/** The side below a runtime: the function that the kit plays, and its processes. */
export class Below {
  /** Variables that the candidate needs to find the program of the function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #folder: PuppetFolder;
  readonly #all: readonly Underling[];

  readonly #stays: boolean;

  private constructor(folder: PuppetFolder, all: readonly Underling[], hosted: Hosted) {
    this.#stays = hosted.stays ?? false;
    this.environment = puppetEnvironment(folder.path, hosted.program ?? "absolute");
    this.#folder = folder;
    this.#all = all;
  }

  /** Makes the function of a case; processes of it open by themselves as the case says. */
  static async make(
    of: Pick<Case, "function">,
    format: Format,
    freshness: Freshness,
    around: { readonly changes: Changes; readonly calls: Calls; readonly transcript: Transcript },
  ): Promise<Below> {
    const hosted = of.function ?? {};
    const all: Underling[] = [];
    const below = (process: PuppetProcess): void => {
      const transcript = new Transcript(around.transcript, `function ${all.length + 1}: `);
      all.push(begin(process, hosted, format, freshness, { ...around, transcript }));
      around.changes.notify();
    };
    const { program: place = "absolute" } = hosted;
    const limits = {
      ...usual.function.manifest.limits,
      ...(hosted.manifest?.["limits"] as Plain | undefined),
    };
    const manifest = { ...usualManifest(hosted, format), ...hosted.manifest, limits };
    const folder = await PuppetFolder.make(
      freshness.object(manifest),
      { words: (hosted.arguments ?? []).map((word) => freshness.text(word)), place },
      freshness.object(hosted.files ?? {}) as Record<string, string>,
      below,
    );
    return new Below(folder, all, hosted);
  }

  /** Path of the folder that the candidate is given. */
  get path(): string {
    return this.#folder.path;
  }

  /** Every process that was started, in their order. */
  get all(): readonly Underling[] {
    return this.#all;
  }

  /** Whether every process is gone. */
  get isGone(): boolean {
    return this.#all.every(({ process }) => process.isGone);
  }

  /**
   * Lets every process that lives end in order, unless it stays: at `drain`, or at the end of its input.
   * @param isDrained whether the candidate was drained, so that it has to drain what it hosts too (RLY-032)
   */
  oblige(isDrained: boolean): void {
    if (this.#stays) return;
    for (const { process, conversation } of this.#all) {
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

function begin(
  process: PuppetProcess,
  hosted: Hosted,
  ofCase: Format,
  freshness: Freshness,
  around: { readonly changes: Changes; readonly calls: Calls; readonly transcript: Transcript },
): Underling {
  const format = formatOf(hosted, ofCase);
  const asked = process.found.env["STDFN_MODE"];
  const mode = asked === "describe" || asked === "filter" || asked === "pipe" ? asked : "session";
  const raw = mode === "filter" || mode === "describe";
  const conversation = Conversation.below(
    { mode, format, raw, isShared: hosted.manifest?.["sharing"] === "tenants", ...around },
    process,
  );
  if (mode === "describe" && hosted.opening !== "none") {
    const said = freshness.object(withChanges(usual.function.describes, hosted.describes));
    process.write(Buffer.from(`${JSON.stringify(said)}\n`));
    process.exit({ status: 0 });
  }
  if (mode !== "session" || hosted.opening === "none") return { process, conversation };
  const ready = freshness.object(withChanges(usual.function.ready, hosted.ready));
  conversation.whenGreeted(() => {
    // The line feed ends what may stand before it on the line (SES-108).
    const before = Buffer.from(format === "json" ? "\n" : "");
    conversation.send(Buffer.concat([before, prefaces[format]]));
    conversation.sendFrame({ id: 0, ready });
  });
  return { process, conversation };
}
