// The two balances of an invocation of a session.
import { is } from "./mutant.js";

/**
 * @param credit what this function grants each invocation to begin with
 * @param initial what the host grants
 * @param isInputOver whether the whole input was read
 * @param grant writes a credit frame, unless nobody is there to read it
 */
export function balances({ credit, initial, isInputOver, grant }) {
  let input = credit;
  let pending = 0;
  let free = !is("first-input-frame-charged");
  const waiters = [];
  const out = { balance: initial, free: true };
  return {
    out,
    waiters,
    pay(cost) {
      if (free) {
        free = false;
        return false;
      }
      const overspent = is("overspending-at-nothing-ignored") ? input < 0 : input <= 0;
      input -= cost;
      return overspent;
    },
    consumed(size) {
      pending += Math.ceil(size * 1.4) + 64;
      if (pending < credit / 2 || is("never-grants-credit")) return;
      input += pending;
      grant(is("grants-no-bytes") ? 0 : pending);
      pending = 0;
    },
    grant(bytes) {
      if (is("credit-after-input-ignored") && isInputOver()) return;
      out.balance = Math.min(out.balance + bytes, 4294967295);
      if (is("credit-wraps")) out.balance = (out.balance + bytes) | 0;
      if (is("credit-not-added")) out.balance = 0;
      for (const waiter of waiters.splice(0)) waiter();
    },
  };
}

/** Whether a frame of these members costs credit. */
export function costing(members) {
  return members.some(({ kind }) => ["event", "stream", "chunk"].includes(kind));
}

/** Waits until a frame of that many bytes, which holds a record of that kind, may be written. */
export async function allowed({ out, waiters, invocation }, kind, bytes, isEnded) {
  if (out.free || (kind === "stream" && is("streams-cost-nothing"))) {
    out.free = false;
    return;
  }
  const must = () => out.balance <= 0 && !(isEnded() && !is("waits-for-credit-after-end"));
  while (must() && !is("credit-ignored")) {
    const granted = new Promise((resolve) => waiters.push(resolve));
    if (is("cancel-unseen-without-credit")) await granted;
    else if (invocation.cancelled) throw invocation.cancelFailure;
    else await Promise.race([granted, invocation.untilCancelled]);
  }
  out.balance -= bytes;
}
