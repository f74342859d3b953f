import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import fc from "fast-check";
import t from "tap";
import { protobufCodec } from "../src/codec.ts";
import { type ControlKind, controlNumbers, type RecordKind, recordNumbers } from "../src/index.ts";
import { arbitraries } from "./arbitrary-values.ts";
import { canonicalForm, type Plain } from "./canonical-form.ts";
import { readStream } from "./read-stream.ts";
import { stockMeaning } from "./stock-protobuf.ts";
import { textFormat } from "./text-format.ts";

const protoFolder = fileURLToPath(new URL("../../proto", import.meta.url));
const recordKinds = Object.keys(recordNumbers) as RecordKind[];
const controlKinds = Object.keys(controlNumbers) as ControlKind[];
const perKind = 150;

type Assertions = Pick<typeof t, "equal" | "strictSame">;

interface Sample {
  readonly kind: RecordKind | ControlKind;
  readonly body: Buffer;
  readonly meaning: Plain;
}

/** Set SEED to see again what failed. */
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
t.comment(`SEED=${seed}`);

/** Random bodies of every kind, encoded by our codec, with what they mean. */
const samples: readonly Sample[] = [...recordKinds, ...controlKinds].flatMap((kind) =>
  (fc.sample(arbitraries[kind] as fc.Arbitrary<never>, { numRuns: perKind, seed }) as never[]).map(
    (value) => ({
      kind,
      body: Buffer.from(
        isControl(kind)
          ? protobufCodec.encodeControl(kind, value)
          : protobufCodec.encode(kind, value),
      ),
      meaning: meaningOf(kind, value),
    }),
  ),
);

t.test("stock protoc reads what we write", { skip: missingTool("protoc") }, async (t) => {
  // One frame a sample keeps their order, which a stream of records would not.
  const stream = Buffer.concat(samples.map((sample) => frameOf(sample)));
  const ours = protoc("decode", stream).toString();
  const theirs = protoc("decode", protoc("encode", samples.map(frameText).join("\n"))).toString();
  const [found, wanted] = [ours, theirs].map((text) => text.split(/^frame /m).slice(1));
  t.equal(found?.length, samples.length, `${samples.length} frames`);
  for (const [index, sample] of samples.entries()) {
    if (sample.kind === "event" || sample.kind === "stream") {
      // Any attribute type may carry a canonical string, so events are compared by what they mean.
      const read = JSON.stringify(sorted(stockMeaning(sample.body)));
      if (read !== JSON.stringify(sorted(sample.meaning)))
        t.strictSame(
          stockMeaning(sample.body),
          sample.meaning,
          `${sample.kind} as protobufjs reads it`,
        );
      continue;
    }
    if (found?.[index] !== wanted?.[index])
      t.equal(found?.[index], wanted?.[index], `${sample.kind} ${sample.body.toString("hex")}`);
  }
});

t.test("we read what stock protoc writes", { skip: missingTool("protoc") }, async (t) => {
  const written = protoc("encode", samples.map(frameText).join("\n"));
  compare(t, readFrames(written), "as protoc writes it");
});

t.test("what we write survives stock protoc", { skip: missingTool("protoc") }, async (t) => {
  const stream = Buffer.concat(samples.map((sample) => frameOf(sample)));
  compare(
    t,
    readFrames(protoc("encode", protoc("decode", stream))),
    "decoded and encoded by protoc",
  );
});

t.test(
  "stock protoc refuses nothing of a whole pipe",
  { skip: missingTool("protoc") },
  async (t) => {
    const records = samples.filter(({ kind }) => kind === "event").slice(0, 50);
    const pipe = Buffer.concat([
      protobufCodec.preface,
      ...records.map(({ body }) => protobufCodec.record("event", body)),
      protobufCodec.record("end", new Uint8Array()),
    ]);
    const again = protoc("encode", protoc("decode", pipe));
    const { lines, fault } = readStream([again]);
    t.equal(fault, undefined, "a stock serialiser writes a legal stream, preface included");
    t.strictSame(lines, [...records.map(({ meaning }) => ({ event: meaning })), { end: {} }]);
  },
);

function compare(t: Assertions, lines: readonly Plain[], how: string): void {
  t.equal(lines.length, samples.length, `${samples.length} frames`);
  for (const [index, { kind, meaning }] of samples.entries()) {
    const found = JSON.stringify(sorted(lines[index]?.[kind]));
    if (found !== JSON.stringify(sorted(meaning)))
      t.strictSame(lines[index]?.[kind], meaning, `${kind} ${how}`);
  }
}

/** Reads frames one by one, without the grammar of their invocations: the ids repeat. */
function readFrames(bytes: Buffer): readonly Plain[] {
  const { lines, fault } = readStream([protobufCodec.preface, bytes], {
    mode: "session",
    framesOnly: true,
  });
  if (fault !== undefined) throw fault;
  return lines;
}

function frameOf({ kind, body }: Sample): Buffer {
  const id = idOf(kind);
  return Buffer.from(
    isControl(kind)
      ? protobufCodec.controlFrame(id, kind, body)
      : protobufCodec.frame(id, [{ kind, body }]),
  );
}

function frameText({ kind, meaning }: Sample): string {
  return `frame { id: ${idOf(kind)} ${kind} { ${textFormat(kind, meaning)} } }`;
}

function idOf(kind: RecordKind | ControlKind): number {
  return ["hello", "ready", "drain"].includes(kind) ? 0 : 1;
}

function isControl(kind: RecordKind | ControlKind): kind is ControlKind {
  return kind in controlNumbers;
}

function meaningOf(kind: RecordKind | ControlKind, value: never): Plain {
  const plain = canonicalForm(kind, value);
  return kind === "event" && "data" in plain && plain["datacontenttype"] === undefined
    ? { ...plain, datacontenttype: "application/json" }
    : plain;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}

function protoc(direction: "encode" | "decode", input: Buffer | string): Buffer {
  const { status, stdout, stderr, error } = spawnSync(
    "protoc",
    [`--proto_path=${protoFolder}`, `--${direction}=stdfn.v1.Stream`, "stdfn/v1/stdfn.proto"],
    { input, maxBuffer: 1 << 28 },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`protoc --${direction}: ${stderr.toString().slice(0, 500)}`);
  return stdout;
}
