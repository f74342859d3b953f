import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { HttpLoad } from "./http-load.ts";
import { type Subject, seconds } from "./measure.ts";

/** Round trips a second of 128 bytes through Google's functions framework over loopback HTTP. */
export async function framework(inFlight: number, calls: number): Promise<Subject> {
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      fileURLToPath(import.meta.resolve("@google-cloud/functions-framework")).replace(
        /index\.js$/,
        "main.js",
      ),
      "--target=echo",
      `--source=${fileURLToPath(new URL("./framework-function.js", import.meta.url))}`,
      `--port=${port}`,
    ],
    { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, NODE_ENV: "production" } },
  );
  await listening(port);
  const load = await HttpLoad.open(port, inFlight, Buffer.alloc(128, 7));
  return {
    name: "functions-framework over HTTP",
    async round() {
      return calls / (await seconds(() => load.run(calls)));
    },
    async close() {
      load.close();
      const exited = once(server, "exit");
      server.kill("SIGKILL");
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** Waits until the server takes connections, half a minute at most. */
async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`functions-framework does not listen on port ${port}`);
}
