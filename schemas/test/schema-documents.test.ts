import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import t from "tap";
import { nearestName } from "../src/validate/nearest-name.ts";
import {
  type Problem,
  type Validation,
  validateBaseline,
  validateCandidate,
  validateCase,
  validateChallenges,
  validateClaim,
  validateCodecAnswer,
  validateCodecQuestion,
  validateExclusions,
  validateManifest,
  validateOwnCase,
  validateProfile,
  validateReportLine,
  validateSelfDescription,
  validateVector,
  validateWire,
  type WireSchemaName,
  wireSchemaNames,
} from "../src/validate.ts";
import { bytesOf, expanded, readVectors } from "./vector-files.ts";

const folder = fileURLToPath(new URL("../../json/", import.meta.url));
const files = readdirSync(folder).sort();
const schemas = files.map((file) => ({
  name: file.replace(".schema.json", ""),
  text: readFileSync(folder + file, "utf8"),
}));

const documents: Readonly<Record<string, (value: unknown) => Validation<unknown>>> = {
  manifest: validateManifest,
  "self-description": validateSelfDescription,
  vector: validateVector,
  candidate: validateCandidate,
  case: validateCase,
  "report-line": validateReportLine,
  baseline: validateBaseline,
  challenges: validateChallenges,
  claim: validateClaim,
  "codec-answer": validateCodecAnswer,
  "codec-question": validateCodecQuestion,
  exclusions: validateExclusions,
  "own-case": validateOwnCase,
  profile: validateProfile,
  ...Object.fromEntries(
    wireSchemaNames.map((name) => [name, (value: unknown) => validateWire(name, value)]),
  ),
};

const manifest = { stdfn: "1", name: "thumb", version: "1", command: ["./thumb"] };

t.test(
  "schemas compile strictly, are named as their files and give examples that hold",
  async (t) => {
    const ajv = new Ajv2020({
      strict: true,
      allowUnionTypes: true,
      strictRequired: false,
      strictTuples: false,
    });
    addFormats.default(ajv, ["date-time"]);
    const parsed = schemas.map(({ name, text }) => ({ name, schema: JSON.parse(text) }));
    for (const { schema } of parsed) ajv.addSchema(schema);
    for (const { name, schema } of parsed) {
      t.equal(schema.$schema, "https://json-schema.org/draft/2020-12/schema", `${name}: dialect`);
      t.equal(schema.$id, `https://stdfn.dev/schemas/1.0/${name}.json`, `${name}: id`);
      t.ok(ajv.validateSchema(schema), `${name}: is a schema`);
      const check = ajv.getSchema(schema.$id);
      t.ok(schema.examples.length > 0, `${name}: has examples`);
      for (const example of schema.examples) {
        t.ok(check?.(example), `${name}: ${JSON.stringify(example).slice(0, 60)}`);
        const precompiled = documents[name]?.(example);
        t.same(precompiled?.ok === false ? precompiled.errors : [], [], `${name}: precompiled`);
      }
    }
    for (const { name, text } of schemas)
      t.notMatch(text, /\$dynamicRef|unevaluated/, `${name}: only what every validator knows`);
    t.strictSame(
      Object.keys(documents).sort(),
      schemas
        .map(({ name }) => name)
        .filter((name) => name !== "bytes")
        .sort(),
      "every schema but that of parts of vectors has a function",
    );
  },
);

const manifestMistakes: readonly (readonly [
  title: string,
  change: object,
  path: string,
  message: string | RegExp,
  suggestion?: string,
])[] = [
  [
    "misspelt member",
    { comand: [] },
    "",
    'unknown member "comand"; did you mean "command"?',
    "command",
  ],
  [
    "another naming style",
    { maxRecord: 1 },
    "",
    /^unknown member "maxRecord"; allowed are \$schema, stdfn, name,/,
  ],
  [
    "misspelt limit",
    { limits: { timeoutMs: 1 } },
    "/limits",
    'unknown member "timeoutMs"; did you mean "timeout_ms"?',
    "timeout_ms",
  ],
  [
    "missing member",
    { version: undefined },
    "",
    /^member "version" is missing: The version of the function/,
  ],
  [
    "wrong type",
    { command: "gzip -c" },
    "/command",
    /^"gzip -c" is not allowed; allowed: array\. Program and arguments; never a shell string/,
  ],
  ["empty list", { command: [] }, "/command", "[] is not allowed; allowed: at least 1 item(s)"],
  [
    "null character",
    { command: ["a", "b\0"] },
    "/command/1",
    /allowed: An argument; no null character$/,
  ],
  [
    "misspelt value",
    { isolation: "seald" },
    "/isolation",
    /^"seald" is not allowed; allowed: "sealed", .*; did you mean "sealed"\?$/,
    "sealed",
  ],
  [
    "unknown value",
    { sharing: "all" },
    "/sharing",
    '"all" is not allowed; allowed: "tenant", "tenants"',
  ],
  ["other major", { stdfn: "2" }, "/stdfn", '"2" is not allowed; allowed: "1"'],
  [
    "pattern",
    { name: "My Function" },
    "/name",
    /^"My Function" is not allowed; allowed: The name of the function: 1 to 63 of a-z/,
  ],
  [
    "below a bound",
    { limits: { max_record: 1024 } },
    "/limits/max_record",
    "1024 is not allowed; allowed: 1048576 or more",
  ],
  [
    "not an integer",
    { concurrency: 1.5 },
    "/concurrency",
    /^1\.5 is not allowed; allowed: integer/,
  ],
  [
    "twice",
    { modes: ["pipe", "filter", "pipe"] },
    "/modes",
    'items 0 and 2 of ["pipe","filter","pipe"] are the same; each may stand there once',
  ],
  [
    "one of several forms",
    { exit: 3 },
    "/exit",
    /^3 is not allowed; allowed: What an exit status means/,
  ],
  [
    "name in one of several forms",
    { exit: { 0: "ok" } },
    "/exit",
    '"0" is not allowed as a name here; allowed: An exit status from 1 to 255',
  ],
  [
    "value in one of several forms",
    { exit: { 1: "retri" } },
    "/exit/1",
    /; did you mean "retry"\?$/,
    "retry",
  ],
  [
    "reserved variable",
    { env: { set: { STDFN_MODE: "pipe" } } },
    "/env/set",
    /^"STDFN_MODE" is not allowed as a name here/,
  ],
  [
    "reserved variable passed",
    { env: { pass: ["STDFN_MODE"] } },
    "/env/pass/0",
    /does not begin with a digit or STDFN_$/,
  ],
  [
    "reserved secret",
    { secrets: ["STDFN_KEY"] },
    "/secrets/0",
    /does not begin with a digit or STDFN_$/,
  ],
  [
    "condition",
    { network: { allow: ["example.com:443"] } },
    "",
    /^member "isolation" is missing: The member `network` needs isolation/,
  ],
  [
    "condition with a value",
    { isolation: "sealed", network: {} },
    "/isolation",
    /allowed: "outbound", "outbound\+kernel"/,
  ],
  [
    "address without port",
    { isolation: "outbound", network: { allow: ["example.com"] } },
    "/network/allow/0",
    /allowed: A host name or address, a colon, and a port/,
  ],
];

t.test("every mistake in a manifest is told as a person would", async (t) => {
  t.ok(validateManifest(manifest).ok, "the manifest without a mistake");
  for (const [title, change, path, message, suggestion] of manifestMistakes) {
    const result = validateManifest(JSON.parse(JSON.stringify({ ...manifest, ...change })));
    t.match(errorsOf(result), [{ path, message, suggestion }], title);
    t.equal(errorsOf(result).length, 1, `${title}: told once`);
  }
  const several = errorsOf(validateManifest({ nane: "x", command: [], limits: { max_record: 1 } }));
  t.same(
    several.map(({ path }) => path).sort(),
    ["", "", "", "", "/command", "/limits/max_record"],
    "every mistake is told at once",
  );
  t.match(errorsOf(validateManifest(["no", "object"])), [{ path: "", message: /allowed: object/ }]);
  t.match(errorsOf(validateManifest(null)), [{ path: "", message: /^null is not allowed/ }]);
  const long = errorsOf(validateManifest({ ...manifest, name: "x".repeat(10_000) }));
  t.ok((long[0]?.message.length ?? 0) < 300, "a long value is quoted in part");
});

t.test("other documents are judged too", async (t) => {
  const description = JSON.parse(
    schemas.find(({ name }) => name === "self-description")?.text ?? "",
  ).examples[0];
  t.ok(
    validateSelfDescription({ ...description, later: 1 }).ok,
    "unknown members of a self-description are ignored",
  );
  t.match(errorsOf(validateSelfDescription({ ...description, minors: [] })), [
    { path: "/minors", message: /at least 1 item/ },
  ]);
  t.match(errorsOf(validateSelfDescription({ ...description, name: "X_y", minors: 0 })), [
    {
      path: "/minors",
      message: /^0 is not allowed; allowed: array\. .*: at least one, such as \[0\]$/,
    },
    {
      path: "/name",
      message:
        '"X_y" is not allowed; allowed: The name of the function: 1 to 63 of a-z, 0-9 and hyphen',
    },
  ]);
  const example = JSON.parse(schemas.find(({ name }) => name === "case")?.text ?? "").examples[0];
  t.match(errorsOf(validateCase({ ...example, kils: [] })), [
    { message: 'unknown member "kils"; did you mean "kills"?' },
  ]);
  t.match(errorsOf(validateCase({ ...example, kills: [] })), [
    { path: "/kills", message: /at least 1 item/ },
  ]);
  t.match(errorsOf(validateCase({ ...example, level: "shall" })), [{ path: "/level" }]);
  const candidate = { command: ["./run"] };
  t.strictSame(
    errorsOf(
      validateCandidate({
        ...candidate,
        features: ["a b"],
        environment: { STDFN_MODE: "pipe" },
        modes: [],
      }),
    ).map(({ path, message }) => [path, message]),
    [
      [
        "/environment",
        '"STDFN_MODE" is not allowed as a name here; allowed: A name of letters, digits and underscore that does not begin with a digit or STDFN_',
      ],
      ["/modes", "[] is not allowed; allowed: at least 1 item(s)"],
      [
        "/features/0",
        '"a b" is not allowed; allowed: A name of letters, digits, underscore, dot and hyphen',
      ],
    ],
  );
  t.match(
    errorsOf(validateCase({ ...example, features: ["a b"] })),
    [
      {
        path: "/features/0",
        message:
          '"a b" is not allowed; allowed: what matches ^([a-z0-9_]+|(mode|format):[a-z]+|without:[a-z0-9_]+)$',
      },
    ],
    "a pattern that nothing describes",
  );
  const own = { title: "counts", event: {}, results: [] };
  t.ok(validateOwnCase(own).ok);
  t.match(
    errorsOf(validateOwnCase({ title: "counts", event: {}, reslts: [] })),
    [
      { message: 'a member is missing: "results", "error", or "exit"' },
      { message: 'unknown member "reslts"; did you mean "results"?' },
    ],
    "of members of which one is needed, none is there",
  );
  t.match(
    errorsOf(validateOwnCase({ ...own, events: [{}] })),
    [{ message: 'there may be only one of "event" or "events"' }],
    "of members of which one is allowed, two are there",
  );
  const vector = JSON.parse(schemas.find(({ name }) => name === "vector")?.text ?? "").examples[0];
  t.match(
    errorsOf(validateVector({ ...vector, fault: "foreign", code: "internal", exit: 76 })),
    [{ message: 'there may be only one of "meaning" or "fault" with "code" with "exit"' }],
    "a meaning and a fault",
  );
  t.match(
    errorsOf(validateVector({ ...vector, bytes: [{ hex: "0" }] })),
    [{ path: "/bytes/0/hex" }],
    "half a byte",
  );
});

/** Invalid bodies that no JSON Schema can refuse, and why. */
const beyondSchemas: Readonly<Record<string, RegExp>> = {
  "what only the text shows": /(duplicate|twice|depth-101)/,
  "how a number is spelt": /(remaining-(fraction|exponent)|id-exponent)$/,
  "order of list items": /end-failures-same-index$/,
  "a range wider than a pattern": /deadline-too-high$/,
  "octets, counted in base64": /limit-chunk-over$/,
};

t.test(
  "JSON Schemas accept every valid JSON body, and refuse every invalid one they can",
  async (t) => {
    const used = new Set<string>();
    for (const vector of readVectors()) {
      if (vector.level === "stream" && vector.fault === undefined) {
        const lines = expanded(vector.meaning) as readonly object[];
        const session = lines.every((line) => "id" in line);
        const checked = session
          ? lines.flatMap((line) => errorsOf(validateWire("frame", line)))
          : errorsOf(validateWire("envelope", lines));
        t.same(checked, [], `${vector.id}: its meaning`);
      }
      if (vector.level !== "record" && vector.level !== "frame") continue;
      const name: WireSchemaName = vector.level === "record" ? vector.kind : "frame-line";
      if (vector.fault === undefined) {
        const meaning = expanded(vector.meaning);
        const value = vector.level === "frame" ? { frame: meaning } : meaning;
        t.same(errorsOf(validateWire(name, value)), [], `${vector.id}: its meaning`);
      }
      if (vector.format !== "json") continue;
      const text = bytesOf(vector.bytes).toString();
      const { ok } = validateWire(name, JSON.parse(text));
      const reason = Object.keys(beyondSchemas).find((why) => beyondSchemas[why]?.test(vector.id));
      if (vector.fault !== undefined && ok && reason !== undefined) used.add(reason);
      else t.equal(ok, vector.fault === undefined, vector.id);
    }
    t.strictSame([...used].sort(), Object.keys(beyondSchemas).sort(), "every listed reason is one");
  },
);

t.test("a misspelt name is matched with the one that was meant", async (t) => {
  const names = ["command", "timeout_ms", "isolation", "env", "exit"];
  for (const [name, nearest] of [
    ["comand", "command"],
    ["commmand", "command"],
    ["cmomand", "command"],
    ["COMMAND", "command"],
    ["timeoutMs", "timeout_ms"],
    ["time-out-ms", "timeout_ms"],
    ["isolatoin", "isolation"],
    ["enb", "env"],
    ["x", undefined],
    ["memory", undefined],
    ["", undefined],
  ] as const)
    t.equal(nearestName(name, names), nearest, JSON.stringify(name));
});

function errorsOf(result: Validation<unknown>): readonly Problem[] {
  return result.ok ? [] : result.errors;
}
