import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { mark, markName } from "./mark.ts";

/**
 * Kills what candidates of this run have left behind outside their process groups. It is found by the variable that
 * every candidate inherits, which only Linux shows.
 * @returns the ids of the processes that were killed
 */
export function killEscapees(): readonly number[] {
  if (process.platform !== "linux") return [];
  const wanted = `${markName}=${mark}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => environment(pid).includes(wanted) && kill(pid));
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
