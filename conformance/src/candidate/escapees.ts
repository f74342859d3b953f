import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { mark, markName } from "./mark.ts";

/** What was killed, and nobody was told of yet. */
const killed = new Set<number>();

/**
 * Kills what candidates of this run have left behind outside their process groups. It is found by the variable that
 * every candidate inherits, which only Linux shows.
 * @returns the ids of the processes that were killed since this was asked last, those of {@link killEscapeesOf} too
 */
export function killEscapees(): readonly number[] {
  killMarked(`${markName}=${mark}`);
  const all = [...killed];
  killed.clear();
  return all;
}

/** Kills what one process of a candidate has left behind, so that the others live on. @param own what marks it */
export function killEscapeesOf(own: string): void {
  killMarked(`${markName}=${own}\0`);
}

function killMarked(wanted: string): void {
  if (process.platform !== "linux") return;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!/^\d+$/.test(name) || pid === process.pid || !environment(pid).includes(wanted)) continue;
    if (kill(pid)) killed.add(pid);
  }
}

function environment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
