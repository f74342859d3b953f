import { constants, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import process from "node:process";
import type { Writable } from "node:stream";
import { writeNamedPipe } from "../stdio/named-pipe.ts";
import { OutputFailure } from "../stdio/output-failure.ts";
import { type OutputPlace, unwritable } from "./output-place.ts";

/** Where bytes of results go: standard output, or a file that gets its name at the end. */
export class Sink {
  /** Bytes written so far. */
  size = 0;
  readonly #stream: Writable;
  readonly #place: OutputPlace | undefined;
  readonly #removePartial = (): void => {
    if (this.#place !== undefined) rmSync(partial(this.#place), { force: true });
  };

  constructor(stream: Writable, place?: OutputPlace) {
    this.#stream = stream;
    this.#place = place;
    stream.on("error", () => {});
  }

  /** Opens a file. @throws UsageError if it cannot be written */
  static async open(place: OutputPlace): Promise<Sink> {
    try {
      if (place.kind === "pipe") return new Sink(await writeNamedPipe(place.path), place);
      if (place.kind === "device")
        return new Sink((await open(place.path, constants.O_WRONLY)).createWriteStream(), place);
      const file = await open(partial(place), "w");
      if (place.mode !== undefined) await file.chmod(place.mode);
      const sink = new Sink(file.createWriteStream(), place);
      process.on("exit", sink.#removePartial);
      return sink;
    } catch (cause) {
      throw unwritable(place.name, cause);
    }
  }

  /** Resolves when there is room for more. @throws OutputFailure */
  async write(bytes: Uint8Array | string): Promise<void> {
    this.size += Buffer.byteLength(bytes);
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (error == null) resolve();
        else reject(this.#failure(error));
      });
    });
  }

  /** Closes a file. @param keep true to give it its name, false to drop what was written. @throws OutputFailure */
  async close(keep: boolean): Promise<void> {
    if (this.#place === undefined) return;
    if (!this.#stream.closed)
      await new Promise<void>((resolve) => {
        this.#stream.once("close", resolve);
        this.#stream.end();
      });
    if (this.#place.kind !== "file") return this.#check();
    try {
      this.#check();
      if (keep) await rename(partial(this.#place), this.#place.path);
    } catch (cause) {
      throw cause instanceof OutputFailure ? cause : this.#failure(cause as Error);
    } finally {
      process.off("exit", this.#removePartial);
      this.#removePartial();
    }
  }

  #check(): void {
    if (this.#stream.errored != null) throw this.#failure(this.#stream.errored);
  }

  #failure(cause: Error): OutputFailure {
    const { name } = this.#place ?? {};
    return new OutputFailure(name === undefined ? "standard output" : `--output ${name}`, cause);
  }
}

const partial = ({ path }: OutputPlace): string => `${path}.partial`;
