// Invocations that wait for each other.
import { is } from "./mutant.js";

const meetings = new Map();

/** Waits until so many invocations of that name are live. */
export async function meet(name, count, invocation) {
  const guests = meetings.get(name) ?? new Set();
  meetings.set(name, guests);
  const guest = { count };
  const met = new Promise((resolve) => {
    guest.resolve = () => resolve(true);
  });
  guests.add(guest);
  for (const { count: wanted, resolve } of guests)
    if ((is("two-are-enough-to-meet") ? Math.min(2, wanted) : wanted) <= guests.size) resolve();
  const isMet = await Promise.race([met, invocation.untilCancelled]);
  if (!is("meets-the-departed")) guests.delete(guest);
  if (!isMet) throw invocation.cancelFailure;
}
