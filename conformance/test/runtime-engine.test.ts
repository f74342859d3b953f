import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import t from "tap";
import { killEscapees } from "../src/candidate/escapees.ts";
import { NamedPipes } from "../src/candidate/named-pipes.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { FunctionMonitor } from "../src/run/function-monitor.ts";
import { type Performance, perform } from "../src/run/perform.ts";
import { TimeScale } from "../src/run/time-scale.ts";
import { VectorStore } from "../src/vector-store.ts";
import type { Unit } from "../src/wire/unit.ts";

const program = fileURLToPath(new URL("../../test/runtimes/plain.js", import.meta.url));
const cases = new CaseStore();
const folder = mkdtempSync(join(tmpdir(), "stdfn-engine-"));
process.env["TMPDIR"] = folder;
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

async function judge(wrong: string, factor: number): Promise<Performance> {
  const pipes = new NamedPipes();
  try {
    return await perform(cases.get("RT-SES-0001"), "json", {
      candidate: {
        command: [process.execPath, program, wrong],
        folder: process.cwd(),
        environment: {},
        offers: {},
      },
      pipes,
      cases,
      vectors: new VectorStore(),
      offered: { modes: ["session"], formats: ["json"], features: [] },
      scale: new TimeScale(250, factor),
      seed: "656e67696e65",
      signal: new AbortController().signal,
    });
  } finally {
    pipes.remove();
  }
}

/** What the kit makes of a runtime: verdict, signature, rule, and a part of what it says has come. */
const runtimes: readonly (readonly [string, string, string?, string?, RegExp?])[] = [
  ["nothing", "pass"],
  ["floods", "pass"],
  ["hangs", "inconclusive", "handshake", "SES-003", /the process lives, it has written nothing/],
  ["exits", "inconclusive", "handshake", "SES-003", /exit status 3/],
  ["prints-banner", "inconclusive", "handshake", "REC-003", /bytes before the preface/],
  ["never-starts", "fail", "timeout", "SES-018", /nothing more for/],
  ["starts-twice", "fail", "unexpected:context", "SES-018", /for id 1/],
  ["swallows", "fail", "timeout", "SES-018", /nothing more for/],
  ["answers-itself", "fail", "timeout", "SES-018", /nothing more for/],
  ["answers-strangers", "fail", "breach:SES-090", "SES-018", /which was never opened/],
  ["answers-twice", "fail", "breach:MOD-007", "SES-018", /after the end of the Envelope/],
  ["cuts-off", "fail", "different", "SES-018", /exit status 0/],
  ["is-killed", "fail", "different", "SES-018", /SIGKILL/],
  ["leaves-orphan", "fail", "left-behind", "RLY-034", /a process that lives on/],
  ["leaves-holder", "pass"],
];
/** A runtime that stays silent is waited for in vain, so the wait is short. */
const isShort = (verdict: string): number => (verdict === "pass" ? 4 : 0.3);

for (const [wrong, verdict, signature, rule, came] of runtimes)
  t.test(`a runtime that does wrong: ${wrong}`, async (t) => {
    const { judgement } = await judge(wrong, isShort(verdict));
    if (judgement.verdict === "pass") t.equal(verdict, "pass");
    else {
      const { failure } = judgement;
      // A second answer may come before the runtime is drained or while it is.
      t.strictSame(
        [judgement.verdict, failure.signature.replace(/^drain:/, ""), failure.rule],
        [verdict, signature, rule],
      );
      t.match(failure.came.join("\n"), came);
    }
    t.equal(killEscapees().length, wrong === "leaves-holder" ? 1 : 0, "what is left running");
    t.strictSame(readdirSync(folder), [], "what is left on the disk");
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
