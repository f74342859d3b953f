import type {
  Cancel,
  Chunk,
  CloudEvent,
  Context,
  Credit,
  Drain,
  End,
  ErrorRecord,
  Failure,
  Hello,
  Limits,
  Log,
  Ready,
  Unsupported,
} from "../src/index.ts";

/** Each member of a type, and whether it may be left out. */
export type MemberTable<Type> = {
  readonly [Name in keyof Required<Type>]: Record<never, never> extends Pick<Type, Name>
    ? "optional"
    : "required";
};

/**
 * The members of the TypeScript model. The compiler refuses a table that lacks a member, has one too many, or says
 * of one what is not so; at run time the tables are compared with both schemas.
 */
export const memberTables: {
  readonly context: MemberTable<Context>;
  readonly event: MemberTable<CloudEvent>;
  readonly chunk: MemberTable<Chunk>;
  readonly error: MemberTable<ErrorRecord>;
  readonly failure: MemberTable<Failure>;
  readonly end: MemberTable<End>;
  readonly limits: MemberTable<Limits>;
  readonly hello: MemberTable<Hello>;
  readonly ready: MemberTable<Ready>;
  readonly cancel: MemberTable<Cancel>;
  readonly credit: MemberTable<Credit>;
  readonly drain: MemberTable<Drain>;
  readonly log: MemberTable<Log>;
  readonly unsupported: MemberTable<Unsupported>;
} = {
  context: {
    invocationId: "required",
    functionName: "optional",
    functionVersion: "optional",
    remainingMs: "optional",
    deadlineMs: "optional",
    attempt: "optional",
    idempotencyKey: "optional",
    tenant: "optional",
    principal: "optional",
    trigger: "optional",
    traceparent: "optional",
    tracestate: "optional",
    extensions: "optional",
  },
  event: {
    id: "required",
    source: "required",
    specversion: "required",
    type: "required",
    datacontenttype: "optional",
    dataschema: "optional",
    subject: "optional",
    time: "optional",
    extensions: "optional",
    data: "required",
  },
  chunk: { data: "required", last: "required" },
  error: {
    code: "required",
    message: "optional",
    disposition: "optional",
    retryDelayMs: "optional",
    effect: "optional",
    attribution: "optional",
    details: "optional",
  },
  failure: { index: "required", error: "required" },
  end: { failures: "optional" },
  limits: { maxRecord: "optional" },
  hello: {
    minors: "required",
    runtime: "optional",
    limits: "optional",
    credit: "required",
    features: "optional",
    orphanBudgetMs: "optional",
  },
  ready: {
    minor: "required",
    name: "optional",
    version: "optional",
    maxConcurrency: "required",
    limits: "optional",
    credit: "required",
    features: "optional",
  },
  cancel: { reason: "optional" },
  credit: { bytes: "required" },
  drain: { budgetMs: "optional" },
  log: { level: "optional", message: "required", attributes: "optional" },
  unsupported: { kind: "required" },
};
