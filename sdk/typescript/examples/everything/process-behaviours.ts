import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { type CloudEvent, type Context, FunctionError, type Result } from "@stdfn/sdk";
import type { Behaviours } from "./behaviour.ts";
import type { Parameters } from "./parameters.ts";

const levels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
const signals = ["KILL", "SEGV", "ABRT", "TERM"] as const;
const maxCount = 0xffff_ffff;
const maxBytes = 2 ** 40;
const longestTimerMs = 0x7fff_ffff;
const token: string = randomUUID();
const seen = new WeakSet<Context>();
let served = 0;

/** Counts the invocations that this process has begun. */
export function began(context: Context): void {
  if (seen.has(context)) return;
  seen.add(context);
  served += 1;
}

function log(_event: CloudEvent, context: Context, parameters: Parameters): Result {
  const level = parameters.oneOf("level", levels, "info") ?? "info";
  const message = parameters.text("message", "log");
  const attributes = parameters.labels("attributes");
  const logged = parameters.integer("count", maxCount, 1);
  const given = Object.keys(attributes).length > 0 ? [attributes] : [];
  for (let index = 0; index < logged; index += 1) context.log[level](message, ...given);
  return { logged };
}

function print(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const text = parameters.text("text", "print");
  const printed = parameters.integer("count", maxCount, 1);
  const to = parameters.oneOf("to", ["stdout", "stderr"] as const, "stdout");
  const write = to === "stderr" ? console.error : console.log;
  for (let index = 0; index < printed; index += 1) write(text);
  return { printed };
}

function child(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const text = parameters.text("text", "child");
  const { status, error } = spawnSync("sh", ["-c", 'printf "%s\\n" "$1"', "sh", text], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error !== undefined) throw error;
  return { status };
}

function environment(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const names = parameters.texts("names");
  return {
    values: Object.fromEntries(names.map((name) => [name, process.env[name] ?? null])),
    stdfn: Object.keys(process.env)
      .filter((name) => name.startsWith("STDFN_"))
      .sort(),
  };
}

function allocate(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const bytes = parameters.integer("bytes", maxBytes);
  try {
    return { allocated: Buffer.alloc(bytes, 1).length };
  } catch (cause) {
    const message = `allocating ${bytes} bytes: ${(cause as Error).message}`;
    throw new FunctionError("resource_exhausted", message, { cause });
  }
}

function recycle(_event: CloudEvent, context: Context): Result {
  context.recycle();
  return { recycling: true };
}

function exit(_event: CloudEvent, _context: Context, parameters: Parameters): never {
  process.exit(parameters.integer("status", 255, 0));
}

/** A signal is not always delivered before `kill` returns. */
async function crash(
  _event: CloudEvent,
  _context: Context,
  parameters: Parameters,
): Promise<never> {
  const signal = parameters.oneOf("signal", signals, "KILL") ?? "KILL";
  process.kill(process.pid, `SIG${signal}`);
  return new Promise(() => {});
}

/** Thrown by a timer and in no handler, as what breaks a program outside every invocation. */
function breakLater(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const ms = parameters.integer("ms", Number.MAX_SAFE_INTEGER, 100);
  setTimeout(
    () => {
      throw new Error("broken as asked");
    },
    Math.min(ms, longestTimerMs),
  );
  return { breaking: true };
}

/** Behaviours that are about the process and what surrounds it. */
export const processBehaviours: Behaviours = {
  log,
  print,
  child,
  environment,
  process: (): Result => ({ token, served }),
  allocate,
  recycle,
  exit,
  crash,
  break: breakLater,
};
