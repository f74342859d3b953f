import { setTimeout as sleep } from "node:timers/promises";
import type { CloudEvent, Context, Result } from "@stdfn/sdk";
import type { Behaviours } from "./behaviour.ts";
import type { Parameters } from "./parameters.ts";

const longestDelay = 2_147_483_647;

/** Waits until the invocation is cancelled, for weeks if nothing cancels it. */
export async function untilCancelled(context: Context): Promise<void> {
  while (!context.signal.aborted) {
    await sleep(longestDelay, undefined, { signal: context.signal }).catch(() => {});
  }
}

/** Waits at least `ms` milliseconds. Timers may fire a little early. */
async function waitFor(ms: number, signal?: Context["signal"]): Promise<void> {
  const until = performance.now() + ms;
  for (let left = ms; left > 0; left = until - performance.now()) {
    await sleep(Math.ceil(left), undefined, signal && { signal });
  }
}

async function sleepBehaviour(
  _event: CloudEvent,
  context: Context,
  parameters: Parameters,
): Promise<Result> {
  const ms = parameters.integer("ms", longestDelay);
  await waitFor(ms, context.signal);
  return { slept_ms: ms };
}

async function ignoreCancel(
  _event: CloudEvent,
  _context: Context,
  parameters: Parameters,
): Promise<Result> {
  const ms = parameters.integer("ms", longestDelay);
  await waitFor(ms);
  return { slept_ms: ms };
}

async function awaitCancel(_event: CloudEvent, context: Context): Promise<Result> {
  await untilCancelled(context);
  return { reason: context.cancelReason ?? null };
}

function spin(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const ms = parameters.integer("ms", longestDelay);
  const until = performance.now() + ms;
  while (performance.now() < until);
  return { spun_ms: ms };
}

interface Guest {
  readonly count: number;
  readonly meet: () => void;
}

const meetings = new Map<string, Set<Guest>>();

async function meet(_event: CloudEvent, context: Context, parameters: Parameters): Promise<Result> {
  const name = parameters.text("name");
  const count = parameters.integer("count", 0xffff_ffff, undefined, 1);
  const guests = meetings.get(name) ?? new Set<Guest>();
  meetings.set(name, guests);
  const met = new AbortController();
  const guest = { count, meet: () => met.abort() };
  guests.add(guest);
  const present = guests.size;
  for (const other of guests) if (other.count <= present) other.meet();
  try {
    const either = AbortSignal.any([met.signal, context.signal]);
    while (!either.aborted) {
      await sleep(longestDelay, undefined, { signal: either }).catch(() => {});
    }
    if (!met.signal.aborted) throw context.signal.reason;
    return { met: count };
  } finally {
    guests.delete(guest);
  }
}

/** Behaviours that are about time, cancel and concurrency. */
export const timeBehaviours: Behaviours = {
  sleep: sleepBehaviour,
  "ignore-cancel": ignoreCancel,
  "await-cancel": awaitCancel,
  spin,
  meet,
};
