import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { BlockExecutor } from "../src/blocks/execute.ts";
import type { Program } from "../src/blocks/programs.ts";
import { Repository } from "../src/repository.ts";
import type { Specification } from "../src/specification.ts";
import { parseChapter } from "../src/text/parse-chapter.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const server = fileURLToPath(
  new URL("../../test/fixtures/functions/line-server.mjs", import.meta.url),
);

/** Blocks in a chapter of their own, each with what comes of it: passed, or a part of the failure. */
type Case = {
  readonly name: string;
  readonly info: string;
  readonly body: string;
  readonly result: "passed" | RegExp;
};

const event = '{"specversion":"1.0","id":"a","source":"/s","type":"t"}';
const context = '{"invocation_id":"i"}';
const hexContext = '12 03 0A 01 "i"   # context, three bytes';

const cases: readonly Case[] = [
  // json
  { name: "an event", info: "json valid event", body: event, result: "passed" },
  {
    name: "an event on several lines",
    info: "json valid event",
    body: event.replaceAll(",", ",\n  "),
    result: "passed",
  },
  {
    name: "an event without type",
    info: "json valid event",
    body: event.replace(',"type":"t"', ""),
    result: /refused, but claims to be valid/,
  },
  {
    name: "a valid event that claims to be invalid",
    info: "json invalid event MOD-002",
    body: event,
    result: /accepted, but claims to break MOD-002/,
  },
  {
    name: "a broken requirement that does not exist",
    info: "json invalid event MOD-999",
    body: event,
    result: /MOD-999 does not exist/,
  },
  {
    name: "several events",
    info: "jsonl valid event",
    body: `${event}\n${event}`,
    result: "passed",
  },
  { name: "a line", info: "json valid line", body: `{"event":${event}}`, result: "passed" },
  {
    name: "two lines where one belongs",
    info: "json valid line",
    body: `{"end":{}}\n{"end":{}}`,
    result: /refused/,
  },
  {
    name: "a frame",
    info: "json valid frame",
    body: `{"frame":{"id":1,"context":${context},"end":{}}}`,
    result: "passed",
  },
  { name: "a record is no frame", info: "json valid frame", body: '{"end":{}}', result: /refused/ },
  {
    name: "a pipe",
    info: "json valid stream",
    body: `{"stdfn":"1"}\n{"event":${event}}\n{"end":{}}`,
    result: "passed",
  },
  {
    name: "a pipe without end",
    info: "json valid stream",
    body: `{"stdfn":"1"}\n{"event":${event}}`,
    result: /stops without end or error/,
  },
  {
    name: "a second context, with the right fault",
    info: "json invalid stream MOD-003",
    body: `{"stdfn":"1"}\n{"context":${context}}\n{"context":${context}}\n{"end":{}}`,
    result: "passed",
  },
  {
    name: "a second context, with another fault than the requirement's",
    info: "json invalid stream MOD-002",
    body: `{"stdfn":"1"}\n{"context":${context}}\n{"context":${context}}\n{"end":{}}`,
    result: /MOD-002 makes this a fault `invalid`, the reader reports `order`/,
  },
  {
    name: "a session whose second call has no context",
    info: "json invalid stream MOD-011",
    body: `{"stdfn":"1"}\n{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}\n{"frame":{"id":1,"context":${context},"end":{}}}\n{"frame":{"id":2,"end":{}}}`,
    result: "passed",
  },
  {
    name: "a manifest",
    info: "json valid manifest",
    body: '{"stdfn":"1","name":"a","version":"1","command":["a"],"modes":["filter"]}',
    result: /formats|passed/,
  },
  {
    name: "a manifest with a misspelt member",
    info: "json valid manifest",
    body: '{"stdfn":"1","name":"a","version":"1","comand":["a"],"modes":["filter"]}',
    result: /comand/,
  },
  // hex
  {
    name: "bytes of a stream",
    info: "hex stream",
    body: '0A 08 "STDFN/1\\n"  # preface\n12 03 0A 01 69\n3A 00 # end',
    result: "passed",
  },
  {
    name: "bytes and what they mean",
    info: "hex stream",
    body: `0A 08 "STDFN/1\\n"\n${hexContext}\n3A 00\n= {"context":{"invocation_id":"i"}}\n= {"end":{}}`,
    result: "passed",
  },
  {
    name: "bytes that mean something else",
    info: "hex stream",
    body: `0A 08 "STDFN/1\\n"\n${hexContext}\n3A 00\n= {"context":{"invocation_id":"j"}}\n= {"end":{}}`,
    result: /the bytes mean/,
  },
  {
    name: "bytes that mean more",
    info: "hex stream",
    body: `0A 08 "STDFN/1\\n"\n${hexContext}\n3A 00\n= {"context":{"invocation_id":"i"}}`,
    result: /the bytes mean/,
  },
  {
    name: "bytes of a frame",
    info: "hex frame",
    body: '7A 09 08 01 12 03 0A 01 "i" 3A 00 # a whole call',
    result: /passed|refused/,
  },
  { name: "bytes cut short", info: "hex record", body: "12 03 0A 01", result: /refused/ },
  { name: "bytes that are none", info: "hex record", body: "12 0G", result: /"0G" is neither/ },
  // proto
  {
    name: "a schema's own text",
    info: "proto",
    body: readFileSync(
      new URL("../../../../schemas/proto/stdfn/v1/stdfn.proto", import.meta.url),
      "utf8",
    )
      .split("\n")
      .slice(20, 60)
      .join("\n   "),
    result: "passed",
  },
  {
    name: "a schema's text with another number",
    info: "proto",
    body: "message Chunk {\n  bytes data = 7;\n}",
    result: /no file of schemas\/proto holds this text/,
  },
  { name: "no schema at all", info: "proto", body: "// nothing", result: /empty/ },
  // abnf
  {
    name: "a grammar",
    info: "abnf",
    body: 'greeting = "hi" *(SP name) ; a comment\nname = 1*ALPHA\n; = greeting "HI bob eve"\n; ! greeting "hi  bob"',
    result: "passed",
  },
  {
    name: "alternatives in the wrong order still match",
    info: "abnf",
    body: 'a = ("x" / "xy") [ "z" ]\n; = a "xyz"\n; ! a "xz y"',
    result: "passed",
  },
  {
    name: "case-sensitive texts, ranges, repetitions",
    info: "abnf",
    body: 'a = %s"Ab" %x30-31 2DIGIT %d65.66 *2"c"\n; = a "Ab012ABCC"\n; ! a "ab012ABC"\n; ! a "Ab212AB"\n; ! a "Ab012ABccc"',
    result: "passed",
  },
  {
    name: "a rule continued on the next line",
    info: "abnf",
    body: 'a = "x" /\n    "y"\na =/ "z"\n; = a "z"\n; = a "y"',
    result: "passed",
  },
  {
    name: "a text that does not match",
    info: "abnf",
    body: 'a = "x"\n; = a "y"',
    result: /a does not match "y"/,
  },
  {
    name: "a text that matches",
    info: "abnf",
    body: 'a = "x"\n; ! a "X"',
    result: /a matches "X"/,
  },
  { name: "an undefined rule", info: "abnf", body: "a = b / DIGIT", result: /undefined: b/ },
  { name: "a rule in words", info: "abnf", body: "a = b\nb = <anything at all>", result: "passed" },
  { name: "a rule defined twice", info: "abnf", body: 'a = "x"\na = "y"', result: /defined twice/ },
  { name: "no ABNF", info: "abnf", body: "a = ( b", result: /"\)" is wanted/ },
  {
    name: "a left-recursive rule ends",
    info: "abnf",
    body: 'a = a "x" / "y"\n; = a "y"',
    result: "passed",
  },
  {
    name: "an empty repetition ends",
    info: "abnf",
    body: 'a = *(*"x")\n; = a "xxx"',
    result: "passed",
  },
  // transcript
  {
    name: "a dialogue",
    info: "transcript function=server mode=session format=json",
    body: '> {"stdfn":"1"}\n< {"stdfn":"1"}\n> {"echo":{"b":1,"a":[true]}}\n< {"echo":{"a":[true],"b":1},"at":"{{any}}"}\n> {"exit":3}\n= 3',
    result: "passed",
  },
  {
    name: "end of input after the last line",
    info: "transcript function=server mode=pipe format=json",
    body: '> {"stdfn":"1"}\n< {"stdfn":"1"}\n< end\n= 0',
    result: "passed",
  },
  {
    name: "another answer",
    info: "transcript function=server mode=session format=json",
    body: '> {"echo":1}\n< {"echo":2,"at":"{{any}}"}',
    result: /line 2: "\{"echo":2.*" was expected, "\{"at": \d+, "echo": 1\}" came/,
  },
  {
    name: "no answer",
    info: "transcript function=server mode=session format=json",
    body: '> {"exit":3}\n< {"echo":2}',
    result:
      /line 2: .* did not come \(the function exited with 3\); on standard error: mode session/,
  },
  {
    name: "one line too many",
    info: "transcript function=server mode=pipe format=json",
    body: '> {"echo":1}',
    result: /came after the last line/,
  },
  {
    name: "another exit status",
    info: "transcript function=server mode=session format=json",
    body: '> {"exit":3}\n= 0',
    result: /exit status 0 was expected \(the function exited with 3\)/,
  },
  {
    name: "standard error",
    info: "transcript function=server mode=filter format=json",
    body: '$ NAME="a b" server\n! mode {{any}}, name a b\n< end',
    result: "passed",
  },
  {
    name: "another standard error",
    info: "transcript function=server mode=filter format=json",
    body: "! mode pipe\n< end",
    result: /did not come on standard error/,
  },
  {
    name: "a command that runs something else",
    info: "transcript function=server mode=filter format=json",
    body: "$ NAME=a gzip\n< end",
    result: /does not run server/,
  },
  {
    name: "output without line feed",
    info: "transcript function=server mode=filter format=json",
    body: '> {"print":"one\\ntwo","exit":0}\n< one\n< two\n= 0',
    result: "passed",
  },
  {
    name: "the host closes early",
    info: "transcript function=server mode=session format=json",
    body: "> {{close}}\n< end",
    result: "passed",
  },
  {
    name: "an unknown function",
    info: "transcript function=nobody mode=session format=json",
    body: "< end",
    result: /there are cat, server/,
  },
  {
    name: "a line of no kind",
    info: "transcript function=server mode=session format=json",
    body: "* end",
    result: /begins with none of/,
  },
  {
    name: "a status in the middle",
    info: "transcript function=server mode=session format=json",
    body: "= 0\n< end",
    result: /not a status on the last line/,
  },
  {
    name: "protobuf frames",
    info: "transcript function=cat mode=session format=protobuf",
    body: `> {"stdfn":"1"}\n< {"stdfn":"1"}\n> {"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}\n> {"frame":{"id":1,"context":${context},"event":${event},"end":{}}}\n< {"frame":{"id":0,"hello":"{{any}}"}}\n< {"frame":{"id":1,"context":${context},"event":${event},"end":{}}}\n= 0`,
    result: "passed",
  },
  {
    name: "another protobuf frame",
    info: "transcript function=cat mode=session format=protobuf",
    body: `> {"stdfn":"1"}\n< {"stdfn":"1"}\n> {"frame":{"id":1,"end":{}}}\n< {"frame":{"id":2,"end":{}}}`,
    result: /"\{"frame":\{"id":1,"end":\{\}\}\}" came/,
  },
  {
    name: "protobuf records",
    info: "transcript function=cat mode=pipe format=protobuf",
    body: `> {"stdfn":"1"}\n> {"event":${event}}\n> {"end":{}}\n< {"stdfn":"1"}\n< {"event":${event}}\n< {"end":{}}`,
    result: "passed",
  },
  {
    name: "a host line that protobuf cannot say",
    info: "transcript function=cat mode=pipe format=protobuf",
    body: "> hello\n< hello",
    result: /hello/,
  },
  {
    name: "a function that writes foreign bytes",
    info: "transcript function=server mode=pipe format=protobuf",
    body: '> {"stdfn":"1"}\n< {"stdfn":"1"}',
    result: /preface|not valid JSON|did not come/,
  },
  // shell
  {
    name: "a shell session",
    info: "shell",
    body: "$ x=1; printf 'a\\nb\\n' > f\n$ cat f; echo $x\na\nb\n1\n$ false\n$ echo $?\n1",
    result: "passed",
  },
  {
    name: "standard error and a placeholder",
    info: "shell",
    body: "$ echo $$ >&2\n{{any}}\n$ printf x\nx",
    result: "passed",
  },
  {
    name: "a command on several lines",
    info: "shell",
    body: "$ cat <<END\n> one\n> END\none\n$ echo a \\\n  b\na b",
    result: "passed",
  },
  {
    name: "other output",
    info: "shell",
    body: "$ echo a\nb",
    result: /output line 1 is "a", expected is "b"/,
  },
  {
    name: "less output",
    info: "shell",
    body: "$ echo a\na\nb",
    result: /output line 2 is nothing, expected is "b"/,
  },
  {
    name: "more output",
    info: "shell",
    body: "$ printf 'a\\nb\\n'\na",
    result: /output line 2 is "b", expected is nothing/,
  },
  {
    name: "a command that leaves the shell",
    info: "shell",
    body: "$ exit 3\n$ echo a\na",
    result: /"\$ exit 3" did not end/,
  },
  { name: "a syntax error", info: "shell", body: "$ echo 'a\na", result: /did not end/ },
  {
    name: "a command that reads standard input",
    info: "shell",
    body: "$ cat\n$ echo a\na",
    result: "passed",
  },
  {
    name: "output before a command",
    info: "shell",
    body: "a\n$ echo a",
    result: /before the first/,
  },
  {
    name: "a program on the path",
    info: "shell",
    body: "$ printf '{\"exit\":4}' | STDFN_MODE=filter server 2>/dev/null; echo $?\n4",
    result: "passed",
  },
  // typescript
  {
    name: "a program",
    info: "typescript run",
    body: 'const a: readonly number[] = [1];\nif (a[0] !== 1) throw new Error("no");',
    result: "passed",
  },
  {
    name: "a program that does not compile",
    info: "typescript",
    body: "const a: readonly number[] = [1];\nexport const b: number = a[0];",
    result: /does not compile: .*TS2322/,
  },
  {
    name: "a program that fails",
    info: "typescript run",
    body: 'throw new Error("no");',
    result: /does not run: exit status 1; .*Error: no/s,
  },
  // the rest
  { name: "text", info: 'text why="a drawing"', body: "-->", result: "passed" },
  { name: "no class", info: "python", body: "", result: /no known class/ },
];

const requirements = [
  "[MOD-003] The reader MUST report a second context as a fault `order`.",
  "[MOD-011] The reader MUST report an invocation without a context as a fault `order`.",
  "[MOD-002] The reader MUST report something else as a fault `invalid`.",
];

const programs: ReadonlyMap<string, Program> = new Map([
  ["cat", { argv: ["cat"], cwd: root }],
  ["server", { argv: [process.execPath, server], cwd: root }],
]);

t.jobs = 2;
for (const { name, info, body, result } of cases) {
  t.test(name, async (t) => {
    const text = [
      "# Chapter",
      "",
      "*This chapter is normative.*",
      "",
      ...requirements,
      "",
      `\`\`\`\`${info}`,
      body,
      "````",
      "",
    ];
    const chapter = parseChapter("spec/chapter.md", text.join("\n"), false);
    const specification: Specification = {
      repository: new Repository(root),
      chapters: [chapter],
      areas: new Map([["MOD", "chapter"]]),
      actors: new Set(["reader"]),
      lock: new Map(),
    };
    const [block] = chapter.blocks;
    if (block === undefined) throw new Error("the chapter has no block");
    const outcome = await new BlockExecutor(specification, programs).execute({ ...block, line: 0 });
    const shown = outcome.result === "failed" ? outcome.message : "passed";
    if (result === "passed") t.equal(shown, "passed");
    else t.match(shown, result);
  });
}
