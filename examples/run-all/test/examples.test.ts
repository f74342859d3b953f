import { Runtime } from "@stdfn/runtime";
import type { CloudEvent, JsonValue } from "@stdfn/schemas";
import { missingTool, type ToolName } from "@stdfn/test-support";
import sharp from "sharp";
import t from "tap";
import { bytesOf } from "../src/event-data.ts";
import type { Example } from "../src/example.ts";
import { examples } from "../src/examples.ts";
import { folder } from "../src/folders.ts";
import { runExample } from "../src/row.ts";
import { photograph } from "../src/trials/thumbnail.ts";

const runtime = new Runtime();

type Results = readonly CloudEvent[];
/** Makes right results wrong. */
type Spoil = (first: Results, again: Results) => Promise<[Results, Results]> | [Results, Results];

function missingOf({ needs }: Example): string | false {
  return needs.map((name) => missingTool(name)).find((reason) => reason !== false) ?? false;
}

function example(name: string): Example {
  const found = examples.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`no example ${name}`);
  return found;
}

for (const one of examples) {
  t.test(`${one.name} does what it says`, { skip: missingOf(one) }, async (t) => {
    t.not(one.ways.length, 0, "it can be spoken to");
    for (const way of one.ways) {
      const row = await runExample(runtime, one, way, () => one.load());
      t.match(
        row,
        { verified: true, bytes_in: Number },
        `${way.mode} ${way.format}: ${row.finding}`,
      );
    }
  });
}

/** Replaces the data of the first of some results. */
function withBytes([first, ...rest]: Results, bytes: Uint8Array): Results {
  return [{ ...(first as CloudEvent), data: { kind: "bytes", bytes } }, ...rest];
}

function withJson([first, ...rest]: Results, edit: (value: never) => JsonValue): Results {
  const event = first as CloudEvent;
  const text = Buffer.from(bytesOf(event)).toString("utf8");
  return [{ ...event, data: { kind: "json", value: edit(JSON.parse(text) as never) } }, ...rest];
}

function flipped(results: Results, at: number): Results {
  const bytes = Buffer.from(bytesOf(results[0] as CloudEvent));
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return withBytes(results, bytes);
}

function cut(results: Results): Results {
  const bytes = bytesOf(results[0] as CloudEvent);
  return withBytes(results, bytes.subarray(0, Math.floor(bytes.length / 2)));
}

const everywhere: Readonly<Record<string, Spoil>> = {
  "no first result": (_, again) => [[], again],
  "two first results": (first, again) => [[...first, ...first], again],
};

const spoiled: Readonly<Record<string, Readonly<Record<string, Spoil>>>> = {
  gzip: {
    "a bit": (first, again) => [flipped(first, 5000), again],
    "half of it": (first, again) => [cut(first), again],
    "the second only": (first, again) => [first, cut(again)],
    "not compressed": async (_, again) => {
      const { first } = await example("gzip").load();
      return [[first], again];
    },
  },
  jq: {
    "one missing": (first, again) => [
      withJson(first, (found: JsonValue[]) => found.slice(1)),
      again,
    ],
    "another order": (first, again) => [
      withJson(first, (all: JsonValue[]) => all.reverse()),
      again,
    ],
    "the attribute ignored": (first) => [first, first],
  },
  "word-count": {
    "one too many": (first, again) => [
      withJson(first, ({ words }: { words: number }) => ({ words: words + 1 })),
      again,
    ],
    "another subject": ([event], again) => [[{ ...(event as CloudEvent), subject: "x" }], again],
  },
  thumbnail: {
    "not shrunk": async (_, again) => [[await photograph(320)], again],
    "half of it": (first, again) => [cut(first), again],
    "the width ignored": (first) => [first, first],
    mirrored: async (first, again) => [
      withBytes(
        first,
        await sharp(bytesOf(first[0] as CloudEvent))
          .flop()
          .jpeg()
          .toBuffer(),
      ),
      again,
    ],
    "another format": async (first, again) => [
      withBytes(
        first,
        await sharp(bytesOf(first[0] as CloudEvent))
          .webp()
          .toBuffer(),
      ),
      again,
    ],
  },
  notify: {
    "another digest": (first, again) => [
      withJson(first, (data: object) => ({ ...data, digest: `sha256:${"0".repeat(64)}` })),
      again,
    ],
    "another change": (first, again) => [
      withJson(first, (data: object) => ({ ...data, change: "changed" })),
      again,
    ],
    "no silence": (first) => [first, first],
  },
  pipeline: {
    "another digest": (first, again) => [
      withJson(first, (data: object) => ({ ...data, digest: `sha256:${"0".repeat(64)}` })),
      again,
    ],
    "no silence": (first) => [first, first],
  },
};

for (const [name, ways] of Object.entries(spoiled)) {
  const one = example(name);
  t.test(`the judgement of ${name} sees what is wrong`, { skip: missingOf(one) }, async (t) => {
    const trial = await one.load();
    const [way] = one.ways;
    const instance = await runtime.connect(one.target, {
      mode: way?.mode ?? "filter",
      ...(way?.format === undefined ? {} : { format: way.format }),
    });
    const answers: Results[] = [];
    for (const event of [trial.first, trial.again]) {
      const answer = await instance.invoke(event).collect();
      answers.push(answer.ok ? answer.events : []);
    }
    await instance.drain();
    const [first = [], again = []] = answers;
    await t.resolves(async () => trial.verify(first, again), "what came out is right");
    for (const [what, spoil] of Object.entries({ ...everywhere, ...ways })) {
      const results = await spoil(first, again);
      await t.rejects(async () => trial.verify(...results), what);
    }
  });
}

interface Failure {
  readonly folder: string;
  readonly needs: readonly ToolName[];
  readonly data: string;
  readonly attributes?: Partial<CloudEvent>;
  readonly code: string;
  readonly message: RegExp;
}

const failures: readonly Failure[] = [
  {
    folder: "jq",
    needs: ["jq"],
    data: "{",
    code: "invalid_argument",
    message: /parse error/,
  },
  {
    folder: "jq",
    needs: ["jq"],
    data: '{"features":5}',
    code: "invalid_argument",
    message: /exit status 5.*Cannot iterate over number/s,
  },
  {
    folder: "jq",
    needs: ["jq"],
    data: '{"features":[]}',
    attributes: { extensions: { minimum: "strong" } },
    code: "invalid_argument",
    message: /exit status 5.*strong/s,
  },
  {
    folder: "shell",
    needs: [],
    data: "",
    attributes: { data: { kind: "json", value: { data: "two words" } } },
    code: "invalid_argument",
    message: /is a JSON value; send text/,
  },
  {
    folder: "thumbnail",
    needs: [],
    data: "no picture",
    code: "invalid_argument",
    message: /10 bytes of data are no photograph/,
  },
  {
    folder: "thumbnail",
    needs: [],
    data: "",
    attributes: { extensions: { width: 4000 } },
    code: "invalid_argument",
    message: /width is .*4000.*allowed are whole pixels/,
  },
  {
    folder: "notify",
    needs: [],
    data: "x",
    code: "invalid_argument",
    message: /has no subject/,
  },
  {
    folder: "pipeline",
    needs: ["gzip"],
    data: "no picture",
    code: "invalid_argument",
    message: /no photograph/,
  },
];

t.test("a wrong input is an error that says what is wrong", async (t) => {
  for (const { folder: name, needs, data, attributes, code, message } of failures) {
    const missing = needs.map((tool) => missingTool(tool)).find((reason) => reason !== false);
    await t.test(`${name}: ${message}`, { skip: missing ?? false }, async (t) => {
      const target = folder(name);
      for (const mode of target.manifest.modes ?? []) {
        const instance = await runtime.connect(target, { mode });
        const event: CloudEvent = {
          specversion: "1.0",
          id: "1",
          source: "/test",
          type: "com.example.test",
          data: { kind: "bytes", bytes: Buffer.from(data) },
          ...attributes,
        };
        const answer = await instance.invoke(event).collect();
        t.match(answer, { ok: false, error: { code, message }, partial: [] }, mode);
        await instance.drain();
      }
    });
  }
});
