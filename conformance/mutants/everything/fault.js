import { Buffer } from "node:buffer";
import { is } from "./mutant.js";

/** Bytes that break the specification; `id` is the invocation that the fault is confined to, 0 the session. */
export class Fault extends Error {
  constructor(fault, message, id) {
    super(message);
    this.fault = fault;
    this.id = id;
  }

  get code() {
    if (is("fault-code-internal")) return "internal";
    if (this.fault === "truncated" || this.fault === "empty") return "data_loss";
    return this.fault === "too-long" ? "resource_exhausted" : "invalid_argument";
  }

  get status() {
    if (is("fault-exit-1")) return 1;
    return this.fault === "truncated" || this.fault === "empty" ? 65 : 76;
  }

  get record() {
    const attribution = is("fault-attribution-function") ? "function" : "protocol";
    const retried = this.fault !== "too-long" || is("long-input-retried");
    const record = { code: this.code, message: this.message, attribution };
    return retried ? record : { ...record, disposition: "dead_letter" };
  }

  /** The same fault, told with the byte of the input at which the record or frame begins (MOD-060). */
  at(position) {
    if (!is("position-unsaid")) this.message = `byte ${position} of the input: ${this.message}`;
    return this;
  }

  confinedTo(id) {
    return id > 0 && this.id === undefined ? new Fault(this.fault, this.message, id) : this;
  }
}

/** A failure that a behaviour answers with. */
export class Failure extends Error {
  constructor(code, message, more = {}) {
    super(message);
    this.record = { code, message: is("long-messages") ? message : shortened(message), ...more };
  }
}

/** A message that leaves room for the other members of its record (ERR-007). */
function shortened(message) {
  const bytes = Buffer.from(message);
  return bytes.length > 49_152
    ? `${bytes.toString("utf8", 0, 49_152).replace(/\uFFFD$/, "")}…`
    : message;
}

export const codes = {
  cancelled: [1, 75],
  unknown: [2, 70],
  invalid_argument: [3, 65],
  deadline_exceeded: [4, 75],
  not_found: [5, 69],
  already_exists: [6, 65],
  permission_denied: [7, 78],
  resource_exhausted: [8, 75],
  failed_precondition: [9, 78],
  aborted: [10, 75],
  out_of_range: [11, 65],
  unimplemented: [12, 69],
  internal: [13, 70],
  unavailable: [14, 69],
  data_loss: [15, 65],
  unauthenticated: [16, 78],
};

/** Exit status of a code. */
export function statusOf(code) {
  if (is("exit-0-on-error")) return 0;
  if (is("exit-70-always")) return 70;
  return codes[code]?.[1] ?? 70;
}
