import { createHash } from "node:crypto";
import { invoke } from "@stdfn/sdk";
import t from "tap";
import { notify } from "../src/notify.ts";

const content = "four years of rain";
const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
const other = `sha256:${"0".repeat(64)}`;

function watched(data: unknown, previous?: string): Parameters<typeof invoke>[1] {
  return {
    subject: "weather",
    ...(previous === undefined ? {} : { extensions: { previous } }),
    ...(data === undefined ? {} : { data }),
  };
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content.slice(0, 5));
  yield Buffer.from(content.slice(5));
}

t.test("says what has changed", async (t) => {
  const created = { subject: "weather", change: "created", digest, bytes: 18 };
  const changed = { ...created, change: "changed", previous: other };
  const removed = { subject: "weather", change: "removed", bytes: 0, previous: other };
  const table: [string, Parameters<typeof invoke>[1], object][] = [
    ["new text", watched(content), created],
    ["new octets", watched(Buffer.from(content)), created],
    ["new and streamed", watched(pieces()), created],
    ["other text than before", watched(content, other), changed],
    ["other content than before, streamed", watched(pieces(), other), changed],
    ["gone", watched(undefined, other), removed],
  ];
  for (const [name, event, data] of table) {
    const { events, error } = await invoke(notify, event);
    t.equal(error, undefined, name);
    t.strictSame(
      events.map((result) => [result.subject, result.data]),
      [["weather", data]],
      name,
    );
  }
});

t.test("is silent when nothing has changed", async (t) => {
  for (const event of [watched(content, digest), watched(pieces(), digest), watched(undefined)]) {
    const { events, error } = await invoke(notify, event);
    t.equal(error, undefined);
    t.strictSame(events, []);
  }
});

t.test("tells a wrong input from a change", async (t) => {
  const upperCase = digest.toUpperCase();
  for (const [event, message] of [
    [{ data: content }, /has no subject/],
    [watched(content, "cafe"), /previous is "cafe"; allowed is the digest/],
    [watched(content, "sha256:cafe"), /previous is "sha256:cafe"/],
    [watched(content, upperCase), /previous is "SHA256:/],
  ] as const) {
    const { events, error } = await invoke(notify, event);
    t.match(error, { code: "invalid_argument", effect: "none", message });
    t.strictSame(events, []);
  }
});
