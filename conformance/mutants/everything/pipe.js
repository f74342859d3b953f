// Pipe mode: one Envelope.
import { Failure, Fault, statusOf } from "./fault.js";
import { InputFailed, Invocation } from "./invocation.js";
import { checkLength } from "./length.js";
import { is } from "./mutant.js";
import { leave, output } from "./output.js";

/**
 * Serves a pipe.
 * @param format json or protobuf
 * @param input yields bytes; the first of them follow the preface
 * @param begin how many bytes the preface has
 */
export async function servePipe(format, input, begin) {
  let opened = false;
  const write = (kind, body, raw) => {
    if (!opened) open();
    if (is("own-records-anywhere")) output(format.writeOwn());
    output(format.writeRecord(kind, body, raw));
  };
  const port = {
    write: async (kind, body, raw) => {
      checkLength(format, kind, body);
      write(kind, body, raw);
    },
    log: ({ message }) => is("log-unwritten") || process.stderr.write(`${message}\n`),
  };
  const invocation = new Invocation(port, is("requires-context"));
  function open() {
    opened = true;
    if (is("writes-byte-order-mark")) output(Buffer.from("\ufeff"));
    if (!is("no-preface"))
      output(is("preface-with-space") ? Buffer.from(`${format.preface} `) : format.preface);
    const { context } = invocation;
    if (context === undefined || is("context-dropped")) return;
    const left = context.remaining_ms;
    const elapsed = Date.now() - invocation.began;
    const kept = { ...context };
    if (left !== undefined)
      kept.remaining_ms = is("remaining-wraps")
        ? (left - elapsed) >>> 0
        : Math.max(0, left - elapsed);
    if (left !== undefined && is("remaining-zeroed")) kept.remaining_ms = 0;
    if (is("remaining-lost")) delete kept.remaining_ms;
    if (is("context-extensions-lost")) delete kept.extensions;
    if (is("context-tail-lost"))
      for (const name of ["principal", "trigger", "traceparent", "tracestate"]) delete kept[name];
    output(format.writeRecord("context", kept));
  }
  const answered = invocation.run();
  if (!is("waits-for-end-of-input")) void answered.then((error) => finish(error));
  await read(format, input, invocation, begin);
  finish(await answered);

  function finish(error) {
    if (error === undefined) {
      if (is("trailing-output")) output(Buffer.from("\n"));
      leave(is("success-exit-1") ? 1 : 0);
    }
    const { record, raw } = answerOf(error);
    const same = raw !== undefined && !is("error-written-anew");
    const unsaid = is("truncation-unsaid") && error.fault === "truncated" && opened;
    if (!is("error-left-out") && !unsaid)
      write("error", same ? undefined : record, same ? raw : undefined);
    leave(statusFor(error, record), record.message ?? record.code);
  }
}

function answerOf(error) {
  if (error instanceof InputFailed) {
    const { code, message, ...rest } = error.record;
    return {
      raw: error.raw,
      record: is("input-error-becomes-internal")
        ? { code: "internal", message: "input failed" }
        : { code, message, ...rest },
    };
  }
  if (error instanceof Failure || error instanceof Fault) return { record: error.record };
  return { record: { code: "internal", message: String(error.message) } };
}

function statusFor(error, record) {
  if (error instanceof Fault) return error.status;
  if (error instanceof InputFailed && is("input-error-exit-0")) return 0;
  const lost = error instanceof InputFailed && record.code === "data_loss";
  if (lost && is("input-data-loss-exit-70")) return 70;
  return statusOf(record.code);
}

async function read(format, input, invocation, begin) {
  let at = begin;
  let bytes = Buffer.alloc(0);
  const take = (ended) => {
    for (;;) {
      const found = format.cut(bytes, false, ended);
      if (found === undefined) return;
      bytes = bytes.subarray(found.length);
      for (const member of found.unit.members) invocation.take(member);
      at += found.length;
      if (invocation.inputOver && !is("waits-for-end-of-input")) return;
    }
  };
  try {
    for await (const chunk of input) {
      bytes = Buffer.concat([bytes, chunk]);
      take(false);
      if (invocation.inputOver && !is("waits-for-end-of-input")) return;
    }
    take(true);
    if (invocation.inputOver) return;
    if (is("truncation-is-an-end")) invocation.take({ kind: "end", body: {} });
    else throw new Fault("truncated", "the input ends without end or error");
  } catch (error) {
    invocation.fail(error instanceof Fault ? error.at(at) : error);
  }
}
