import { rmSync } from "node:fs";
import t from "tap";
import { formatFinding } from "../src/finding.ts";
import { lint } from "../src/lint/lint.ts";
import { readSpecification } from "../src/specification.ts";
import { copyFixture, type Edit } from "./copy-fixture.ts";

const session = "spec/session-mode.md";
const lock = "spec/requirements.lock.json";
const machine = "spec/machines/invocation.yaml";
const first = "[SES-001] The host MUST write its preface before it reads anything.";

/** One property changed in a specification without findings, and what the linter then says. */
type Case = Edit & {
  readonly name: string;
  /** The findings, each as `line: rule` and a part of the rest. */
  readonly findings: readonly [place: string, part: string][];
};

const cases: readonly Case[] = [
  // chapter-status
  {
    name: "no status",
    file: "spec/terms.md",
    from: "*This chapter is informative.*\n",
    to: "\n",
    findings: [["1: chapter-status", "does not say"]],
  },
  {
    name: "two titles",
    file: "spec/terms.md",
    from: "### Frame",
    to: "# Frame",
    findings: [["1: chapter-status", "2 titles"]],
  },
  // keyword-outside-requirement
  {
    name: "keyword in prose",
    file: session,
    from: "Nothing follows it.",
    to: "Nothing MAY follow it.",
    findings: [["37: keyword-outside-requirement", "MAY"]],
  },
  {
    name: "keyword in a table",
    file: session,
    from: "| preface | see",
    to: "| preface | REQUIRED, see",
    findings: [["17: keyword-outside-requirement", "REQUIRED"]],
  },
  {
    name: "keyword in informative text",
    file: session,
    from: "It must be so.",
    to: "It MUST be so.",
    findings: [["33: keyword-outside-requirement", "in informative text"]],
  },
  {
    name: "keyword in a code span",
    file: session,
    from: "Nothing follows it.",
    to: "Nothing `MAY` follow it.",
    findings: [],
  },
  {
    name: "keyword in a quotation",
    file: session,
    from: "Nothing follows it.",
    to: "> Nothing MAY follow it.",
    findings: [],
  },
  // lower-case-keyword
  {
    name: "lower-case must",
    file: session,
    from: "Nothing follows it.",
    to: "Nothing must follow it.",
    findings: [["37: lower-case-keyword", '"must"']],
  },
  {
    name: "capitalised Should",
    file: session,
    from: "Nothing follows it.",
    to: "Should nothing follow it, stop.",
    findings: [["37: lower-case-keyword", '"Should"']],
  },
  {
    name: "lower-case word in a code span",
    file: session,
    from: "Nothing follows it.",
    to: "Nothing `must` follow it.",
    findings: [],
  },
  {
    name: "part of a longer word",
    file: session,
    from: "Nothing follows it.",
    to: "Mustard and shoulders follow it.",
    findings: [],
  },
  // requirement-form, two-keywords, unknown-actor, requirement-place
  {
    name: "condition before the actor",
    file: session,
    from: "CHO-001] An implementation MAY",
    to: "CHO-001] When it likes, an implementation MAY",
    findings: [
      ["13: changed-text", "CHO-001"],
      ["13: requirement-form", "reads"],
    ],
  },
  {
    name: "no full stop",
    file: session,
    from: "reads at once.",
    to: "reads at once",
    findings: [
      ["13: changed-text", "CHO-001"],
      ["13: requirement-form", "reads"],
    ],
  },
  {
    name: "two sentences",
    file: session,
    from: "reads at once.",
    to: "reads at once. It chooses well.",
    findings: [
      ["13: changed-text", "CHO-001"],
      ["13: requirement-form", "more than one sentence"],
    ],
  },
  {
    name: "wrapped sentence",
    file: session,
    from: "how many bytes it reads",
    to: "how many bytes\nit reads",
    findings: [
      ["13: changed-text", "CHO-001"],
      ["13: requirement-form", "goes on"],
    ],
  },
  {
    name: "two keywords",
    file: session,
    from: "MAY choose how many bytes it reads",
    to: "MAY choose how many bytes it MUST read",
    findings: [
      ["13: changed-text", "CHO-001"],
      ["13: two-keywords", "MAY, MUST"],
    ],
  },
  {
    name: "unknown actor",
    file: session,
    from: "An implementation MAY",
    to: "A gateway MAY",
    findings: [
      ["13: changed-text", "CHO-001"],
      ["13: unknown-actor", '"gateway"'],
    ],
  },
  {
    name: "latitude that binds",
    file: session,
    from: "An implementation MAY",
    to: "An implementation SHOULD",
    findings: [
      ["13: changed-text", "CHO-001"],
      ["13: requirement-form", "MAY choose"],
    ],
  },
  {
    name: "requirement in informative text",
    file: session,
    from: "## The preface",
    to: "## The preface (informative)",
    findings: [
      ["7: requirement-place", "SES-001"],
      ["10: requirement-place", "SES-002"],
      ["11: requirement-place", "SES-003"],
      ["8: link", "the-preface-informative"],
      ["13: requirement-place", "CHO-001"],
    ],
  },
  {
    name: "latitude that is no choice",
    file: session,
    from: "implementation MAY choose how many bytes it reads",
    to: "implementation MAY read some bytes",
    findings: [
      ["13: changed-text", "CHO-001"],
      ["13: requirement-form", "MAY choose"],
    ],
  },
  // ids
  {
    name: "id never handed out",
    file: session,
    from: "Nothing follows it.",
    to: "[SES-009] The host MUST stop.",
    findings: [["37: unknown-id", "SES-009"]],
  },
  {
    name: "unknown area",
    file: session,
    from: "Nothing follows it.",
    to: "[XYZ-001] The host MUST stop.",
    findings: [["37: unknown-id", "XYZ"]],
  },
  {
    name: "retired id",
    file: session,
    from: "Nothing follows it.",
    to: "[SES-004] The host MUST stop.",
    findings: [["37: retired-id", "never needed"]],
  },
  {
    name: "duplicate id",
    file: session,
    from: "Nothing follows it.",
    to: first,
    findings: [["37: duplicate-id", "session-mode.md:7"]],
  },
  {
    name: "area in another chapter",
    file: "spec/registries/areas.yaml",
    from: "chapter: session-mode",
    to: "chapter: errors",
    findings: [
      ["10: area-chapter", ""],
      ["11: area-chapter", ""],
      ["7: area-chapter", "spec/errors.md"],
    ],
  },
  // lock
  {
    name: "reserved id",
    file: session,
    from: "Nothing follows it.",
    to: "[SES-005] The host MUST stop.",
    findings: [["37: not-accepted", "accept --new"]],
  },
  {
    name: "changed text",
    file: session,
    from: "before it reads anything",
    to: "before it reads something",
    findings: [["7: changed-text", "--substantive SES-001"]],
  },
  {
    name: "re-spaced text",
    file: session,
    from: "before it reads anything",
    to: "before  it reads anything",
    findings: [],
  },
  {
    name: "requirement gone",
    file: session,
    from: "- [SES-003] The function SHOULD answer in the format of its input.\n",
    to: "",
    findings: [["1: missing-requirement", "SES-003"]],
  },
  {
    name: "id not in the lock",
    file: lock,
    from: '"SES-003": {',
    to: '"SES-006": {',
    findings: [
      ["1: missing-requirement", "SES-006"],
      ["11: unknown-id", "SES-003"],
    ],
  },
  // reference
  {
    name: "reference to nothing",
    file: session,
    from: "(see `SES-002`)",
    to: "(see `SES-099`)",
    findings: [["8: reference", "does not exist"]],
  },
  {
    name: "reference to a retired id",
    file: session,
    from: "(see `SES-002`)",
    to: "(see `SES-004`)",
    findings: [["8: reference", "was retired"]],
  },
  {
    name: "reference as plain text",
    file: session,
    from: "(see `SES-002`)",
    to: "(see SES-002)",
    findings: [["8: reference", "plain text"]],
  },
  {
    name: "an id of no area is none",
    file: session,
    from: "(see `SES-002`)",
    to: "(see RFC-822)",
    findings: [],
  },
  // sentence-line
  {
    name: "two sentences on a line",
    file: session,
    from: "Nothing follows it.",
    to: "Nothing follows it. Really nothing.",
    findings: [["37: sentence-line", "Really nothing"]],
  },
  {
    name: "a sentence on two lines",
    file: session,
    from: "Nothing follows it.",
    to: "Nothing\nfollows it.",
    findings: [["37: sentence-line", "goes on"]],
  },
  {
    name: "full stops that end nothing",
    file: session,
    from: "Nothing follows it.",
    to: "Nothing, e.g. Version 1.0 of `a. B`, i.e. That, follows it (cf. [x](errors.md)).",
    findings: [],
  },
  {
    name: "sentences on their own lines",
    file: session,
    from: "Nothing follows it.",
    to: "Nothing follows it.\nReally (*nothing.*)\nIt lists:\n1. This.\n2. That.",
    findings: [],
  },
  // index
  {
    name: "chapter not listed",
    file: "spec/README.md",
    from: "2. [Terms](terms.md)\n",
    to: "",
    findings: [["1: index", "terms.md"]],
  },
  // link
  {
    name: "link to no file",
    file: session,
    from: "Nothing follows it.",
    to: "See [this](nothing.md).",
    findings: [["37: link", "does not exist"]],
  },
  {
    name: "link to no anchor",
    file: session,
    from: "Nothing follows it.",
    to: "See [this](errors.md#nothing).",
    findings: [["37: link", "anchors there: errors"]],
  },
  {
    name: "link out of the repository",
    file: session,
    from: "Nothing follows it.",
    to: "See [this](../../nothing.md).",
    findings: [["37: link", "out of the repository"]],
  },
  {
    name: "defined link to no file",
    file: session,
    from: "Nothing follows it.",
    to: "[this]: nothing.md",
    findings: [["37: link", "does not exist"]],
  },
  {
    name: "links that lead somewhere",
    file: session,
    from: "Nothing follows it.",
    to: "See [a](#the-end), [b](errors.md#errors), [c](../spec/terms.md), `[d](nothing.md)` and [e](https://example.com/).",
    findings: [],
  },
  // fence
  {
    name: "block without class",
    file: session,
    from: '```text why="a drawing"',
    to: "```",
    findings: [["23: fence", "no class"]],
  },
  {
    name: "block of unknown class",
    file: session,
    from: '```text why="a drawing"',
    to: "```python",
    findings: [["23: fence", "typescript"]],
  },
  {
    name: "text without reason",
    file: session,
    from: '```text why="a drawing"',
    to: "```text",
    findings: [["23: fence", "why="]],
  },
  {
    name: "JSON of unknown kind",
    file: session,
    from: "json invalid line SES-002",
    to: "json invalid envelope SES-002",
    findings: [["19: fence", "manifest"]],
  },
  {
    name: "invalid without requirement",
    file: session,
    from: "json invalid line SES-002",
    to: "json invalid line",
    findings: [["19: fence", "AREA-NNN"]],
  },
  {
    name: "violation of nothing",
    file: session,
    from: "json invalid line SES-002",
    to: "json invalid line SES-099",
    findings: [["19: fence", "SES-099"]],
  },
  {
    name: "hand-written diagram",
    file: session,
    from: '```text why="a drawing"',
    to: "```mermaid",
    findings: [["23: fence", "generated"]],
  },
  {
    name: "unclosed fence",
    file: session,
    from: "Nothing follows it.",
    to: "```shell",
    findings: [["37: fence", "never closed"]],
  },
  {
    name: "block shows what exists",
    file: session,
    from: "json invalid line SES-002",
    to: "json invalid line SES-002 shows=SES-001,SES-003",
    findings: [],
  },
  {
    name: "block shows what does not exist",
    file: session,
    from: "json invalid line SES-002",
    to: "json invalid line SES-002 shows=SES-001,SES-004",
    findings: [["19: fence", "SES-004"]],
  },
  {
    name: "block shows no id",
    file: session,
    from: "json invalid line SES-002",
    to: "json invalid line SES-002 shows=everything",
    findings: [["19: fence", "with commas between"]],
  },
  {
    name: "text shows nothing",
    file: session,
    from: 'text why="a drawing"',
    to: 'text why="a drawing" shows=SES-001',
    findings: [["23: fence", "executed"]],
  },
  // generated-region
  {
    name: "region of no source",
    file: "spec/errors.md",
    from: "generated:machine invocation",
    to: "generated:machine nothing",
    findings: [["14: generated-region", "there are invocation"]],
  },
  {
    name: "region never closed",
    file: "spec/terms.md",
    from: "<!-- /generated -->",
    to: "",
    findings: [["5: generated-region", "never closed"]],
  },
  {
    name: "region closed twice",
    file: "spec/terms.md",
    from: "### Frame",
    to: "<!-- /generated -->\n\n### Frame",
    findings: [["11: generated-region", "closes nothing"]],
  },
  // registry
  {
    name: "registry without columns",
    file: "spec/registries/frames.yaml",
    from: "columns:",
    to: "fields:",
    findings: [["1: registry", "columns"]],
  },
  {
    name: "row without a column",
    file: "spec/registries/frames.yaml",
    from: "kind: hello, ",
    to: "",
    findings: [["1: registry", "lacks column kind"]],
  },
  {
    name: "registry that is no YAML",
    file: "spec/registries/frames.yaml",
    from: "kind: hello",
    to: "kind: hello, kind: ready",
    findings: [["1: registry", "unique"]],
  },
  // machine
  {
    name: "undecided pair",
    file: machine,
    from: '    cancel: { ignore: "the answer is on its way" }\n',
    to: "",
    findings: [["1: machine", "(done, cancel)"]],
  },
  {
    name: "unknown input",
    file: machine,
    from: '    cancel: { ignore: "the answer is on its way" }\n',
    to: '    cancel: { ignore: "so" }\n    drain: { ignore: "so" }\n',
    findings: [["1: machine", "unknown input drain"]],
  },
  {
    name: "unknown target",
    file: machine,
    from: "context: { to: done }",
    to: "context: { to: gone }",
    findings: [["1: machine", "unknown state gone"]],
  },
  {
    name: "unreachable state",
    file: machine,
    from: "\ninputs:",
    to: '\n  - { name: lost, meaning: "nobody comes here" }\ninputs:',
    findings: [
      ["1: machine", "undecided: (lost, context) (lost, cancel)"],
      ["1: machine", "cannot be reached"],
    ],
  },
  {
    name: "unknown error code",
    file: machine,
    from: "error: cancelled",
    to: "error: canceled",
    findings: [["1: machine", "unknown error code canceled"]],
  },
  {
    name: "error by no requirement",
    file: machine,
    from: "to: done, requirement: SES-002 }",
    to: "to: done, requirement: SES-004 }",
    findings: [["1: machine", "SES-004"]],
  },
  {
    name: "decision of no form",
    file: machine,
    from: "context: { to: done }",
    to: "context: done",
    findings: [["1: machine", "write {to}"]],
  },
];

t.test("a specification that keeps every rule has no findings", async (t) => {
  const repository = copyFixture();
  t.teardown(() => rmSync(repository.root, { recursive: true }));
  t.strictSame(lint(readSpecification(repository)).map(formatFinding), []);
});

for (const { name, findings, ...edit } of cases) {
  t.test(name, async (t) => {
    const repository = copyFixture([edit]);
    t.teardown(() => rmSync(repository.root, { recursive: true }));
    const found = lint(readSpecification(repository)).map(formatFinding);
    const places = found.map((line) =>
      line
        .split(": ")
        .slice(0, 2)
        .join(": ")
        .replace(/^[^:]*:/, ""),
    );
    t.strictSame([...places].sort(), findings.map(([place]) => place).sort(), found.join("\n"));
    for (const [place, part] of findings) {
      t.ok(
        found.some((line) => line.includes(`:${place}: `) && line.includes(part)),
        `${place}: … ${part}`,
      );
    }
  });
}

t.test("findings of several files come all at once, in reading order", async (t) => {
  const repository = copyFixture([
    { file: session, from: "Nothing follows it.", to: "Nothing MAY follow it." },
    { file: "spec/README.md", from: "2. [Terms](terms.md)\n", to: "" },
    { file: session, from: "before it reads anything", to: "before it reads something" },
  ]);
  t.teardown(() => rmSync(repository.root, { recursive: true }));
  const found = lint(readSpecification(repository)).map(
    ({ file, line, rule }) => `${file}:${line}: ${rule}`,
  );
  t.strictSame(found, [
    "spec/session-mode.md:7: changed-text",
    "spec/session-mode.md:37: keyword-outside-requirement",
    "spec/terms.md:1: index",
  ]);
});
