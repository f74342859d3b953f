import type { Example } from "./example.ts";
import { gzip } from "./trials/gzip.ts";
import { jq } from "./trials/jq.ts";
import { notify } from "./trials/notify.ts";
import { pipeline } from "./trials/pipeline.ts";
import { relayedGzip } from "./trials/relayed-gzip.ts";
import { thumbnail } from "./trials/thumbnail.ts";
import { wordCount } from "./trials/word-count.ts";

/** Every example, from the plainest to the one that joins the others. */
export const examples: readonly Example[] = [
  gzip,
  jq,
  wordCount,
  thumbnail,
  notify,
  pipeline,
  relayedGzip,
];
