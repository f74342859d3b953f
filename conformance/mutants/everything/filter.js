// Filter mode: one event in octets and variables.
import { Buffer } from "node:buffer";
import { Failure, statusOf } from "./fault.js";
import { Invocation } from "./invocation.js";
import { canonical } from "./json-text.js";
import { is } from "./mutant.js";
import { leave, output } from "./output.js";

const numbers = ["remaining_ms", "attempt"];

export async function serveFilter(input, environment) {
  const event = {
    specversion: "1.0",
    id: "1",
    source: "urn:stdfn:stdin",
    type: "dev.stdfn.filter.input",
  };
  const context = { invocation_id: "filter" };
  for (const [name, value] of Object.entries(environment)) {
    const attribute = /^STDFN_EVENT_(.+)$/.exec(name)?.[1]?.toLowerCase();
    const dropped =
      (is("filter-drops-extensions") && attribute === "priority") ||
      (is("filter-drops-digits") && /[0-9]/.test(attribute)) ||
      (is("filter-drops-empty") && value === "");
    if (attribute !== undefined && !dropped) event[attribute] = value;
    const fact = /^STDFN_CTX_(.+)$/.exec(name)?.[1]?.toLowerCase();
    if (fact !== undefined && !is("filter-drops-context"))
      context[fact] = numbers.includes(fact) ? Number(value) : value;
  }
  if (is("filter-source-wrong")) event.source = "/stdin";
  const pieces = [];
  for await (const piece of input) pieces.push(piece);
  if (is("filter-needs-type") && environment.STDFN_EVENT_TYPE === undefined) leave(65, "no type");
  if (is("empty-filter-refused") && pieces.length === 0) leave(65, "no input");
  let results = 0;
  const port = {
    async write(kind, body) {
      if (kind === "event" && results++ > 0 && !is("filter-joins-results"))
        leave(70, "a second result");
      const [failure] = body.failures ?? [];
      if (failure !== undefined) leave(statusOf(failure.error.code), failure.error.message);
      if (kind === "event" || kind === "chunk")
        output(is("filter-output-cut") ? octetsOf(kind, body).subarray(1) : octetsOf(kind, body));
    },
    log: ({ message }) => process.stderr.write(`${message}\n`),
  };
  const invocation = new Invocation(port, false);
  invocation.take({ kind: "context", body: context });
  invocation.take({
    kind: "event",
    body: { ...event, data_base64: Buffer.concat(pieces).toString("base64") },
  });
  invocation.take({ kind: "end", body: {} });
  const error = await invocation.run();
  if (error === undefined) leave(0);
  const code = error instanceof Failure ? error.record.code : "internal";
  leave(
    is("filter-error-exit-1") ? 1 : statusOf(code),
    is("filter-error-unsaid") ? "failed" : error.message,
  );
}

function octetsOf(kind, body) {
  const base64 = kind === "chunk" ? (body.data ?? "") : body.data_base64;
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  if (body.data === undefined) return Buffer.alloc(0);
  if (body.isText) return Buffer.from(body.data);
  return Buffer.from(
    is("filter-json-with-feed") ? `${JSON.stringify(body.data)}\n` : canonical(body.data),
  );
}
