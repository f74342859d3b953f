import { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { octetsAround } from "../src/case/first-difference.ts";
import { jsonApart } from "../src/case/json-apart.ts";
import { type Difference, differenceOf, shown } from "../src/case/match.ts";
import { startWords } from "../src/case/start-words.ts";
import { failureText } from "../src/report/failure-text.ts";
import { entryLines } from "../src/report/hex-lines.ts";
import { readReport } from "../src/report/report.ts";
import { reproLine } from "../src/report/repro-line.ts";
import { twinText } from "../src/report/twin-text.ts";
import { requirement } from "../src/requirements.ts";
import { notStarted } from "../src/run/both-ends.ts";
import { brokenBy } from "../src/run/breach.ts";
import { ledgerText } from "../src/run/credit.ts";
import type { Failure } from "../src/run/judgement.ts";
import { likelyCause } from "../src/run/likely-cause.ts";
import { Monitor } from "../src/run/monitor.ts";
import { foreignIn, violationOfPreface } from "../src/run/preface-rules.ts";
import { Transcript } from "../src/run/transcript.ts";
import { wantedInstead } from "../src/run/wanted-instead.ts";
import { prefaces } from "../src/wire/preface.ts";
import type { Format, Unit } from "../src/wire/unit.ts";

const pathOf = (name: string): string =>
  fileURLToPath(new URL(`../../test/reports/${name}`, import.meta.url));
const everyVerdict = readReport(pathOf("every-verdict.ndjson"));

t.test("what its writer may add to an error is judged only where a case says so", async (t) => {
  const seen = new Map<string, unknown>();
  const said = { code: "internal", message: "broken", details: { acme_trace: "1" } };
  const worded = { code: "internal", message: { $any: true } };
  t.notOk(differenceOf(worded, said, seen), "where its writer words the message");
  t.match(differenceOf({ ...worded, message: "broken" }, said, seen), { path: "details" });
  t.match(differenceOf({ ...worded, details: { $absent: true } }, said, seen), { path: "details" });
  t.match(differenceOf(worded, { ...said, cause: "1" }, seen), { path: "cause" }, "nothing else");
});

t.test("what differs is shown around the first byte that does, however far behind", async (t) => {
  const long = "x".repeat(1_000);
  const octets = Buffer.from(Array.from({ length: 600 }, (_, at) => at % 251));
  const flipped = Buffer.from(octets);
  flipped[599] = 0xff;
  const [wanted64, came64] = [octets.toString("base64"), flipped.toString("base64")];
  const seen = new Map<string, unknown>();
  differenceOf({ $same: "a" }, `${long}a`, seen);
  const table: readonly (readonly [
    what: string,
    found: Difference | undefined,
    at: number | undefined,
    wanted: RegExp,
    came: RegExp,
  ])[] = [
    [
      "a short text is shown whole",
      differenceOf({ data: "hello" }, { data: "hullo" }, seen),
      undefined,
      /^"hello"$/,
      /^"hullo"$/,
    ],
    [
      "the last character of a long text",
      differenceOf({ data: `${long}y` }, { data: `${long}z` }, seen),
      1_000,
      /^…"x+y" \(1001 bytes\)$/,
      /^…"x+z" \(1001 bytes\)$/,
    ],
    [
      "bytes are counted, not characters",
      differenceOf({ data: `${"é".repeat(100)}y` }, { data: `${"é".repeat(100)}z` }, seen),
      200,
      /^…"é+y" \(201 bytes\)$/,
      /z/,
    ],
    [
      "a text that ends too soon",
      differenceOf({ data: `${long}y` }, { data: long }, seen),
      1_000,
      /y" \(1001 bytes\)$/,
      /^…"x+" \(1000 bytes\)$/,
    ],
    [
      "the last of many octets",
      differenceOf({ event: { data_base64: wanted64 } }, { event: { data_base64: came64 } }, seen),
      599,
      /^… 57 58 .* 60 \[61\] {2}"WXYZ.*a" \(600 bytes\)$/,
      / 60 \[ff\] .*\(600 bytes\)$/,
    ],
    [
      "what is no base64 is compared as the text that it is",
      differenceOf({ data_base64: wanted64 }, { data_base64: `${wanted64.slice(0, -1)}!` }, seen),
      799,
      /"/,
      /!" \(800 bytes\)$/,
    ],
    [
      "a body, however long",
      differenceOf({ event: { $body: octets } }, { event: {} }, seen, "", flipped),
      undefined,
      /bytes/,
      /./,
    ],
    [
      "the body that stands there",
      differenceOf({ $body: octets }, {}, seen, "event", flipped),
      599,
      /60 \[61\]/,
      /60 \[ff\]/,
    ],
    [
      "a body that ends too soon",
      differenceOf({ $body: octets }, {}, seen, "event", octets.subarray(0, 300)),
      300,
      /\[31\] 32/,
      /30 \[end\] {2}.*\(300 bytes\)$/,
    ],
    [
      "what has to be the same as before",
      differenceOf({ $same: "a" }, `${long}b`, seen),
      1_000,
      /a" \(/,
      /b" \(/,
    ],
  ];
  for (const [what, found, at, wanted, came] of table) {
    t.equal(found?.at, at, what);
    t.match(found?.wanted, wanted, what);
    t.match(found?.came, came, what);
  }
  t.match(shown({ data: long }), /^\{"data":"x{80}… \(1000 characters\)"\}$/);
});

t.test("octets are shown as the text that they are, and else with dots", async (t) => {
  for (const [octets, at, text] of [
    [Buffer.from('{"Ａ":null,"b":1}'), 2, '  "{\\"Ａ\\":null,"'],
    [Buffer.from("äöüäöüäöüä"), 11, '  "äöüäöüäöüä"'],
    [Buffer.from("ab\u00e9".repeat(10)), 20, '  "éabéabéabéabéab"'],
    [Buffer.from([0x61, 0xff, 0x62, 0xe9]), 1, '  "a.b."'],
    [Buffer.from("a\u009bb"), 0, '  "a..b"'],
  ] as const) {
    const shown = octetsAround(octets, at);
    t.ok(shown.includes(text), `${shown} has ${text}`);
  }
});

t.test("octets that are JSON are told apart by their members", async (t) => {
  const wanted = { a: 1, note: "", list: [{ b: 1 }, 2] };
  for (const [came, text] of [
    [{ a: 1, list: [{ b: 1 }, 2] }, 'note is missing, wanted ""'],
    [{ ...wanted, time: "now" }, 'time is "now", wanted nothing'],
    [{ ...wanted, a: "1" }, 'a is "1", wanted 1'],
    [{ ...wanted, list: [{ b: 2 }, 2] }, "list.0.b is 2, wanted 1"],
    [{ ...wanted, list: [{ b: 1 }] }, "list.1 is missing, wanted 2"],
    [{ ...wanted, list: {} }, 'list is {}, wanted [{"b":1},2]'],
    [["a"], /^the whole is \["a"\], wanted/],
    [{ list: wanted.list, note: "", a: 1 }, /^the same JSON value, spelled otherwise/],
    [7, undefined],
  ] as const)
    t.match(
      jsonApart(Buffer.from(JSON.stringify(wanted)), Buffer.from(JSON.stringify(came))) ?? "none",
      text ?? /^none$/,
    );
  t.equal(jsonApart(Buffer.from("{}"), Buffer.from("{")), undefined, "what is cut is none");
  t.equal(jsonApart(Buffer.from("plain"), Buffer.from("plane")), undefined);
});

t.test("the candidate is told of its own duty, and by what the kit has noticed", async (t) => {
  const table: readonly (readonly [noticed: string, side: "function" | "host", rule: string])[] = [
    ["MOD-007", "function", "SES-025"],
    ["SES-090", "function", "SES-025"],
    ["SES-041", "function", "SES-041"],
    ["REC-003", "function", "REC-003"],
    ["SES-017", "host", "SES-017"],
    ["SES-087", "host", "SES-025"],
    ["RLY-012", "host", "RLY-012"],
  ];
  for (const [noticed, side, rule] of table) {
    const breach = { requirement: noticed, side, message: "what came", offset: 7 };
    const { wanted, ...broken } = brokenBy(breach, "SES-025");
    t.strictSame(broken, { rule, noticed_by: noticed, came: ["what came"], offset: 7 });
    t.strictSame(wanted, [wantedInstead(noticed)]);
  }
});

t.test("whatever the kit's reader notices, it says what should have come", async (t) => {
  const folder = fileURLToPath(new URL("../../src/wire/", import.meta.url));
  const sources = readdirSync(folder).map((name) => readFileSync(folder + name, "utf8"));
  const ids = new Set(sources.flatMap((text) => text.match(/(?<=")[A-Z]{3}-\d{3}(?=")/g) ?? []));
  t.ok(ids.size > 50);
  for (const id of ids) t.not(wantedInstead(id), requirement(id)?.text, id);
});

t.test("what a program prints before its preface is quoted", async (t) => {
  const preface = (format: Format, foreign: string): Extract<Unit, { type: "preface" }> => ({
    type: "preface",
    format,
    foreign: Buffer.from(foreign),
    offset: foreign.length,
    bytes: prefaces[format],
  });
  const session = { side: "function", isSession: true } as const;
  const pipe = { side: "function", isSession: false } as const;
  for (const [format, foreign, where, message] of [
    ["json", "\n", session, undefined],
    ["json", "", session, /^no line feed/],
    ["json", "\n", pipe, /^1 byte before the preface: "\\n", in hexadecimal 0a$/],
    ["protobuf", "", session, undefined],
    ["json", "loading\n\n", session, /^8 bytes .* "loading\\n", in hexadecimal 6c 6f .* 0a$/],
    ["protobuf", "a".repeat(40), pipe, /^40 bytes .* in hexadecimal (61 ){32}…$/],
  ] as const) {
    const found = violationOfPreface(preface(format, foreign), where);
    if (message === undefined) t.equal(found, undefined);
    else t.match(found?.message, message);
  }
  t.equal(foreignIn(preface("json", "\n"), true).length, 0, "a line feed is due in a session");
});

t.test("a cause is named by what was noticed, wherever it was", async (t) => {
  const failure = (signature: string, rest: Partial<Failure> = {}): Failure => ({
    ...{ signature, rule: "SES-025", step: 0, wanted: [], came: [""] },
    ...rest,
  });
  const lives = (rest: Partial<Failure>): Failure =>
    failure("timeout", {
      came: ["nothing more; the process lives, it has written 9 bytes"],
      ...rest,
    });
  const silent = "nothing more; the process lives, it has written nothing";
  const top = (came: string): string => `host: last sent hello; last came ${came}`;
  const both = (came: string, sent: string): string[] => [
    top(came),
    `function 1: last sent ${sent}; last came hello`,
  ];
  const printed = /^something prints to standard output: /;
  for (const [given, cause] of [
    [failure("handshake", { noticed_by: "REC-003" }), printed],
    [failure("breach:REC-003", { noticed_by: "REC-003" }), printed],
    [failure("drain:breach:JSN-021", { noticed_by: "JSN-021" }), printed],
    [failure("breach:MOD-007", { noticed_by: "MOD-007" }), /^an invocation is answered twice/],
    [failure("breach:SES-090", { noticed_by: "SES-090" }), /may not write/],
    [
      failure("breach:SES-090", {
        noticed_by: "SES-090",
        came: ["unsupported for invocation 7, which was never opened"],
      }),
      /^the program writes for an id that nobody waits for/,
    ],
    [failure("company:breach:MOD-007", { noticed_by: "MOD-007" }), /has left something behind$/],
    [
      failure("different", {
        came: ["the end of the process, exit status 1, and no line before it"],
      }),
      /^the program fails while it starts/,
    ],
    [failure("timeout", { rule: "REC-003" }), undefined],
    [
      failure("handshake", {
        came: ["the end of the process, exit status 76"],
        ends: [top("nothing"), notStarted],
      }),
      /^the runtime speaks with its host, and refuses/,
    ],
    [
      failure("timeout", { ends: [top('{"frame":{"id":0,"error":{}}}'), notStarted] }),
      /^the runtime speaks with its host, and refuses/,
    ],
    [
      lives({ wanted: ['{"frame":{"id":1,"event":{}}}'] }),
      /^output is buffered and not flushed, or/,
    ],
    [lives({ wanted: ['{"frame":{"id":1,"error":{"code":"cancelled"}}}'] }), undefined],
    [lives({ wanted: ['{"exit":[0]}'] }), undefined],
    [
      lives({
        wanted: ['{"frame":{"id":3,"error":{"code":"resource_exhausted"}}}'],
        came: ["nothing more; the process lives", "balance of id 3: -42 of 65536 for its input, 9"],
      }),
      /overspent its credit unseen/,
    ],
    [lives({ wanted: ['{"frame":{"id":1,"event":{}}}'], ends: both("ready", "ready") }), undefined],
    [failure("timeout", { came: [silent] }), /^output is buffered/],
    [failure("timeout", { came: [silent], ends: both("nothing", "nothing") }), undefined],
    [
      failure("breach:JSN-017", { noticed_by: "JSN-017", ends: both("a line", "ready") }),
      /^something prints to standard output, or what the function prints is passed on/,
    ],
    [
      failure("breach:JSN-017", { noticed_by: "JSN-017", ends: both("fault x; y", "fault x; y") }),
      /^a fault is passed on as it came/,
    ],
    [
      failure("breach:JSN-017", {
        noticed_by: "JSN-017",
        ends: [
          "host: last sent fault x; last came z",
          "function 1: last sent y; last came fault x",
        ],
      }),
      /^a fault is passed on as it came/,
    ],
    [
      failure("breach:SES-041", { noticed_by: "SES-041", ends: both("an event", "an event") }),
      undefined,
    ],
    [failure("different", { ends: [top("nothing"), notStarted] }), /last argument/],
    [
      failure("different", {
        ...{ wanted: ['{"frame":{"id":0,"error":{}}}'], ends: [top("nothing"), notStarted] },
      }),
      undefined,
    ],
    [
      failure("breach:REC-003", {
        noticed_by: "REC-003",
        came: ['1 byte before the preface: "\\n", in hexadecimal 0a'],
      }),
      /does not look at STDFN_MODE$/,
    ],
    [
      failure("breach:PBF-003", { noticed_by: "PBF-003", came: ["a frame in a pipe"] }),
      /does not look at STDFN_MODE$/,
    ],
    [
      failure("handshake", {
        noticed_by: "REC-003",
        came: ['1 byte before the preface: "\\n", in hexadecimal 0a'],
      }),
      printed,
    ],
    [failure("something new"), undefined],
  ] as const)
    t.match(likelyCause(given) ?? "none", cause ?? /^none$/, given.signature);
});

t.test("a payload was changed on its way only if it had been sent", async (t) => {
  const sent = '{"frame":{"id":3,"event":{"data":{"text":"3 ä","n":3}}}}';
  for (const [way, wanted, isNamed] of [
    [">", '"3 ä"', true],
    [">", '…"3 ä"… (400 bytes)', true],
    [">", '"three"', false],
    [">", '""', false],
    [">", "3", false],
    ["<", '"3 ä"', false],
  ] as const) {
    const given: Failure = {
      ...{ signature: "different:event.data.words", rule: "OWN-001", step: 0 },
      ...{ wanted: [], came: [], difference: { path: "event.data.words", wanted, came: "2" } },
    };
    const cause = likelyCause(given, [{ way, text: sent }]);
    t.match(cause ?? "none", isNamed ? /^the payload is changed/ : /^none$/, `${way} ${wanted}`);
  }
});

t.test("a program echoes where it writes what only a host does", async (t) => {
  const hello = '{"frame":{"id":0,"hello":{"minors":[0]}}}';
  const context = '{"context":{"invocation_id":"1"}}';
  const error = '{"error":{"code":"aborted","message":"a test"}}';
  const frame = '{"frame":{"id":1,"event":{}}}';
  const both = ["host: last sent hello; last came hello", notStarted];
  for (const [sent, came, ends, isNamed] of [
    [hello, hello, [], true],
    [context, context, [], true],
    [hello, context, [], false],
    [error, error, [], false],
    [frame, frame, [], false],
    [hello, hello, both, false],
  ] as const) {
    const given: Failure = {
      ...{ signature: "handshake", rule: "SES-003", noticed_by: "SES-108", step: 0 },
      ...{ wanted: [], came: ["no line feed before the preface"], ends },
    };
    const cause = likelyCause(given, [
      { way: ">", text: sent },
      { way: "<", text: came },
    ]);
    t.equal(cause?.startsWith("the program echoes") ?? false, isNamed, `${sent} ${came}`);
  }
});

t.test("what is left of credit is told of the ids that wait and have used it", async (t) => {
  const frame = (id: number, kinds: readonly string[], cost: number, bytes = 0): Unit =>
    ({
      ...{ type: "frame", id, cost, unknown: [], offset: 0, bytes: Buffer.alloc(0) },
      members: kinds.map((kind) => ({ kind, meaning: { bytes }, body: Buffer.alloc(0) })),
    }) as Unit;
  const monitor = new Monitor({ credit: 100, minors: [0] });
  const ready = { kind: "ready", meaning: { minor: 0, credit: 50 }, body: Buffer.alloc(0) };
  monitor.received({ ...frame(0, [], 0), members: [ready] } as Parameters<Monitor["received"]>[0]);
  const received = (unit: Unit) => monitor.received(unit as Parameters<Monitor["received"]>[0]);
  for (const id of [1, 2, 3]) monitor.sent(frame(id, ["stream"], 1_000));
  t.equal(ledgerText(monitor.ledgers), "", "the first frame is free");
  monitor.sent(frame(1, ["chunk"], 50));
  monitor.sent(frame(2, ["chunk"], 62));
  received(frame(2, ["credit"], 0, 20));
  received(frame(3, ["stream"], 9));
  received(frame(3, ["chunk"], 100));
  const third = "of id 3: 50 for its input, 0 of 100 for its output";
  const text = `of id 2: 8 of 70 for its input, 100 for its output; ${third}`;
  const first = "of id 1: 0 of 50 for its input, 100 for its output";
  t.equal(ledgerText(monitor.ledgers), `balance ${first}; ${text}`);
  received(frame(1, ["error"], 0));
  t.equal(ledgerText(monitor.ledgers), `balance ${text}`, "of live ids alone");
  for (const id of [4, 5]) {
    monitor.sent(frame(id, ["stream"], 1));
    monitor.sent(frame(id, ["chunk"], 1));
  }
  t.match(ledgerText(monitor.ledgers), /; of id 4: .*; and of 1 more$/);
  monitor.endInput();
  t.equal(ledgerText(monitor.ledgers), "", "at the end of the input no credit applies");
});

t.test("a twin is worth what it has come to in the end", async (t) => {
  const result = { id: "FN-SES-0001", format: "json", verdict: "fail" } as const;
  const twin = { id: "FN-SES-0002", format: "json" } as const;
  const reason = "FN-SES-0003, its twin, came to fail";
  for (const [verdict, came, finals, text] of [
    ["fail", "pass", [], /passed, so what/],
    ["fail", "pass", [{ ...twin, verdict: "pass" }], /passed, so what/],
    [
      "fail",
      "pass",
      [{ ...twin, verdict: "inconclusive", reason }],
      /but proves nothing: FN-SES-0003, its twin, came to fail$/,
    ],
    ["fail", "pass", [{ ...twin, format: "protobuf", verdict: "inconclusive" }], /passed, so what/],
    ["fail", "fail", [{ ...twin, verdict: "fail" }], /came to fail too: look there first$/],
    ["inconclusive", "fail", [{ ...twin, verdict: "fail" }], /came to fail: look there first$/],
    [
      "inconclusive",
      "fail",
      [],
      /look there first, with stdfn-conformance repro FN-SES-0002 --seed 6db84c .* -- '\.\/my function' /,
    ],
    [
      "inconclusive",
      "inconclusive",
      [],
      /^FN-SES-0002 did not get as far .* either: what came here/,
    ],
    ["fail", "inconclusive", [], /^FN-SES-0002 did not get as far .* shows nothing$/],
    ["fail", "kit_error", [], /came to kit error: look/],
    ["fail", "not_applicable", [], /does not apply/],
    ["fail", "not_run", [], /was not run$/],
  ] as const)
    t.match(
      twinText(
        { ...result, verdict, twin: { id: twin.id, verdict: came } },
        { run: everyVerdict.run, results: finals },
      ),
      text,
    );
  const { run } = everyVerdict;
  const passed = { ...result, verdict: "inconclusive", reason: "its twin" } as const;
  t.match(
    twinText({ ...passed, twin: { id: twin.id, verdict: "inconclusive" } }, { run, results: [] }),
    /did not get as far as what it tries: look there first, with stdfn-conformance repro/,
  );
});

t.test("a line of JSON is shown once, unless it says more than it means", async (t) => {
  const lines = (text: string, written: string, label = ""): number => {
    const log = new Transcript(new Transcript(), label);
    log.add(">", text, Buffer.from(written));
    const [entry] = log.entries;
    return entry === undefined ? 0 : entryLines(entry, "json").length;
  };
  const big = "x".repeat(1_000);
  for (const [text, written, count, label] of [
    ['{"frame":{"id":1,"end":{}}}', '{"frame":{"id":1,"end":{}}}', 1],
    ['{"frame":{"id":1,"end":{}}}', '{"frame":{"end":{},"id":1}}', 1],
    ['{"frame":{"id":1,"end":{}}}', '{"frame":{"end":{},"id":1}}', 1, "function 1: "],
    ['{"frame":{"id":1,"end":{}}}', '{"frame":{"end":{},"id":2}}', 2],
    ['{"frame":{"id":1,"end":{}}}', '{"frame":{"id":1, "end":{}}}', 2],
    ['{"frame":{"id":0,"ready":{"minor":0}}}', '{"frame":{"id":0,"ready":{}}}', 1],
    ['{"frame":{"id":0,"ready":{"minor":1}}}', '{"frame":{"id":0,"ready":{}}}', 2],
    ['{"a":"é","b":1.5}', '{"b":1.5,"a":"é"}', 1],
    ['{"a":"é","b":1.5}', '{"b":1.50,"a":"é"}', 2],
    ['{"a":"é"}', '{"a":"\\u00e9"}', 2],
    ['{"a":"é"}', '{"a":"\u0000"}', 2],
    [`{"a":"${big}","b":1}`, `{"b":1,"a":"${big}"}`, 1],
    [`{"a":"${big}","b":1}`, `{"b": 1,"a":"${big}"}`, 3],
    ["8 bytes before the preface", "loading\n", 2],
  ] as const)
    t.equal(lines(text, written, label), count, JSON.stringify(written.slice(0, 40)));
});

t.test("what a process was started with stands above the last of the wire", async (t) => {
  const { run } = everyVerdict;
  const found = everyVerdict.results.find(({ verdict }) => verdict === "fail");
  if (found === undefined) throw new Error("there is a failure");
  const environment = { STDFN_EVENT_NOTE: "", STDFN_EVENT_SUBJECT: "it's", LONG: "x".repeat(500) };
  const log = new Transcript();
  log.start(startWords({ environment, arguments: ["--credit", "65536"] }));
  for (const text of ["a", "b", "c"]) log.add("=", text);
  const words = `STDFN_EVENT_NOTE='' STDFN_EVENT_SUBJECT='it'\\\\''s' LONG='x{120}…' \\(500 characters\\) --credit 65536`;
  const text = (most: number): string =>
    failureText({ ...found, transcript: log.entries }, { run, results: [] }, most);
  const head = String.raw`\n {2}wire {4}= started with ${words} {2}\(\d+ ms\)\n`;
  t.match(text(2), new RegExp(String.raw`${head} {10}\(1 before\)\n {10}= b `));
  t.match(text(4), new RegExp(`${head} {10}= a `));
  const nothing = new Transcript();
  nothing.start(startWords({}));
  t.strictSame(nothing.entries, [], "where nothing was added there is nothing to tell");
});

t.test("a line that reproduces a failure keeps what was asked for", async (t) => {
  const { run, results } = everyVerdict;
  const [result] = results;
  if (result === undefined) throw new Error("there is a result");
  t.match(reproLine(result, run), / --seed 6db84c --time-scale 3 -- /);
  const { asked_time_scale: _asked, ...plain } = run;
  t.notMatch(reproLine(result, plain), /time-scale/);
  const failed = results.find(({ id }) => id === "FN-PIP-0011");
  if (failed === undefined) throw new Error("there is a failure of another rule");
  t.match(
    failureText(failed, everyVerdict),
    /\n {2}rule {4}PIP-012: .*\n.*\n {2}broken {2}REC-003: The writer MUST NOT .*\n/,
  );
});
