import { EventEmitter } from "node:events";
import process from "node:process";
import type { Log } from "@stdfn/schemas";
import type { InstanceEvents } from "./instance.ts";
import type { LogBytes } from "./invocation/call.ts";

const kept = 64;

/** Emits the events of an instance. Notices and logs from before anybody could listen wait for the first listener. */
export class InstanceEmitter extends EventEmitter<InstanceEvents> {
  #backlog: (() => void)[] = [];

  constructor() {
    super();
    (this as EventEmitter).on("newListener", (name: string) => {
      if (this.#backlog.length > 0 && (name === "notice" || name === "log"))
        process.nextTick(() => this.#catchUp());
    });
  }

  protected notice(message: string): void {
    if (!this.emit("notice", message)) this.#keep(() => this.notice(message));
  }

  protected logged(log: Log, id: number, bytes: LogBytes): void {
    if (!this.emit("log", log, id, bytes)) this.#keep(() => this.logged(log, id, bytes));
  }

  #keep(repeat: () => void): void {
    if (this.#backlog.length < kept) this.#backlog.push(repeat);
  }

  #catchUp(): void {
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const repeat of backlog) repeat();
  }
}
