import { Buffer } from "node:buffer";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { readOwnCases } from "../src/case/own-case.ts";
import { sha256 } from "../src/digest.ts";
import { commandOf } from "../src/mutants/mutant-list.ts";
import { readReport } from "../src/report/report.ts";
import { launcher } from "./launcher.ts";

const everything = "dev.stdfn.everything.";

/** Runs the kit on the function that the kit's own mutants are made from. */
async function kit(command: string, ...args: readonly string[]) {
  const candidate = ["--", ...commandOf("everything")];
  const all = [launcher, command, ...args, ...candidate];
  const { exitCode, stdout, stderr } = await execa(process.execPath, all, { reject: false });
  return { status: exitCode, stdout, stderr };
}

/** What a command prints that is given no candidate. */
async function kitAlone(...args: readonly string[]): Promise<string> {
  const { stdout } = await execa(process.execPath, [launcher, ...args]);
  return stdout;
}

const echo = { type: `${everything}echo` };
const text = { ...echo, datacontenttype: "text/plain", data: "hello {{name}}" };
/** What the function itself makes: octet k is k mod 251. */
const pattern = (size: number): Buffer =>
  Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, at) => at)));
/** More than one record can hold. */
const large = pattern(1_200_001);
/** What would be filled in or matched, if it stood in the case itself. */
const literal = { more: { $any: true }, name: "{{name}}", octets: { $base64: { hex: "00" } } };
const png = { datacontenttype: "image/png" };
const image = { ...echo, ...png };
const emit = (count: number, size?: number): object => ({
  type: `${everything}emit`,
  data: { count, ...(size !== undefined && { size }) },
});

/** Own cases, and the ways in which they are put to the function with what each comes to. */
const cases: Readonly<Record<string, readonly [own: object, pass: string, fail: string]>> = {
  echoes: [
    {
      event: text,
      results: [{ data: "hello {{name}}", source: { $matches: ":everything$" } }],
    },
    "filter pipe session session-pieces",
    "",
  ],
  "in-a-folder/filters": [
    { modes: ["filter"], event: text, results: [{ data: "hello {{name}}" }] },
    "filter",
    "",
  ],
  "filters-json": [
    { modes: ["filter"], event: { ...echo, data: { a: [1] } }, results: [{ data: { a: [1] } }] },
    "filter",
    "",
  ],
  "filters-octets": [
    {
      modes: ["filter"],
      event: { ...echo, data_base64: "AAEC/w==" },
      results: [{ data_base64: "AAEC/w==" }],
    },
    "filter",
    "",
  ],
  "filters-otherwise": [
    { modes: ["filter"], event: text, results: [{ data: "hullo {{name}}" }] },
    "",
    "filter",
  ],
  "filters-no-json": [
    { modes: ["filter"], event: text, results: [{ data: { hello: true } }] },
    "",
    "filter",
  ],
  "exits-otherwise": [{ modes: ["filter"], event: text, exit: [1] }, "", "filter"],
  "two-results": [
    { event: emit(2), results: [{ data: { index: 0 } }, { data: { index: { $range: [1, 1] } } }] },
    "pipe session session-pieces",
    "",
  ],
  "too-few": [
    { event: emit(1), results: [{ data: { index: 0 } }, { data: { index: 1 } }] },
    "",
    "pipe session session-pieces",
  ],
  "too-many": [
    { modes: ["pipe", "session"], event: emit(2), results: [{ data: { index: 0 } }] },
    "",
    "pipe session session-pieces",
  ],
  "an-error": [
    {
      modes: ["pipe", "session"],
      event: { type: `${everything}fail`, data: { code: "not_found", message: "no image" } },
      error: { code: "not_found", message: { $contains: ["image"] } },
    },
    "pipe session session-pieces",
    "",
  ],
  "another-error": [
    {
      modes: ["pipe", "session"],
      event: { type: `${everything}fail`, data: { code: "not_found" } },
      error: { code: "aborted" },
    },
    "",
    "pipe session session-pieces",
  ],
  "several-events": [
    { events: [emit(1), emit(1)], results: [{ data: { index: 0 } }, { data: { index: 0 } }] },
    "pipe session session-pieces",
    "",
  ],
  "several-files": [
    {
      events: [
        { ...text, data: undefined, data_file: "octets/small.txt" },
        { ...echo, datacontenttype: "application/json", data_file: "octets/literal.txt" },
        { ...echo, data_file: "octets/small.txt" },
        { ...text, data: undefined, data_file: "octets/small.bin" },
      ],
      results: [
        { data: "small\n" },
        { data_file: "octets/literal.txt" },
        { data_base64: "c21hbGwK" },
        { data_base64: { $base64: { pattern: 5_000 } } },
      ],
    },
    "pipe session session-pieces",
    "",
  ],
  "made-octets": [
    {
      modes: ["filter"],
      event: { ...echo, data_base64: { $base64: { random: "a", size: 90 } } },
      results: [{ data_base64: { $base64: { random: "a", size: 90 } } }],
    },
    "filter",
    "",
  ],
  "made-text": [
    {
      modes: ["filter"],
      event: {
        ...echo,
        datacontenttype: "text/plain",
        data: { $text: { repeat: "61", times: 9 } },
      },
      results: [{ data: "aaaaaaaaa" }],
    },
    "filter",
    "",
  ],
  "streams-both-ways": [
    {
      event: { ...image, subject: "{{name}}", data_file: "octets/large.bin" },
      results: [{ ...png, subject: "{{name}}", data_file: "octets/large.bin" }],
    },
    "filter pipe session session-pieces",
    "",
  ],
  "streams-otherwise": [
    {
      event: { ...image, data_file: "octets/large.bin" },
      results: [{ data_file: "octets/other.bin" }],
    },
    "",
    "filter pipe session session-pieces",
  ],
  "streams-as-another-type": [
    {
      modes: ["pipe", "session"],
      event: { ...image, data_file: "octets/small.bin" },
      results: [{ datacontenttype: "image/gif", data_file: "octets/small.bin" }],
    },
    "",
    "pipe session session-pieces",
  ],
  "streams-in": [
    {
      event: { type: `${everything}digest`, data_file: "octets/large.bin" },
      results: [{ data: { bytes: large.length, sha256: sha256(large) } }],
    },
    "filter pipe session session-pieces",
    "",
  ],
  "streams-in-nothing": [
    {
      event: { type: `${everything}digest`, data_file: "octets/empty.bin" },
      results: [{ data: { bytes: 0, sha256: sha256("") } }],
    },
    "filter pipe session session-pieces",
    "",
  ],
  "streams-out": [
    {
      event: { type: `${everything}stream`, data: { size: large.length } },
      results: [{ data_file: "octets/large.bin" }],
    },
    "filter pipe session session-pieces",
    "",
  ],
  "in-a-folder/whole-or-streamed": [
    {
      modes: ["pipe", "session"],
      event: { type: `${everything}emit`, data: { count: 2, size: 5_000 } },
      results: [{ data_file: "../octets/small.bin" }, { data_file: "../octets/small.bin" }],
    },
    "pipe session session-pieces",
    "",
  ],
  "text-in-a-file": [
    {
      event: { ...text, data: "small\n" },
      results: [{ datacontenttype: "text/plain", data_file: "octets/small.txt" }],
    },
    "filter pipe session session-pieces",
    "",
  ],
  "another-text-in-a-file": [
    {
      event: { ...text, data: "smell\n" },
      results: [{ data_file: "octets/small.txt" }],
    },
    "",
    "filter pipe session session-pieces",
  ],
  "json-in-a-file": [
    {
      event: { ...echo, data: { b: [1], a: "é" } },
      results: [{ data_file: "../small.json.txt" }],
    },
    "filter pipe session session-pieces",
    "",
  ],
  "streams-given-text": [
    {
      modes: ["pipe", "session"],
      event: { ...text, data: undefined, data_file: "octets/small.txt" },
      results: [{ datacontenttype: "text/plain", data: { $matches: "^small\\n$" } }],
    },
    "pipe session session-pieces",
    "",
  ],
  "streams-another-text": [
    {
      modes: ["pipe"],
      event: { ...text, data: undefined, data_file: "octets/small.txt" },
      results: [{ data: "smell\n" }],
    },
    "",
    "pipe",
  ],
  "streams-given-json": [
    {
      event: { ...echo, datacontenttype: "application/json", data_file: "../small.json.txt" },
      results: [{ data: { b: [{ $range: [1, 1] }], a: "é" } }],
    },
    "filter pipe session session-pieces",
    "",
  ],
  "streams-no-json": [
    {
      modes: ["pipe"],
      event: { ...echo, datacontenttype: "application/json", data_file: "octets/small.txt" },
      results: [{ data: "small\n" }],
    },
    "",
    "pipe",
  ],
  "streams-given-octets": [
    {
      modes: ["pipe", "session"],
      event: { type: `${everything}stream`, data: { size: large.length } },
      results: [{ data_base64: { $base64: { pattern: large.length } } }],
    },
    "pipe session session-pieces",
    "",
  ],
  "streams-what-is-not-looked-at": [
    {
      modes: ["session"],
      event: { ...image, subject: "{{name}}", data_file: "octets/small.bin" },
      results: [{ ...png, subject: "{{name}}" }],
    },
    "session session-pieces",
    "",
  ],
  "streams-and-fails": [
    {
      modes: ["session"],
      event: { type: `${everything}partial-stream`, data: { size: 3 } },
      results: [{ data_base64: { $any: true } }],
      error: { code: "aborted" },
    },
    "",
    "session session-pieces",
  ],
  "large-events": [
    {
      modes: ["session"],
      event: emit(4, 600_000),
      results: Array.from({ length: 4 }, () => ({ data_base64: { $any: true } })),
    },
    "session session-pieces",
    "",
  ],
  "cut-short": [
    {
      modes: ["pipe", "session"],
      event: { type: `${everything}stream`, data: { size: large.length - 1 } },
      results: [{ data_file: "octets/large.bin" }],
    },
    "",
    "pipe session session-pieces",
  ],
  "too-long": [
    {
      modes: ["pipe", "session"],
      event: { type: `${everything}emit`, data: { count: 1, size: 5_001 } },
      results: [{ data_file: "octets/small.bin" }],
    },
    "",
    "pipe session session-pieces",
  ],
  "fails-while-streaming": [
    {
      modes: ["pipe", "session"],
      event: { type: `${everything}unknown`, data_file: "octets/large.bin" },
      error: { code: "unimplemented" },
    },
    "pipe session session-pieces",
    "",
  ],
  "a-context": [
    {
      modes: ["pipe", "session"],
      context: { tenant: "acme" },
      event: { type: `${everything}context` },
      results: [{ data: { tenant: "acme", $more: true } }],
    },
    "pipe session session-pieces",
    "",
  ],
};

t.test("an author's cases are put to the function in every way there is", async (t) => {
  const files = Object.entries(cases).map(
    ([name, [own]]) => [name, JSON.stringify({ title: `it ${name}`, ...own })] as const,
  );
  const folder = t.testdir({
    "small.json.txt": '{"a":"é","b":[1]}',
    own: {
      "in-a-folder": {},
      "no-case.txt": "",
      octets: {
        "large.bin": large,
        "other.bin": Buffer.concat([large.subarray(0, -1), Buffer.from("!")]),
        "small.bin": pattern(5_000),
        "small.txt": "small\n",
        "empty.bin": "",
        "literal.txt": JSON.stringify(literal),
      },
    },
  });
  for (const [name, own] of files) writeFileSync(join(folder, "own", `${name}.json`), own);
  const own = join(folder, "own");
  const out = join(folder, "results.ndjson");
  const { status, stdout } = await kit(
    "function",
    "--cases",
    own,
    "--only",
    "own/**",
    "--out",
    out,
  );
  t.equal(status, 1);
  const { run, results } = readReport(out);
  t.equal(run.own_cases?.folder, own);
  for (const [name, [, pass, fail]] of Object.entries(cases)) {
    const found = results.filter(({ id }) => id.slice(0, id.lastIndexOf("/")) === `own/${name}`);
    const ways = (verdict: string): string =>
      [...new Set(found.filter((one) => one.verdict === verdict).map(({ id }) => id))]
        .map((id) => id.slice(id.lastIndexOf("/") + 1))
        .sort()
        .join(" ");
    t.equal(ways("pass"), pass, `${name} passes`);
    t.equal(ways("fail"), fail, name);
    for (const { id, format, mode } of found)
      t.equal(format === undefined, mode === "filter", `${id} in a format, unless it is a filter`);
  }
  const explained = await kitAlone("explain", "own/streams-in/session", "--cases", own);
  t.match(
    explained,
    `"octets":{"file":"octets/large.bin","size":1200001,"sha256":"${sha256(large)}"}`,
  );
  t.match(stdout, /OWN-001: The function MUST answer as the author of the case expects/);
  const came = (name: string) =>
    results.find(({ id }) => id === `own/${name}/pipe`)?.failure?.came[0] ?? "";
  t.match(
    came("streams-another-text"),
    /"data":"small\\n"\}\}, which came as a stream of 6 octets$/,
  );
  t.match(came("streams-no-json"), /^a stream of application\/json whose 6 octets are no JSON: /);
  const again = stdout.match(/repro (own\/\S+) .*--cases (\S+) --seed (\S+)/);
  const repeated = await kit("repro", again?.[1] ?? "", "--cases", own, "--seed", again?.[3] ?? "");
  t.equal(repeated.status, 1, "what failed fails again");
});

t.test("several events with all that they can hold are sent as credit is granted", async (t) => {
  const fits = pattern(983_040);
  const own = {
    title: "digests them",
    arguments: ["--credit", "65536"],
    events: [1, 2, 3].map(() => ({ type: `${everything}digest`, data_file: "fits.bin" })),
    results: [1, 2, 3].map(() => ({ data: { bytes: fits.length, sha256: sha256(fits) } })),
  };
  const folder = t.testdir({ cases: { "own.json": JSON.stringify(own), "fits.bin": fits } });
  const out = join(folder, "results.ndjson");
  const args = [
    "--cases",
    join(folder, "cases"),
    "--only",
    "own/own/session",
    "--trace",
    "--out",
    out,
  ];
  const candidate = fileURLToPath(
    new URL("../../candidates/typescript-everything/main.js", import.meta.url),
  );
  const command = [launcher, "function", ...args, "--", process.execPath, candidate];
  const { exitCode, stdout } = await execa(process.execPath, command, { reject: false });
  t.equal(exitCode, 0, stdout);
  const { results } = readReport(out);
  t.equal(results.length, 2);
  for (const { transcript = [], format } of results) {
    const costs = transcript.flatMap(({ way, text }) => {
      const [, kind] = /^\{"frame":\{"id":1,"(event|credit)":/.exec(text) ?? [];
      return kind === undefined ? [] : [`${way} ${kind}`];
    });
    const sent = costs.filter((line) => line === "> event" || line === "< credit");
    t.strictSame(sent.slice(0, 3), ["> event", "> event", "< credit"], format ?? "");
    t.equal(sent.filter((line) => line === "> event").length, 3, format ?? "");
  }
});

t.test("the example of the README is one", { skip: missingTool("jq") }, async (t) => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const [, chapter = ""] = readme.split("## Your own events");
  const own = chapter.match(/```json\n(.*?)```/s)?.[1] ?? "";
  // The function that it speaks of, as a filter that is a line of jq.
  const command = ["jq", "-R", "-c", '{words: (. / " " | length)}'];
  const folder = t.testdir({
    cases: { "words.json": own },
    "candidate.json": JSON.stringify({ command, modes: ["filter"] }),
  });
  const out = join(folder, "results.ndjson");
  const candidate = ["--candidate", join(folder, "candidate.json")];
  const args = ["function", "--cases", join(folder, "cases"), "--out", out, ...candidate];
  const { exitCode, stdout } = await execa(process.execPath, [launcher, ...args], {
    reject: false,
  });
  t.equal(exitCode, 0, stdout);
  const passed = readReport(out).results.filter(({ verdict }) => verdict === "pass");
  t.strictSame(
    passed.map(({ id }) => id),
    ["own/words/filter"],
  );
});

t.test("the examples are judged by cases of their own", { skip: missingTool("jq") }, async (t) => {
  const examples: readonly (readonly [folder: string, candidate: object, passes: number])[] = [
    ["shell", { command: ["./word-count"] }, 2],
    ["jq", { command: ["jq", "-c", "-f", "strong-earthquakes.jq"], modes: ["filter"] }, 1],
  ];
  for (const [name, candidate, passes] of examples) {
    const folder = fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
    const home = t.testdir({ "candidate.json": JSON.stringify({ folder, ...candidate }) });
    const out = join(home, "results.ndjson");
    const own = ["--cases", join(folder, "cases"), "--only", "own/**", "--out", out];
    const args = [launcher, "function", "--candidate", join(home, "candidate.json"), ...own];
    const { exitCode, stdout } = await execa(process.execPath, args, { reject: false });
    t.equal(exitCode, 0, stdout);
    const { results } = readReport(out);
    t.equal(results.filter(({ verdict }) => verdict === "pass").length, passes, name);
  }
});

t.test("a run without an author's cases says nothing of them", async (t) => {
  const out = join(t.testdir(), "results.ndjson");
  await kit("function", "--only", "FN-DSC-0001", "--out", out);
  t.notOk("own_cases" in readReport(out).run);
});

t.test("a case that is none is refused before anything is started", async (t) => {
  const refused: readonly (readonly [content: unknown, message: RegExp])[] = [
    ["{", /own\.json is no JSON: /],
    [[], /own\.json is no case:\n {2}\/: /],
    [{ title: "t", event: {} }, /own\.json is no case:/],
    [{ title: "t", event: {}, events: [], exit: [0] }, /own\.json is no case:/],
    [
      { title: "t", event: {}, result: [] },
      /unknown member "result"; did you mean "results"\?\n`stdfn-conformance schema own-case`/,
    ],
    [{ title: "t", event: {}, exit: [256] }, /\/exit\/0: /],
    [{ title: "t", event: { data_file: "" }, exit: [0] }, /\/event\/data_file: /],
    [
      { title: "t", event: { data_file: "none.bin" }, exit: [0] },
      /own\.json: cannot read the data_file "none\.bin": ENOENT.*; its name is taken from the folder/,
    ],
    [
      { title: "t", event: {}, results: [{ data: 1, data_file: "own.json" }] },
      /own\.json: "data_file" is the data, and so is "data": leave one of them out/,
    ],
    [
      { title: "t", events: [{}, { data_file: "own.json", data: 1 }], exit: [0] },
      /own\.json: "data_file" is the data, and so is "data": leave one of them out/,
    ],
    [{ title: "t", events: [{ data_file: "" }], exit: [0] }, /\/events\/0\/data_file: /],
    [
      { title: "t", event: {}, results: [{ data: { a: [{ $contain: ["x"] }] } }] },
      /nothing is known by the name "\$contain"; did you mean "\$contains"\?/,
    ],
    [
      { title: "t", event: {}, error: { code: "not_fond" } },
      /own\.json: \/error\/code: "not_fond" is no error code; did you mean "not_found"\?; there are cancelled, .* \(ERR-001\)$/,
    ],
    [{ title: "t", event: {}, error: { code: 5 } }, /\/error\/code: 5 is no error code; there are/],
    [
      { title: "t", event: { Foo: "x" }, results: [] },
      /own\.json: \/event is no event: the attribute name "Foo"; MOD-023: The reader MUST report an event with an attribute name that is not /,
    ],
    [
      { title: "t", events: [{}, { id: "" }], exit: [0] },
      /\/events\/1 is no event: an event without id; MOD-021: /,
    ],
    [
      { title: "t", event: { size: 1.5 }, exit: [0] },
      /\/event is no event: .*"size" is no text.*; JSN-030: /,
    ],
    [
      { title: "t", event: {}, context: { remaning_ms: 5 }, exit: [0] },
      /own\.json: \/context\/remaning_ms is no member of a context; did you mean "remaining_ms"\?; there are invocation_id, /,
    ],
    [
      { title: "t", event: {}, context: { remaining_ms: "soon" }, exit: [0] },
      /own\.json: \/context is no context: the member "remaining_ms" is the string "soon"; JSN-\d+: /,
    ],
    [
      { title: "t", event: {}, context: { extensions: { Foo: "x" } }, exit: [0] },
      /own\.json: \/context is no context: .*"Foo".*; MOD-\d+: /,
    ],
  ];
  for (const [content, message] of refused) {
    const name = JSON.stringify(content);
    const own = typeof content === "string" ? content : name;
    const folder = t.testdir({ "own.json": own });
    const { status, stderr, stdout } = await kit("function", "--cases", folder);
    t.equal(status, 2, name);
    t.match(stderr, message, name);
    t.equal(stdout, "", name);
  }
  const own = JSON.stringify({ title: "t", event: { data_file: "vast.bin" }, exit: [0] });
  const vast = t.testdir({ "own.json": own, "vast.bin": "" });
  truncateSync(join(vast, "vast.bin"), 16_777_217);
  const refusedSize = await kit("function", "--cases", vast);
  t.equal(refusedSize.status, 2);
  t.match(refusedSize.stderr, /"vast\.bin" has 16777217 octets; it may have 16777216 at most/);
  const json = { data_file: "given.txt", datacontenttype: "application/problem+json" };
  const unfit: readonly (readonly [content: string | Buffer, event: object, message: RegExp])[] = [
    [
      '{"a":',
      json,
      /own\.json: the data_file "given\.txt" of event 2 is no JSON, although that is/,
    ],
    [Buffer.from([0x22, 0xff, 0x22]), json, /event 2 is no JSON, .*: it is no UTF-8$/],
    [
      '{"a":1,"a":2}',
      json,
      /event 2 is no I-JSON, as data of kind json has to be: .* member twice/,
    ],
    [
      `"${"a".repeat(983_039)}"`,
      json,
      /event 2 comes to 983041 octets of data; .* 983040 octets at/,
    ],
    [
      Buffer.alloc(983_041),
      { data_file: "given.txt" },
      /event 2 comes to 983041 octets of data; an event of "events" is one record, whose data may have 983040 octets at most, where "event" streams files of up to 16777216$/,
    ],
  ];
  for (const [content, event, message] of unfit) {
    const own = JSON.stringify({ title: "t", events: [{}, event], results: [] });
    const folder = t.testdir({ "own.json": own, "given.txt": content });
    t.throws(() => readOwnCases(folder), { name: "KitError", status: 2, message });
  }
  const empty = await kit("function", "--cases", t.testdir({ "own.txt": "" }));
  t.equal(empty.status, 2);
  t.match(empty.stderr, /no case in .*: a case is a file whose name ends in \.json; /);
  const one = t.testdir({ "own.json": JSON.stringify({ title: "t", event: {}, exit: [0] }) });
  const pattern = await kit("function", "--cases", one, "--only", "own*");
  t.equal(pattern.status, 2);
  t.match(
    pattern.stderr,
    /no case matches "own\*"; did you mean "own\/\*\*"\?; \* stands for anything within a segment/,
  );
  const missing = await kit("function", "--cases", join(t.testdirName, "missing"));
  t.equal(missing.status, 2);
  t.match(
    missing.stderr,
    /cannot read the cases of .*missing: ENOENT.*; name a folder with --cases/,
  );
});
