import { Buffer } from "node:buffer";
import type { ControlKind, ControlValues, RecordKind, RecordValues } from "../src/index.ts";

/** A plain JSON value, for deep comparison. */
export type Plain = Record<string, unknown>;

/**
 * A decoded body in the form in which vectors write meanings: the members of the JSON format, absent ones left out.
 * Written by hand and apart from both codecs, so that they are compared with something else than themselves.
 */
export function canonicalForm<Kind extends RecordKind | ControlKind>(
  kind: Kind,
  value: (RecordValues & ControlValues)[Kind],
): Plain {
  return forms[kind](value as never);
}

type Forms = {
  readonly [Kind in RecordKind | ControlKind]: (
    value: (RecordValues & ControlValues)[Kind],
  ) => Plain;
};

const eventForm = (event: RecordValues["event"]): Plain => {
  const { data, extensions, ...attributes } = event;
  return present({ ...attributes, ...extensions, ...dataForm(data, event.datacontenttype) });
};

function dataForm(data: RecordValues["event"]["data"], type: string | undefined): Plain {
  switch (data.kind) {
    case "none":
      return {};
    case "bytes":
      return { data_base64: base64(data.bytes) };
    case "json":
      return { data: data.value };
    case "text":
      if (type === undefined)
        return { datacontenttype: "text/plain; charset=utf-8", data: data.text };
      return /[/+]json *(;|$)/i.test(type)
        ? { data_base64: base64(Buffer.from(data.text)) }
        : { data: data.text };
  }
}

const errorForm = (error: RecordValues["error"]): Plain =>
  present({
    code: error.code,
    message: error.message === "" ? undefined : error.message,
    disposition: error.disposition,
    retry_delay_ms: error.retryDelayMs,
    effect: error.effect,
    attribution: error.attribution,
    details: filled(error.details),
  });

const limitsForm = (limits: ControlValues["hello"]["limits"]): Plain | undefined =>
  limits?.maxRecord === undefined ? undefined : { max_record: limits.maxRecord };

const forms: Forms = {
  context: (context) =>
    present({
      invocation_id: context.invocationId,
      function_name: context.functionName,
      function_version: context.functionVersion,
      remaining_ms: context.remainingMs,
      deadline_ms: context.deadlineMs?.toString(),
      attempt: context.attempt,
      idempotency_key: context.idempotencyKey,
      tenant: context.tenant,
      principal: context.principal,
      trigger: context.trigger,
      traceparent: context.traceparent,
      tracestate: context.tracestate,
      extensions: filled(context.extensions),
    }),
  event: eventForm,
  stream: eventForm,
  chunk: ({ data, last }) =>
    present({ data: data.length === 0 ? undefined : base64(data), last: last || undefined }),
  error: errorForm,
  end: ({ failures }) =>
    present({
      failures: failures?.length
        ? failures.map(({ index, error }) => ({ index, error: errorForm(error) }))
        : undefined,
    }),
  hello: (hello) =>
    present({
      minors: hello.minors,
      runtime: hello.runtime,
      limits: limitsForm(hello.limits),
      credit: hello.credit,
      features: hello.features?.length ? hello.features : undefined,
      orphan_budget_ms: hello.orphanBudgetMs,
    }),
  ready: (ready) =>
    present({
      minor: ready.minor,
      name: ready.name,
      version: ready.version,
      max_concurrency: ready.maxConcurrency,
      limits: limitsForm(ready.limits),
      credit: ready.credit,
      features: ready.features?.length ? ready.features : undefined,
    }),
  cancel: ({ reason }) => present({ reason }),
  credit: ({ bytes }) => ({ bytes }),
  drain: ({ budgetMs }) => present({ budget_ms: budgetMs }),
  log: ({ level, message, attributes }) =>
    present({ level, message, attributes: filled(attributes) }),
  unsupported: ({ kind }) => ({ kind }),
};

function present(members: Plain): Plain {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function filled(map: object | undefined): object | undefined {
  return map === undefined || Object.keys(map).length === 0 ? undefined : { ...map };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}
