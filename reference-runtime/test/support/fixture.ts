import process from "node:process";
import { fileURLToPath } from "node:url";
import { type ConnectOptions, type Instance, Runtime } from "@stdfn/runtime";
import type { CloudEvent, EventData } from "@stdfn/schemas";

/** One runtime for a test file, so that batches of pipes and the watchdog are shared as they are in use. */
export const runtime: Runtime = new Runtime();

/** Path of a file in `test/fixtures`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../test/fixtures/${name}`, import.meta.url));
}

/** The SDK's everything function, as a program. */
export const everything: string = fileURLToPath(
  new URL("../../../../sdk/typescript/dist/examples/everything/main.js", import.meta.url),
);

export type Step = readonly [name: string, ...args: (string | number)[]];

/** The command of a puppet that plays these steps. */
export function puppet(...steps: readonly Step[]): readonly [string, ...string[]] {
  return [process.execPath, fixture("puppet.js"), JSON.stringify(steps)];
}

/** What a puppet writes to become ready in JSON. */
export const readyLine: string = `\n{"stdfn":"1"}\n${frame(0, { ready: { minor: 0, max_concurrency: 8, credit: 65536 } })}`;

/** A frame as a JSON line. */
export function frame(id: number, members: object): string {
  return `${JSON.stringify({ frame: { id, ...members } })}\n`;
}

/** A result as a JSON line that also ends the invocation. */
export function answer(id: number): string {
  const event = { specversion: "1.0", id: `r${id}`, source: "/puppet", type: "result" };
  return frame(id, { event, end: {} });
}

/** An event of a type. */
export function event(type: string, data: EventData = { kind: "none" }): CloudEvent {
  return { id: "1", source: "/test", specversion: "1.0", type, data };
}

/** An event for the everything function with JSON parameters. */
export function ask(behaviour: string, parameters: object = {}): CloudEvent {
  const bytes = Buffer.from(JSON.stringify(parameters));
  return event(`dev.stdfn.everything.${behaviour}`, { kind: "bytes", bytes });
}

/** Connects to the everything function. */
export function connectEverything(options: ConnectOptions, ...args: string[]): Promise<Instance> {
  return runtime.connect({ command: [process.execPath, everything, ...args] }, options);
}

/** Data of an event as text. */
export function textOf({ data }: CloudEvent): string {
  if (data.kind === "bytes") return Buffer.from(data.bytes).toString("utf8");
  return data.kind === "text" ? data.text : data.kind === "json" ? JSON.stringify(data.value) : "";
}

/** True while a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
