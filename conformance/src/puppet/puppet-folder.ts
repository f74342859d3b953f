import { Buffer } from "node:buffer";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withChanges } from "../case/with-changes.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { messageReader } from "./messages.ts";
import { type ProgramPlace, puppetCommand } from "./puppet-command.ts";
import { type Found, PuppetProcess } from "./puppet-process.ts";

/** So many octets the path of a socket has at most: 108 on Linux, 104 on others, one of which ends it. */
const mostSocketPath = 103;

type Greeting = Found & { readonly child?: true; readonly parent?: number };

/**
 * A folder with a `stdfn.json` that a candidate can host, and the processes it starts of it. The socket through which
 * they are led stands in the folder too, and they know it from their arguments, since a runtime clears the environment.
 */
export class PuppetFolder {
  readonly path: string;
  /** Every process that was started, in their order. */
  readonly processes: PuppetProcess[] = [];
  readonly #server: Server;
  readonly #links = new Set<Socket>();
  readonly #onStart: (started: PuppetProcess) => void;

  private constructor(path: string, onStart: (started: PuppetProcess) => void) {
    this.path = path;
    this.#onStart = onStart;
    this.#server = createServer((link) => this.#accept(link));
  }

  /**
   * Makes the folder.
   * @param manifest its members but for the command
   * @param how further arguments of the command, and how it names its program
   * @param files further files, by name
   */
  static async make(
    manifest: Readonly<Record<string, unknown>>,
    how: { readonly words: readonly string[]; readonly place: ProgramPlace },
    files: Readonly<Record<string, string>>,
    onStart: (started: PuppetProcess) => void,
  ): Promise<PuppetFolder> {
    const path = madeFolder();
    const folder = new PuppetFolder(path, onStart);
    const socket = join(path, "link");
    try {
      folder.#fill(socket, manifest, how, files);
      await folder.#listen(socket);
    } catch (error) {
      folder.remove();
      throw unusable(`the socket ${socket}`, error);
    }
    return folder;
  }

  /** Ends every process, and removes the folder. */
  remove(): void {
    this.#server.close();
    for (const link of this.#links) link.destroy();
    rmSync(this.path, { recursive: true, force: true });
  }

  #fill(
    socket: string,
    manifest: Readonly<Record<string, unknown>>,
    how: { readonly words: readonly string[]; readonly place: ProgramPlace },
    files: Readonly<Record<string, string>>,
  ): void {
    const { path } = this;
    const command = [...puppetCommand(path, how.place), socket, ...how.words];
    writeFileSync(join(path, "stdfn.json"), JSON.stringify(withChanges({ command }, manifest)));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  }

  async #listen(socket: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(socket, resolve);
    });
  }

  #accept(link: Socket): void {
    let owner: PuppetProcess | undefined;
    this.#links.add(link);
    link.once("close", () => this.#links.delete(link));
    link.on("error", () => link.destroy());
    const take = messageReader((type, body) => {
      if (type !== "g") return owner?.take(type, body);
      const greeting = JSON.parse(body.toString()) as Greeting;
      if (greeting.child) {
        this.processes.find(({ found }) => found.pid === greeting.parent)?.adopt(link);
        return;
      }
      const cwd = greeting.cwd === this.path ? "the folder" : greeting.cwd;
      owner = new PuppetProcess({ ...greeting, cwd }, link, this.processes);
      this.processes.push(owner);
      this.#onStart(owner);
    });
    link.on("data", take);
  }
}

/** @throws KitError if there can be none, or no socket in it */
function madeFolder(): string {
  let path: string;
  try {
    path = realpathSync(mkdtempSync(join(tmpdir(), "stdfn-puppet-")));
  } catch (error) {
    throw unusable(`a folder in ${tmpdir()}`, error);
  }
  const length = Buffer.byteLength(join(path, "link"));
  if (length <= mostSocketPath) return path;
  rmSync(path, { recursive: true, force: true });
  throw unusable(
    `a socket in ${tmpdir()}`,
    new Error(`its path would have ${length} octets, and ${mostSocketPath} is the most`),
  );
}

function unusable(what: string, error: unknown): KitError {
  return new KitError(
    `cannot make ${what}: ${(error as Error).message}; TMPDIR has to name a folder with a short path that can be written`,
    exitStatus.kit,
  );
}
