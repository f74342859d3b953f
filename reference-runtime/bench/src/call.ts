import type { CloudEvent, Context } from "@stdfn/schemas";

/** The call every session figure is taken with: a full context and an event with 128 bytes of data. */
export const call: { readonly context: Context; readonly event: CloudEvent } = {
  context: {
    invocationId: "0f8fad5b-d9cb-469f-a165-70867728950e",
    functionName: "echo",
    functionVersion: "1.0.0",
    remainingMs: 30_000,
    deadlineMs: 1_780_000_000_000n,
    attempt: 1,
  },
  event: {
    id: "1",
    source: "urn:stdfn:bench",
    specversion: "1.0",
    type: "dev.stdfn.everything.echo",
    datacontenttype: "application/octet-stream",
    data: { kind: "bytes", bytes: Buffer.alloc(128, 7) },
  },
};
