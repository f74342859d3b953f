import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import { canonicalJson, compactJson } from "../src/codec/canonical-json.ts";
import { CodecError } from "../src/codec/codec-error.ts";
import { parseIJson } from "../src/codec/i-json.ts";
import { decodeBase64, encodeBase64 } from "../src/codec/json/base64.ts";
import { type Member, Scanner } from "../src/codec/json/scanner.ts";
import { isJsonMediaType } from "../src/codec/json-media-type.ts";
import { checkJsonText } from "../src/codec/json-text.ts";
import { protobufCodec } from "../src/codec/protobuf/protobuf-codec.ts";
import type { JsonValue } from "../src/model/event.ts";

interface Scanned {
  /** Fault of what was thrown or reported, or `none`. */
  readonly fault: string;
  readonly offset: number;
}

function scan(text: string | Uint8Array): Scanned {
  const scanner = new Scanner(typeof text === "string" ? Buffer.from(text) : text);
  try {
    scanner.finish(scanner.value(scanner.skipSpace(0), 1));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { fault: `thrown ${error.fault}`, offset: error.offset };
  }
  return { fault: scanner.violation?.fault ?? "none", offset: scanner.violation?.offset ?? -1 };
}

/** A test's name must survive the report: only printable ASCII. */
function label(text: string): string {
  return encodeURI(JSON.stringify(text.slice(0, 60)).replace(/\p{Surrogate}/gu, "?"));
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

t.test("the scanner accepts JSON text and says where other text goes wrong", async (t) => {
  const valid = [
    "0",
    "-0",
    "10.5e+3",
    "1E400",
    '""',
    '"\\u00e9\\n\\/\\\\\\""',
    '"\\ud83d\\ude00"',
    '"\u2028 \u0085 \ufffe"',
    " \t\r\n[ ] ",
    "[[],{}]",
    '{"":0," ":1}',
    '{"a":{"b":1},"b":{"a":1}}',
    '{"\\u0061":1,"b":2}',
    "true",
    "false",
    "null",
    `${"[".repeat(100)}${"]".repeat(100)}`,
  ];
  for (const text of valid) t.strictSame(scan(text), { fault: "none", offset: -1 }, label(text));

  const broken: readonly [string, number][] = [
    ["", 0],
    [" ", 1],
    ["01", 1],
    ["+1", 0],
    ["-", 1],
    ["1.", 2],
    ["1.e3", 2],
    [".5", 0],
    ["1e", 2],
    ["1e+", 3],
    ["0x10", 1],
    ["NaN", 0],
    ["nul", 3],
    ["nuL", 0],
    ["truE", 0],
    ["True", 0],
    ["'a'", 0],
    ['"a', 2],
    ['"a\n"', 2],
    ['"\u0000"', 1],
    ['"\\x"', 1],
    ['"\\x0041"', 1],
    ['"\\u12g4"', 1],
    ['"\\u123', 6],
    ['"\\', 2],
    ["[1,]", 3],
    ["[1 2]", 3],
    ["[,1]", 1],
    ["[1", 2],
    ["{", 1],
    ['{"a"}', 4],
    ['{"a":}', 5],
    ['{"a":1,}', 7],
    ["{a:1}", 1],
    ['{"a":1 "b":2}', 7],
    ['{"a":1', 6],
    ["1 2", 2],
    ["\ufeff1", 0],
    ["\u00a01", 0],
    ["[1]/* */", 3],
    ["[".repeat(150), 150],
    [`${"[".repeat(150)}"`, 151],
  ];
  for (const [text, offset] of broken) {
    t.strictSame(scan(text), { fault: "thrown malformed", offset }, JSON.stringify(text));
  }
});

t.test(
  "rules beyond the grammar are kept, not thrown, and the end is found all the same",
  async (t) => {
    const many = Array.from({ length: 40 }, (_, index) => `"n${index}":0`).join(",");
    const cases: readonly [string, string, number][] = [
      ['{"a":1,"a":2}', "duplicate", 7],
      ['{"a":1,"\\u0061":2}', "duplicate", 7],
      ['{"\\u0061":1,"a":2}', "duplicate", 12],
      ['{"\u00e9":1,"\\u00E9":2}', "duplicate", 8],
      ['{"x":[{"a":1,"b":2,"a":3}]}', "duplicate", 19],
      ['{"":1,"":2}', "duplicate", 6],
      ['{"__proto__":1,"__proto__":2}', "duplicate", 15],
      [`{${many},"n7":1}`, "duplicate", many.length + 2],
      [`{${many},"\\u006e7":1}`, "duplicate", many.length + 2],
      ['{"\\u0061":{"\\u0061":1,"a":2}}', "duplicate", 22],
      ['"\\ud83d"', "malformed", 1],
      ['"\\ude00"', "malformed", 1],
      ['"\\ud83d\\ud83d\\ude00"', "malformed", 1],
      ['"\\ud83dx"', "malformed", 1],
      ['{"\\udc00":1}', "malformed", 2],
      [`${"[".repeat(101)}${"]".repeat(101)}`, "malformed", 100],
      [`${'{"a":'.repeat(101)}"}]"${"}".repeat(101)}`, "malformed", 500],
      [`[${"[".repeat(200_000)}${"]".repeat(200_000)}]`, "malformed", 100],
    ];
    for (const [text, fault, offset] of cases) {
      t.strictSame(scan(text), { fault, offset }, text.slice(0, 60));
      const stray = Buffer.byteLength(text) + 2;
      t.strictSame(scan(`[${text},x`), { fault: "thrown malformed", offset: stray });
    }
    t.equal(scan(`{${many},"n40":1}`).fault, "none", "many names, all different");
    // These two have the same hash in the scanner.
    t.equal(scan('{"k146wu":0,"k1bwfa":0}').fault, "none", "two names with one hash");
    t.equal(scan('[{"\\u0061":1},{"a":1}]').fault, "none", "one name in two objects");
    t.equal(scan('{"\\u0061":{"a":1},"b":{"a":1}}').fault, "none", "one name at two depths");
  },
);

t.test("the scanner agrees with JSON.parse on JSON and on JSON with bytes changed", async (t) => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, 2), (text, space) => {
      const spaced = JSON.stringify(JSON.parse(text), undefined, space);
      return scan(spaced).fault === "none";
    }),
  );
  const interesting = fc.constantFrom(...'{}[]",:\\ue0-.19tfn \t\n\u0001x');
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 4 }),
      fc.array(fc.tuple(fc.nat(), interesting, fc.boolean()), { minLength: 1, maxLength: 3 }),
      (text, edits) => {
        let mutated = text;
        for (const [position, character, insert] of edits) {
          const at = position % (mutated.length + 1);
          mutated = mutated.slice(0, at) + character + mutated.slice(insert ? at : at + 1);
        }
        return (scan(mutated).fault !== "thrown malformed") === parses(mutated);
      },
    ),
    { numRuns: 3000 },
  );
  t.pass("both properties held");
});

t.test("a name that stands twice is found wherever it is put", async (t) => {
  const names = fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 12 }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(names, fc.nat(), fc.nat(), fc.boolean(), (unique, from, to, escaped) => {
      const texts = unique.map((name) => `${JSON.stringify(name)}:0`);
      if (scan(`{${texts.join(",")}}`).fault !== "none") return false;
      const again = unique[from % unique.length] as string;
      const units = Array.from({ length: again.length }, (_, index) => again.charCodeAt(index));
      const written = escaped
        ? `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`
        : JSON.stringify(again);
      texts.splice(to % (texts.length + 1), 0, `${written}:1`);
      return scan(`{${texts.join(",")}}`).fault === "duplicate";
    }),
  );
  t.pass("the property held");
});

t.test("members are given as spans of the text", async (t) => {
  const text = ' { "a" : [1, 2] ,"b\\n":"\u00e9","":{"a":null} } ';
  const bytes = Buffer.from(text);
  const scanner = new Scanner(bytes);
  const members: Member[] = [];
  const end = scanner.members(1, 1, members);
  t.equal(end, bytes.length - 1);
  t.strictSame(
    members.map(({ name, at, start, end }) => [
      name,
      bytes[at],
      bytes.toString("utf8", start, end),
    ]),
    [
      ["a", 0x22, "[1, 2]"],
      ["b\n", 0x22, '"\u00e9"'],
      ["", 0x22, '{"a":null}'],
    ],
  );
});

t.test("a long string is scanned to the very byte that ends it", async (t) => {
  for (let length = 56; length < 96; length += 1) {
    for (const stop of ['"', "\n", "\\", "\u001f"]) {
      const text = `"${"A".repeat(length)}${stop}`;
      const expected =
        stop === '"'
          ? { fault: "none", offset: -1 }
          : // A backslash is the last byte, so it is the text that ends too early.
            { fault: "thrown malformed", offset: length + (stop === "\\" ? 2 : 1) };
      t.strictSame(scan(text), expected, `${length} bytes, then ${JSON.stringify(stop)}`);
    }
    t.strictSame(scan(`"${"\u00ff\u{10ffff} ~".repeat(length)}"`), { fault: "none", offset: -1 });
  }
});

// RFC 8785: §3.2.2 and §3.2.3 in full, appendix B by its numbers.
t.test("canonical JSON is that of RFC 8785", async (t) => {
  const sample = `{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
    "literals": [null, true, false]
  }`;
  t.equal(
    canonicalJson(JSON.parse(sample) as JsonValue),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const keys =
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}';
  t.equal(
    canonicalJson(JSON.parse(keys) as JsonValue),
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  );
  const numbers: readonly [string, string][] = [
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ];
  for (const [bits, text] of numbers) {
    t.equal(canonicalJson(Buffer.from(bits, "hex").readDoubleBE()), text, bits);
  }
  t.equal(
    compactJson({
      b: 1,
      a: [undefined as unknown as null].slice(1),
      c: undefined as unknown as null,
    }),
    '{"b":1,"a":[]}',
  );
});

t.test("what is no JSON value is refused with its path", async (t) => {
  const circle: Record<string, unknown> = {};
  circle["x"] = { y: circle };
  const deep = (levels: number): unknown => (levels === 0 ? 0 : [deep(levels - 1)]);
  const cases: readonly [unknown, RegExp][] = [
    [Number.NaN, /event data holds the number NaN/],
    [{ a: [1, Number.POSITIVE_INFINITY] }, /event data\.a\[1\] holds the number Infinity/],
    [["\ud800"], /event data\[0\] holds half of a surrogate pair/],
    [{ "\udc00": 1 }, /half of a surrogate pair/],
    [{ a: new Date(0) }, /event data\.a holds an object of class Date/],
    [new Map(), /an object of class Map/],
    [1n, /a value of type bigint/],
    [[undefined], /event data\[0\] holds a value of type undefined/],
    [undefined, /a value of type undefined/],
    [() => 0, /a value of type function/],
    [circle, /more than 99 levels/],
    [deep(100), /more than 99 levels/],
  ];
  for (const [value, message] of cases) {
    t.throws(() => canonicalJson(value as JsonValue), {
      name: "CodecError",
      fault: "invalid",
      message,
    });
  }
  t.equal(canonicalJson(deep(99) as JsonValue), `${"[".repeat(99)}0${"]".repeat(99)}`);
});

t.test("canonical JSON keeps the value and forgets the order of members", async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = canonicalJson(value as JsonValue);
      const shuffled = JSON.parse(text, (_, item: unknown) =>
        typeof item === "object" && item !== null && !Array.isArray(item)
          ? Object.fromEntries(Object.entries(item).reverse())
          : item,
      ) as JsonValue;
      t.strictSame(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      return (
        canonicalJson(shuffled) === text &&
        compactJson(value as JsonValue) === JSON.stringify(value)
      );
    }),
    { numRuns: 200 },
  );
});

t.test("I-JSON text is told from other text", async (t) => {
  const yes = [
    "9007199254740991",
    "100000000000000000000",
    "0.1",
    "1.50",
    "6.02214076e23",
    "-0",
    "[null]",
    '"\\ud83d\\ude00"',
    "-9007199254740993.5",
    `${"[".repeat(99)}${"]".repeat(99)}`,
  ];
  const no = [
    "9007199254740993",
    "12345678901234567890",
    "-12345678901234567890",
    "1000000000000000000000",
    "1e400",
    "-1E400",
    "[1,[2,9007199254740993]]",
    "null",
    " null ",
    "",
    "{",
    '{"a":1,"a":1}',
    '"\\ud83d"',
    `${"[".repeat(100)}${"]".repeat(100)}`,
  ];
  for (const text of yes)
    t.strictSame(parseIJson(text), { value: JSON.parse(text) as unknown }, label(text));
  for (const text of no) t.equal(parseIJson(text), undefined, label(text));
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value) => parseIJson(canonicalJson(value))?.value === (value === 0 ? 0 : value),
    ),
  );
});

t.test("JSON media types", async (t) => {
  for (const yes of [
    "application/json",
    "text/json; charset=utf-8",
    "application/problem+json",
    "APPLICATION/JSON",
    " application/json ",
    "application/vnd.x+JSON;v=1",
    "a/json\t;q",
  ]) {
    t.equal(isJsonMediaType(yes), true, yes);
  }
  for (const no of [
    "application/jsonlines",
    "json",
    "text/plain",
    "application/json-seq",
    "text/plain; a=application/json",
    "application/xjson",
    "+json",
    "",
  ]) {
    t.equal(isJsonMediaType(no), false, no);
  }
});

t.test("base64 is read only in the one form it is written", async (t) => {
  for (const [text, bytes] of [
    ["", ""],
    ["AA==", "00"],
    ["AAA=", "0000"],
    ["+/+/", "fbffbf"],
    ["aGVsbG8=", "68656c6c6f"],
  ] as const) {
    t.equal(Buffer.from(decodeBase64(text) ?? [1, 2, 3]).toString("hex"), bytes, text);
  }
  for (const text of [
    "A",
    "AA",
    "AAA",
    "AB==",
    "AAB=",
    "AA=A",
    "=AAA",
    "====",
    "A===",
    "AA==AA==",
    "AA==AAAA",
    "-_-_",
    "AA A",
    "AAAA\n",
    " AAA",
    "AA\u00e9=",
    "AAAAA===",
    "aGVsbG9=",
  ]) {
    t.equal(decodeBase64(text), undefined, JSON.stringify(text));
  }
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      (bytes) =>
        Buffer.compare(decodeBase64(encodeBase64(bytes)) ?? Buffer.from("no"), bytes) === 0,
    ),
  );
  const alphabet = fc.constantFrom(..."ABQgwz09+/-_= \n\u00e9");
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 12 }), (text) => {
      const decoded = decodeBase64(text);
      return decoded === undefined
        ? Buffer.from(text, "base64").toString("base64") !== text
        : encodeBase64(decoded) === text;
    }),
    { numRuns: 3000 },
  );
});

t.test("the first byte that is not UTF-8 is found and shown, wherever it stands", async (t) => {
  const faultOf = (act: () => unknown): CodecError | undefined => {
    try {
      act();
    } catch (error) {
      if (error instanceof CodecError) return error;
      throw error;
    }
    return undefined;
  };
  const wrong = ["e9", "80", "c3", "c080", "eda080", "f4908080", "f09f98", "ff"];
  const fillers = ["a", "\u00e9", "\u20ac", "\u{1f600}"];
  // Around the ends of the blocks in which it is looked for, too.
  const places = [0, 1, 2, 5, 4090, 4091, 4092, 4093, 4094, 4095, 4096, 8192];
  for (const filler of fillers)
    for (const place of places)
      for (const bad of wrong) {
        const width = Buffer.byteLength(filler);
        const before = Buffer.from(
          "x".repeat(place % width) + filler.repeat(Math.floor(place / width)),
        );
        const text = Buffer.concat([
          before,
          Buffer.from(bad, "hex"),
          Buffer.from(" a longer rest"),
        ]);
        const error = faultOf(() => checkJsonText(text));
        const title = `${bad} behind ${before.length} bytes of ${label(filler)}`;
        t.strictSame([error?.fault, error?.offset], ["malformed", before.length], title);
        t.ok(error?.message.includes(`found "\\x${bad.slice(0, 2)}`), title);
      }
  const body = Buffer.from("0a0363616612016b1a03312e30220174", "hex");
  t.equal(
    faultOf(() => protobufCodec.decode("event", body)),
    undefined,
  );
  body[4] = 0xe9;
  const error = faultOf(() => protobufCodec.decode("event", body));
  t.match(error, { fault: "malformed", offset: 4, requirement: "PBF-021" });
  t.match(error?.message, /event id is not valid UTF-8: found "\\xe9" behind "ca"; is this/);
});
