import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import t from "tap";
import { killEscapees } from "../src/candidate/escapees.ts";
import { NamedPipes } from "../src/candidate/named-pipes.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { Freshness } from "../src/case/freshness.ts";
import {
  differently,
  judgePlain,
  type PlainRuntime,
  plainRuntimes,
} from "../src/mutants/plain-runtimes.ts";
import { Dialogue } from "../src/run/dialogue.ts";
import { FunctionMonitor } from "../src/run/function-monitor.ts";
import type { DialogueOptions } from "../src/run/handshake.ts";
import { TimeScale } from "../src/run/time-scale.ts";
import { VectorStore } from "../src/vector-store.ts";
import type { Unit } from "../src/wire/unit.ts";

const cases = new CaseStore();
const folder = mkdtempSync(join(tmpdir(), "stdfn-engine-"));
process.env["TMPDIR"] = folder;
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

for (const runtime of plainRuntimes)
  t.test(`a runtime that does wrong: ${runtime.wrong}`, async (t) => {
    const pipes = new NamedPipes();
    t.teardown(() => pipes.remove());
    const { signal } = new AbortController();
    const stage = { pipes, cases, vectors: new VectorStore(), seed: "656e67696e65", signal };
    const { judgement } = await judgePlain(runtime, stage, 250);
    t.equal(differently(runtime, judgement), undefined);
    t.equal(
      killEscapees().length,
      runtime.wrong === "leaves-holder" ? 1 : 0,
      "what is left running",
    );
    pipes.remove();
    t.strictSame(readdirSync(folder), [], "what is left on the disk");
  });

t.test(
  "a runtime that comes to something else is told from the one that was expected",
  async (t) => {
    const [right, , , hangs] = plainRuntimes as readonly [PlainRuntime, ...PlainRuntime[]];
    const failure = {
      signature: "timeout",
      rule: "SES-018",
      step: 0,
      wanted: [],
      came: ["nothing"],
    };
    t.match(
      differently(right, { verdict: "fail", failure }),
      /nothing has come to fail,timeout,SES-018/,
    );
    t.match(
      differently(hangs as PlainRuntime, { verdict: "pass" }),
      /hangs passes, and should come to inc/,
    );
    const other = { ...failure, signature: "handshake", rule: "SES-003" };
    t.match(
      differently(hangs as PlainRuntime, { verdict: "inconclusive", failure: other }),
      /\(nothing\), and should come to inconclusive, handshake, SES-003/,
    );
  },
);

t.test("little is waited for below a runtime that has ended", async (t) => {
  /** How long the kit sets out to wait for a process of the function; nothing is waited for in truth. */
  const wait = async (ending: object | undefined): Promise<number> => {
    const waits: number[] = [];
    const conversation = {
      outputLength: 0,
      process: { ending },
      change(ms: number): never {
        waits.push(ms);
        throw new Error("not waited for");
      },
    };
    const options = {
      conversation,
      below: { all: [], oblige: (): void => {} },
      // So long that no delay of the machine matters.
      scale: new TimeScale(250, 1_000),
      signal: new AbortController().signal,
    };
    const of = { ...cases.get("RT-SES-0001"), steps: [{ close: { at: "function" as const } }] };
    const fresh = new Freshness("0", of.id, new VectorStore());
    const dialogue = new Dialogue(of, options as unknown as DialogueOptions, fresh);
    await t.rejects(dialogue.run(), /not waited for/);
    t.equal(waits.length, 1);
    return waits[0] ?? Number.NaN;
  };
  t.ok((await wait(undefined)) > 5_000_000, "a runtime that lives may still start it");
  t.ok((await wait({ status: 1, signal: null })) <= 2_000_000);
});

type Frame = Extract<Unit, { readonly type: "frame" }>;

function frame(id: number, members: Readonly<Record<string, object>>, cost = 100): Frame {
  return {
    type: "frame",
    id,
    members: Object.entries(members).map(([kind, meaning]) => ({
      kind,
      meaning: meaning as Frame["members"][number]["meaning"],
      body: Buffer.alloc(0),
    })),
    unknown: [],
    cost,
    offset: 0,
    bytes: Buffer.alloc(0),
  };
}

const open = (id: number, tenant?: string): Frame =>
  frame(id, { context: tenant === undefined ? {} : { tenant }, event: {}, end: {} });
const chunk = (id: number): Frame => frame(id, { chunk: { data: "" } }, 80_000);
const begun = (id: number): Frame => frame(id, { context: {}, stream: {} });

/** What a host writes after `hello`, where `ready` grants 65536 bytes and two places, and the rule that it breaks. */
const hosts: readonly (readonly [string, readonly Frame[], string | undefined])[] = [
  ["two invocations", [open(1), open(2)], undefined],
  ["three at once", [open(1), open(2), open(3)], "SES-019"],
  ["an id that falls", [open(2), open(1)], "SES-017"],
  ["no context", [frame(1, { event: {}, end: {} })], "SES-018"],
  ["a second hello", [frame(0, { hello: {} })], "SES-093"],
  ["two chunks", [begun(1), chunk(1)], undefined],
  ["three chunks", [begun(1), chunk(1), chunk(1)], "SES-041"],
  ["cancel of nothing", [frame(1, { cancel: {} })], "SES-017"],
  ["a record after cancel", [begun(1), frame(1, { cancel: {} }), chunk(1)], "SES-055"],
  ["an invocation after drain", [frame(0, { drain: {} }), open(1)], "SES-067"],
  ["two tenants", [open(1, "a"), open(2, "b")], "SEC-001"],
  ["a tenant and none", [open(1, "a"), open(2)], "SEC-002"],
];

t.test("the monitor below says which rule a host has broken", async (t) => {
  for (const [what, frames, rule] of hosts) {
    const monitor = new FunctionMonitor({ credit: 65_536 }, false);
    t.equal(monitor.received(frame(0, { hello: {} })), undefined);
    monitor.sent(frame(0, { ready: { credit: 65_536, max_concurrency: 2 } }));
    const violations = frames.map((each) => monitor.received(each)?.requirement);
    t.equal(violations.at(-1), rule, what);
    t.strictSame(
      violations.slice(0, -1),
      frames.slice(1).map(() => undefined),
      `${what}: nothing before`,
    );
  }
});
