import type { Plain } from "../case/case.ts";

/** What the kit says of itself. */
interface Usual {
  /** Members of its `hello`, as a host. */
  readonly hello: Plain;
  /** Of the function below a runtime, by the names that a case has for what differs from it. */
  readonly function: {
    readonly manifest: Plain & { readonly limits: Plain };
    readonly ready: Plain;
    readonly describes: Plain;
  };
}

const identity = { name: "puppet-{{function}}", version: "1.0.0-{{version}}" };
const concurrency = 16;
const features = ["batch", "failures", "log", "stream_out"];

/** What the kit says of itself as a host and as the function below a runtime, unless a case says otherwise. */
export const usual: Usual = {
  hello: {
    minors: [0],
    runtime: "stdfn-conformance",
    credit: 1_048_576,
    features: ["log"],
  },
  function: {
    manifest: {
      stdfn: "1",
      ...identity,
      modes: ["session"],
      formats: ["protobuf", "json"],
      concurrency,
      isolation: "trusted",
      // How long its processes may take to start; a slow machine is no failure of the runtime.
      limits: { init_timeout_ms: 60_000 },
    },
    ready: {
      ...identity,
      max_concurrency: concurrency,
      credit: 1_048_576,
      features,
    },
    describes: {
      stdfn: "1",
      minors: [0],
      ...identity,
      modes: ["session", "pipe", "filter"],
      formats: ["protobuf", "json"],
      concurrency,
      features,
      limits: { max_record: 1_048_576 },
    },
  },
};
