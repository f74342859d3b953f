import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Instance, Runtime } from "@stdfn/runtime";
import type { FormatName } from "@stdfn/schemas";
import { call } from "./call.ts";
import { type Subject, seconds } from "./measure.ts";

function connect(file: string, format: FormatName): Promise<Instance> {
  const program = fileURLToPath(new URL(`./${file}.js`, import.meta.url));
  return new Runtime().connect(
    { command: [process.execPath, program], env: { NODE_ENV: "production" } },
    { mode: "session", format },
  );
}

/** Round trips a second of 128 bytes through a session, `inFlight` at a time. */
export async function session(
  inFlight: number,
  calls: number,
  format: FormatName,
): Promise<Subject> {
  const instance = await connect("echo-function", format);
  const once = async (): Promise<void> => {
    const answer = await instance.invoke(call.event, { timeoutMs: 30_000 }).collect();
    if (!answer.ok || answer.events.length !== 1)
      throw new Error(`the call failed: ${JSON.stringify(answer)}`);
  };
  return {
    name: `session, ${format}`,
    async round() {
      const elapsed = await seconds(async () => {
        let left = calls;
        const lane = async (): Promise<void> => {
          while (left-- > 0) await once();
        };
        await Promise.all(Array.from({ length: inFlight }, lane));
      });
      return calls / elapsed;
    },
    close: () => instance.drain(),
  };
}

/** Bytes a second streamed through a session function, and what it cost both processes in memory. */
export async function sessionStream(
  total: number,
): Promise<Subject & { readonly memory: MemoryGrowth }> {
  const instance = await connect("stream-function", "protobuf");
  const piece = Buffer.alloc(65_536, 7);
  const memory = new MemoryGrowth(instance.pids[0] as number);
  return {
    name: "streamed session",
    memory,
    async round() {
      memory.begin();
      const elapsed = await seconds(async () => {
        const invocation = instance.invoke({
          event: { ...call.event, data: { kind: "none" } },
          body: pieces(piece, total),
        });
        let received = 0;
        for await (const { body } of invocation) {
          for await (const bytes of body ?? []) received += bytes.length;
        }
        if (received !== total) throw new Error(`${received} of ${total} bytes came back`);
      });
      memory.end();
      return total / elapsed;
    },
    close: () => instance.drain(),
  };
}

function* pieces(piece: Uint8Array, total: number): Generator<Uint8Array> {
  for (let sent = 0; sent < total; sent += piece.length) yield piece;
}

/** Peak resident memory of host and function over what they held before the first byte. */
class MemoryGrowth {
  /** Bytes, the most of all rounds. */
  host = 0;
  function = 0;
  readonly #pid: number;
  #hostBefore = 0;
  #functionBefore = 0;
  #peakHost = 0;
  #sampler: NodeJS.Timeout | undefined;

  constructor(pid: number) {
    this.#pid = pid;
  }

  begin(): void {
    globalThis.gc?.();
    this.#hostBefore = process.memoryUsage.rss();
    this.#functionBefore = residentBytes(this.#pid, "VmRSS");
    this.#peakHost = this.#hostBefore;
    this.#sampler = setInterval(() => {
      this.#peakHost = Math.max(this.#peakHost, process.memoryUsage.rss());
    }, 20);
  }

  end(): void {
    clearInterval(this.#sampler);
    this.host = Math.max(this.host, this.#peakHost - this.#hostBefore);
    this.function = Math.max(
      this.function,
      residentBytes(this.#pid, "VmHWM") - this.#functionBefore,
    );
  }
}

/** A figure of /proc/PID/status in bytes; 0 where there is no such file. */
function residentBytes(pid: number, name: "VmRSS" | "VmHWM"): number {
  try {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(
      readFileSync(`/proc/${pid}/status`, "utf8"),
    );
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
