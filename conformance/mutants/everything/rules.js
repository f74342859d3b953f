// What bodies have to keep to in both formats. Bodies are objects with the member names of the JSON format.
import { Fault } from "./fault.js";
import { is } from "./mutant.js";

export const kinds = [
  "context",
  "event",
  "stream",
  "chunk",
  "error",
  "end",
  "hello",
  "ready",
  "cancel",
  "credit",
  "drain",
  "log",
  "unsupported",
];
export const records = new Set(kinds.slice(0, 6));
const control = /[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Surrogate}/u;
const time =
  /^\d{4}-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const texts = ["datacontenttype", "dataschema", "subject"];

function invalid(message) {
  throw new Fault("invalid", message);
}

export function checkEvent(kind, event) {
  for (const name of ["id", "source", "type"])
    if (!event[name] && !is("event-without-id")) invalid(`an event without ${name}`);
  if (event.specversion !== "1.0" && !is("any-specversion"))
    invalid(`specversion ${event.specversion}`);
  for (const [name, value] of Object.entries(event)) {
    if (name === "data" || name === "data_base64" || name === "isText") continue;
    if (!/^[a-z0-9]+$/.test(name) && !is("any-attribute-name")) invalid(`the name ${name}`);
    if (typeof value === "string" && control.test(value) && !is("control-characters"))
      invalid(`a control character in ${name}`);
  }
  for (const name of texts)
    if (event[name] === "" && !is("empty-subject")) invalid(`empty ${name}`);
  if (is("uris-checked") && /[\s%]/.test(event.source)) invalid(`the source ${event.source}`);
  if (event.time !== undefined && !is("any-time") && !isTime(event.time))
    invalid(`the time ${event.time}`);
  const data = event.data !== undefined || event.data_base64 !== undefined;
  if (kind === "stream" && data && !is("stream-with-data")) invalid("a stream with data");
}

function isTime(text) {
  const parts = time.exec(text);
  if (parts === null) return false;
  const [month, day] = [Number(parts[1]), Number(parts[2])];
  const date = new Date(Date.UTC(Number(text.slice(0, 4)), month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return false;
  if (parts[5] !== "60" || is("leap-seconds-at-noon")) return true;
  const offset = (parts[6] === "-" ? -1 : 1) * (Number(parts[7] ?? 0) * 60 + Number(parts[8] ?? 0));
  return (Number(parts[3]) * 60 + Number(parts[4]) - offset + 2880) % 1440 === 1439;
}

function checkNames(map, what) {
  for (const name of Object.keys(map ?? {}))
    if (!/^[a-z0-9_]{1,64}$/.test(name) && !is("any-extension-name"))
      invalid(`the name ${name} in ${what}`);
}

export const checks = {
  context(body) {
    if (!body.invocation_id && !is("context-without-id"))
      invalid("a context without invocation_id");
    checkNames(body.extensions, "extensions");
    if (is("traceparent-checked") && !/^[0-9a-f]{2}-/.test(body.traceparent ?? "00-"))
      invalid(`the traceparent ${body.traceparent}`);
  },
  chunk(body) {
    const data = Buffer.from(body.data ?? "", "base64");
    if (data.length === 0 && is("empty-chunks-refused")) invalid("an empty chunk");
    const most = is("chunks-limited-early") ? 65535 : 65536;
    if (data.length > most && !is("long-chunks")) throw new Fault("too-long", "a chunk too long");
  },
  error(body) {
    if (!body.code && !is("error-without-code")) invalid("an error without code");
    if (body.disposition !== "retry") {
      if (body.retry_delay_ms !== undefined && is("delay-needs-retry")) invalid("a delay");
      delete body.retry_delay_ms;
    }
    checkNames(body.details, "details");
  },
  end(body) {
    let last = -1;
    for (const { index = 0, error } of body.failures ?? []) {
      if (error === undefined && !is("failure-without-error")) invalid("a failure without error");
      if (index <= last && !is("failures-in-any-order")) invalid("failures out of order");
      last = index;
    }
  },
  hello(body) {
    if (!body.minors?.length) invalid("hello without minors");
    if (!(body.credit >= 65536) && !is("low-credit-accepted"))
      invalid(`hello with credit ${body.credit}`);
    if ((body.limits?.max_record ?? 1048576) < 1048576 && !is("low-credit-accepted"))
      invalid("hello with a low max_record");
  },
  credit(body) {
    if (!(body.bytes >= 1)) invalid("credit of no byte");
  },
};

/** Which members stand together in a frame, and with which id. */
export function checkFrame(id, members) {
  const order = (message) => {
    throw new Fault("order", message).confinedTo(id);
  };
  const has = (kind) => members.includes(kind);
  const controls = members.filter((kind) => !records.has(kind));
  if (controls.length > 0 && members.length > 1 && !is("control-in-company"))
    order("a control member in company");
  if (has("event") && (has("chunk") || has("stream")) && !is("event-and-chunk"))
    order("an event and a payload in one frame");
  if (has("error") && has("end")) order("error and end");
  if (id === 0 && members.some((kind) => records.has(kind) && kind !== "error"))
    throw new Fault("order", "a record with id 0");
  const wrong = id === 0 ? ["cancel", "credit"] : ["hello", "ready", "drain"];
  const misplaced = members.find((kind) => wrong.includes(kind));
  if (misplaced !== undefined && !is("misplaced-control"))
    throw new Fault("order", `${misplaced} with id ${id}`, 0);
  const host = members.find((kind) => kind === "ready" || kind === "log");
  if (host !== undefined && !is("host-may-say-ready"))
    throw new Fault("order", `${host} from a host`, 0);
}

/** The order of records of one Envelope. */
export class Order {
  state = "empty";

  constructor(needsContext) {
    this.needsContext = needsContext;
  }

  take(kind, last) {
    const wrong = (message) => {
      throw new Fault("order", message);
    };
    if (this.state === "over" && !is("records-after-end")) wrong(`${kind} after the end`);
    if (kind === "context") {
      const late = this.state !== "empty";
      if (late && !is("context-merges")) wrong("a context that is not the first record");
      if (!late) this.state = "open";
      return;
    }
    if (this.state === "empty" && this.needsContext && !is("context-not-needed"))
      wrong(`${kind} before a context`);
    const inside = this.state === "payload";
    if (kind === "error") {
      if (inside && is("no-error-in-payload")) wrong("error inside a payload");
      this.state = "over";
    } else if (kind === "chunk") {
      if (!inside && !is("chunk-without-stream")) wrong("a chunk and no payload");
      if (last) this.state = "open";
    } else {
      if (inside && !is("payload-left-open")) wrong(`${kind} inside a payload`);
      this.state = kind === "end" ? "over" : kind === "stream" ? "payload" : "open";
    }
  }
}

export function isJsonType(type) {
  return /^[ \t]*[^;/ \t]+\/([^;\s]+\+)?json[ \t]*(;|$)/i.test(type ?? "");
}
