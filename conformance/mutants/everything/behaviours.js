import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./fault.js";
import { canonical, parse } from "./json-text.js";
import { meet } from "./meeting.js";
import { is } from "./mutant.js";
import { Parameters, wrong } from "./parameters.js";
import { enumerations } from "./protobuf-tables.js";
import { checkEvent, isJsonType } from "./rules.js";

const prefix = "dev.stdfn.everything.";
const [dispositions, effects, levels] = ["disposition", "effect", "level"].map((name) =>
  enumerations[name].slice(1),
);
const signals = ["KILL", "SEGV", "ABRT", "TERM"];
const isFact = (value) => ["string", "number", "boolean"].includes(typeof value);
const token = randomUUID();
const begun = new WeakSet();
let served = 0;

/** Octets of the data of an input. */
async function octetsOf({ event, chunks }, invocation) {
  if (chunks !== undefined) {
    const pieces = [];
    for await (const piece of chunks) {
      pieces.push(piece);
      invocation.port.consumed?.(piece.length);
    }
    return Buffer.concat(pieces);
  }
  if (event.data_base64 !== undefined) return Buffer.from(event.data_base64, "base64");
  if (event.data === undefined) return Buffer.alloc(0);
  return Buffer.from(isJson(event) ? canonical(event.data) : event.data);
}

function isJson(event) {
  return (
    !event.isText && (event.datacontenttype === undefined || /json/.test(event.datacontenttype))
  );
}

/** The parameters of a behaviour, each checked when it is taken. */
async function parametersOf(input, invocation) {
  const { event } = input;
  const octets = await octetsOf(input, invocation);
  if (octets.length === 0) return Parameters.ofValue({});
  const isValue = event.data !== undefined && isJson(event);
  return Parameters.ofValue(isValue ? event.data : parsed(octets));
}

function parsed(octets) {
  try {
    return parse(octets.toString()).root.value;
  } catch (error) {
    throw wrong(`the parameters are no JSON: ${error.message}`);
  }
}

const pattern = (from, size) =>
  Buffer.from(Array.from({ length: size }, (_, at) => (from + at) % 251));

function errorOf(parameters) {
  const given = parameters.code();
  const code = is("error-code-lost") ? "unknown" : given;
  const message = parameters.text("message", "failed as asked");
  const found = {
    disposition: parameters.oneOf("disposition", dispositions, { optional: true }),
    retry_delay_ms: parameters.integer("retry_delay_ms", undefined, {
      most: 4294967295,
      optional: true,
    }),
    effect: parameters.oneOf("effect", effects, { optional: true }),
    details: parameters.texts("details"),
  };
  const delayed = found.retry_delay_ms !== undefined;
  if (delayed && found.disposition !== "retry" && !is("delay-without-retry"))
    throw wrong("the parameter retry_delay_ms without the disposition retry");
  const more = {};
  for (const [name, value] of Object.entries(found))
    if (value !== undefined && !(is("error-members-lost") && name !== "effect")) more[name] = value;
  return new Failure(code, is("error-message-lost") ? "failed" : message, more);
}

const usualCode = () => (is("partial-code-internal") ? "internal" : "aborted");

const behaviours = {
  async echo(input, invocation) {
    const { event, chunks } = input;
    const { id, source, type, time, ...kept } = event;
    if (chunks !== undefined && is("streams-lose-subject")) delete kept.subject;
    if (is("octets-as-text") && kept.data_base64 !== undefined && type.startsWith(prefix)) {
      const text = Buffer.from(kept.data_base64, "base64").toString("latin1");
      return invocation.emit({ ...kept, data_base64: undefined, data: text, isText: true });
    }
    if (is("raw-input-reversed") && !type.startsWith(prefix))
      return invocation.octets(Buffer.from(await octetsOf(input, invocation)).reverse());
    if (kept.data_base64 === "" && is("echo-drops-empty-data")) delete kept.data_base64;
    if (chunks === undefined)
      return invocation.emit(
        is("echo-as-octets")
          ? { data_base64: (await octetsOf(input, invocation)).toString("base64") }
          : kept,
      );
    if (is("echo-collects")) {
      const octets = await octetsOf(input, invocation);
      await invocation.stream(kept);
      return invocation.chunk(octets, true);
    }
    await invocation.stream(kept);
    for await (const piece of chunks) {
      await invocation.chunk(piece);
      invocation.port.consumed?.(piece.length);
    }
    await invocation.chunk(Buffer.alloc(0), true);
  },
  async reverse(input, invocation) {
    const octets = await octetsOf(input, invocation);
    await invocation.octets(is("reverse-keeps-order") ? octets : Buffer.from(octets).reverse());
  },
  async digest(input, invocation) {
    const octets = await octetsOf(input, invocation);
    const sha256 = createHash("sha256").update(octets).digest("hex");
    await invocation.json({
      bytes: octets.length,
      sha256: is("digest-zero") ? "0".repeat(64) : sha256,
    });
  },
  async swallow(input, invocation) {
    await octetsOf(input, invocation);
    if (is("swallow-answers")) await invocation.json({});
  },
  async early(input, invocation) {
    if (is("early-reads-all")) await octetsOf(input, invocation);
    invocation.stopInput();
    await invocation.json({ early: true });
  },
  async hold(input, invocation) {
    if (is("hold-reads")) await octetsOf(input, invocation);
    await invocation.untilCancelled;
    throw invocation.cancelFailure;
  },
  async attributes({ event }, invocation) {
    const entries = Object.entries(event).filter(
      ([name]) => !["data", "data_base64", "isText"].includes(name),
    );
    const shown = entries.map(([name, value]) => [
      name,
      is("attributes-typed") ? value : String(value),
    ]);
    await invocation.json(Object.fromEntries(shown));
  },
  async context(_input, invocation) {
    const { ...context } = invocation.context ?? {};
    if (is("context-members-lost")) delete context.tenant;
    await invocation.json(context);
  },
  async data(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const kind = parameters.oneOf("kind", ["none", "bytes", "text", "json"]);
    const given = parameters.get("value") ?? undefined;
    const attributes = parameters.object("attributes", "texts, numbers and booleans", isFact);
    const types = {
      bytes: "application/octet-stream",
      text: "text/plain; charset=utf-8",
      json: "application/json",
    };
    if (kind === "json" && given === undefined && !is("null-as-data"))
      throw wrong("the parameter value is missing");
    const value =
      kind === "bytes"
        ? parameters.octets("value").toString("base64")
        : kind === "text"
          ? parameters.text("value")
          : given;
    const stated = parameters.get("datacontenttype") !== undefined;
    const datacontenttype = stated ? parameters.text("datacontenttype") : types[kind];
    if (kind === "json" && !isJsonType(datacontenttype) && !is("json-under-any-type"))
      throw wrong(`data of kind json under ${datacontenttype}`);
    const none = is("none-is-no-octets") ? { data_base64: "" } : {};
    const body = {
      ...(datacontenttype && { datacontenttype }),
      ...(kind === "bytes" ? { data_base64: value } : kind === "none" ? none : { data: value }),
      ...(kind === "text" ? { isText: true } : {}),
      ...(is("data-attributes-lost") ? {} : attributes),
    };
    if (!is("invalid-events-written"))
      try {
        checkEvent("event", { specversion: "1.0", id: "1", source: "/", type: "t", ...body });
      } catch (error) {
        throw wrong(error.message);
      }
    await invocation.emit(body);
  },
  async emit(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const count = parameters.integer("count", 1);
    const size = parameters.integer("size", undefined, { optional: true });
    for (let index = 0; index < count; index++)
      if (size === undefined)
        await invocation.json({ index: is("emit-counts-from-1") ? index + 1 : index });
      else await invocation.octets(is("pattern-of-256") ? Buffer.alloc(size, 1) : pattern(0, size));
  },
  async stream(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const [size, piece] = [
      parameters.integer("size", 1048576),
      parameters.integer("chunk", 65536, { least: 1, most: 1048576 }),
    ];
    if (is("streams-as-events")) return invocation.octets(pattern(0, size));
    await invocation.stream({ datacontenttype: "application/octet-stream" });
    for (let at = 0; at < size; at += piece) {
      const octets = pattern(at, Math.min(piece, size - at));
      if (is("stream-byte-lost") && at > 0) octets[0] ^= 1;
      await invocation.chunk(octets);
    }
    await invocation.chunk(Buffer.alloc(0), true);
  },
  async fail(input, invocation) {
    throw errorOf(await parametersOf(input, invocation));
  },
  async throw(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const message = parameters.text("message", "thrown as asked");
    const more = is("exceptions-without-effect") ? { effect: "none" } : {};
    const { stack } = new Error(message);
    if (!is("throws-silently")) console.error(stack);
    const shown = is("stack-traces-in-messages") ? stack : message;
    throw new Failure(is("throw-as-unknown") ? "unknown" : "internal", shown, more);
  },
  async partial(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const [count, code] = [parameters.integer("count", 1), parameters.code(usualCode())];
    const results = is("partial-drops-results") ? 0 : count;
    for (let index = 0; index < results; index++) await invocation.json({ index });
    throw new Failure(code, "failed as asked");
  },
  async "partial-stream"(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const [size, code] = [parameters.integer("size", 65536), parameters.code("aborted")];
    await invocation.stream({ datacontenttype: "application/octet-stream" });
    await invocation.chunk(pattern(0, size), is("partial-stream-ends"));
    throw new Failure(code, "failed as asked");
  },
  async "fail-item"(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const [code, message] = [parameters.code(), parameters.text("message", "failed as asked")];
    if (!is("failures-left-out")) invocation.failItem(code, message);
  },
  async sleep(input, invocation) {
    const ms = (await parametersOf(input, invocation)).integer("ms");
    if (is("cancelled-from-the-start")) throw invocation.cancelFailure;
    const until = performance.now() + ms;
    while (performance.now() < until && (!invocation.cancelled || is("cancel-ignored")))
      await Promise.race([
        sleep(Math.min(100, until - performance.now()) + 1),
        ...(is("cancel-ignored") ? [] : [invocation.untilCancelled]),
      ]);
    if (invocation.cancelled && !is("cancel-ignored")) throw invocation.cancelFailure;
    await invocation.json({ slept_ms: ms });
  },
  async "ignore-cancel"(input, invocation) {
    const ms = (await parametersOf(input, invocation)).integer("ms");
    if (is("ignore-cancel-obeys")) await Promise.race([sleep(ms), invocation.untilCancelled]);
    else await sleep(ms);
    if (is("ignore-cancel-obeys") && invocation.cancelled) throw invocation.cancelFailure;
    await invocation.json({ slept_ms: ms });
  },
  async "await-cancel"(_input, invocation) {
    await invocation.untilCancelled;
    if (is("last-cancel-reason-counts")) await sleep(20);
    if (is("no-answer-when-cancelled")) await new Promise(() => {});
    await invocation.json({ reason: invocation.reason });
  },
  async spin(input, invocation) {
    const ms = (await parametersOf(input, invocation)).integer("ms");
    const until = performance.now() + ms;
    while (performance.now() < until);
    if (!is("spin-answers-nothing")) await invocation.json({ spun_ms: ms });
  },
  async meet(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const [name, count] = [parameters.text("name"), parameters.integer("count")];
    await meet(name, count, invocation);
    await invocation.json({ met: count });
  },
  async log(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const logged = parameters.integer("count", 1);
    const level = parameters.oneOf("level", levels, { byDefault: "info" });
    const attributes = parameters.texts("attributes");
    const lines = is("logs-once-more") ? logged + 1 : logged;
    const line = {
      level: is("log-level-lost") ? "info" : level,
      message: parameters.text("message", "log"),
      ...(attributes && { attributes }),
    };
    if (is("log-after-answer")) setTimeout(() => invocation.port.log(line), 20);
    else for (let index = 0; index < lines; index++) invocation.port.log(line);
    await invocation.json({ logged });
  },
  async print(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const printed = parameters.integer("count", 1);
    const text = parameters.text("text", "print");
    parameters.oneOf("to", ["stdout", "stderr"], { byDefault: "stdout" });
    if (is("prints-to-stdout")) console.log(text);
    else for (let index = 0; index < printed; index++) console.error(text);
    await invocation.json({ printed });
  },
  async child(input, invocation) {
    const text = (await parametersOf(input, invocation)).text("text", "child");
    const output = is("children-print-to-stdout") ? 1 : 2;
    const { status } = spawnSync("sh", ["-c", 'printf "%s\\n" "$1"', "sh", text], {
      stdio: ["ignore", output, 2],
    });
    await invocation.json({ status });
  },
  async environment(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const variables = is("environment-empty") ? {} : process.env;
    const values = parameters
      .list("names")
      .map((name) => [
        name,
        is("empty-variable-is-null") ? variables[name] || null : (variables[name] ?? null),
      ]);
    const stdfn = Object.keys(process.env)
      .filter((name) => name.startsWith("STDFN_"))
      .sort();
    await invocation.json({ values: Object.fromEntries(values), stdfn });
  },
  async process(_input, invocation) {
    await invocation.json({ token: is("token-changes") ? randomUUID() : token, served });
  },
  async allocate(input, invocation) {
    const bytes = (await parametersOf(input, invocation)).integer("bytes");
    await invocation.json({
      allocated: is("allocates-nothing") ? 0 : Buffer.alloc(bytes, 1).length,
    });
  },
  async recycle(_input, invocation) {
    if (is("drain-after-answer")) setTimeout(() => invocation.port.recycle?.(), 20);
    else invocation.port.recycle?.();
    await invocation.json({ recycling: true });
  },
  async exit(input, invocation) {
    const status = (await parametersOf(input, invocation)).integer("status", 0, { most: 255 });
    process.exit(is("exit-ignores-status") ? 0 : status);
  },
  async crash(input, invocation) {
    const parameters = await parametersOf(input, invocation);
    const given = parameters.get("signal");
    const free = is("signals-of-any-name") && given === "INT";
    const signal = free ? given : parameters.oneOf("signal", signals, { byDefault: "KILL" });
    if (is("crash-exits")) process.exit(70);
    process.kill(process.pid, is("crash-always-kills") ? "SIGKILL" : `SIG${signal}`);
    await new Promise(() => {});
  },
  async break(input, invocation) {
    const ms = (await parametersOf(input, invocation)).integer("ms", 100);
    if (!is("break-left-out"))
      setTimeout(() => {
        throw new Error("broken as asked");
      }, ms);
    await invocation.json({ breaking: true });
  },
};

/** Does what the type of the event asks for. */
export async function behave(input, invocation) {
  if (!begun.has(invocation) || is("served-counts-events")) served++;
  begun.add(invocation);
  const { type } = input.event;
  const raw = type === "dev.stdfn.filter.input";
  const own = type.startsWith(prefix) ? type.slice(prefix.length) : "";
  const name = raw ? "echo" : is("type-by-last-word") ? type.split(".").at(-1) : own;
  if (is("data-logged")) console.error(JSON.stringify(input.event));
  const behaviour = Object.hasOwn(behaviours, name) ? behaviours[name] : undefined;
  if (behaviour !== undefined) return behaviour(input, invocation);
  if (is("unknown-types-echoed")) return behaviours.echo(input, invocation);
  const effect = is("refusal-without-effect") ? {} : { effect: "none" };
  const details = is("details-without-prefix") ? { details: { trace: "1" } } : {};
  const asked = is("refusal-without-type") ? "this type" : JSON.stringify(type);
  const code = is("codes-of-its-own") ? "teapot" : "unimplemented";
  throw new Failure(code, `no behaviour for ${asked}`, { ...effect, ...details });
}
