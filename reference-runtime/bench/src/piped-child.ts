import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A child on real pipes, the same kind of descriptor the runtime gives its functions, and nothing else around it. */
export interface PipedChild {
  readonly child: ChildProcess;
  readonly stdin: Socket;
  readonly stdout: Socket;
  close(): Promise<void>;
}

export function spawnPiped(file: string, args: readonly string[]): PipedChild {
  const folder = mkdtempSync(join(tmpdir(), "stdfn-bench-"));
  const [toChild, fromChild] = [join(folder, "in"), join(folder, "out")];
  execFileSync("mkfifo", [toChild, fromChild]);
  const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;
  const held = [openSync(toChild, O_RDWR | O_NONBLOCK), openSync(fromChild, O_RDWR | O_NONBLOCK)];
  const childIn = openSync(toChild, O_RDONLY);
  const childOut = openSync(fromChild, O_WRONLY);
  const stdin = new Socket({
    fd: openSync(toChild, O_WRONLY | O_NONBLOCK),
    readable: false,
    writable: true,
  });
  const stdout = new Socket({
    fd: openSync(fromChild, O_RDONLY | O_NONBLOCK),
    readable: true,
    writable: false,
  });
  rmSync(folder, { recursive: true });
  const child = spawn(file, args, { stdio: [childIn, childOut, "inherit"] });
  for (const fd of [...held, childIn, childOut]) closeSync(fd);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  return {
    child,
    stdin,
    stdout,
    async close() {
      stdin.destroy();
      await exited;
      stdout.destroy();
    },
  };
}
