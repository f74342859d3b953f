// What degenerate candidates have in common: they describe themselves as the everything function in JSON, and some
// of them open a session before they go wrong.
import process from "node:process";
import { createInterface } from "node:readline";

const self = {
  name: "everything",
  version: "1.0.0",
  features: ["batch", "stream_out", "failures", "log"],
};

/** Answers whoever asks what the program is. */
export function describe(more = {}) {
  if (process.env.STDFN_MODE !== "describe") return;
  const limits = { max_record: 1_048_576 };
  const modes = ["session", "pipe", "filter"];
  say({
    stdfn: "1",
    minors: [0],
    ...self,
    modes,
    formats: ["json"],
    concurrency: 16,
    limits,
    ...more,
  });
  process.exit(0);
}

/** Writes a line. */
export function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Opens a session or a pipe in order, and gives what `answer` says for each line that belongs to a call. */
export function converse(answer) {
  const session = process.env.STDFN_MODE === "session";
  process.stdout.write(session ? "\n" : "");
  say({ stdfn: "1" });
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    const { frame, ...record } = JSON.parse(line);
    if (frame?.hello !== undefined)
      say({ frame: { id: 0, ready: { ...self, max_concurrency: 16, credit: 1_048_576 } } });
    else if (frame?.drain !== undefined) process.exit(0);
    else if (frame?.id > 0) answer(frame, (reply) => say({ frame: { id: frame.id, ...reply } }));
    else if (!session && record.stdfn === undefined) answer(record, say);
  });
}
