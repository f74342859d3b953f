import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { missingTool, pythonWithProtobuf } from "@stdfn/test-support";
import t from "tap";
import { BlockExecutor } from "../src/blocks/execute.ts";
import { findPrograms } from "../src/blocks/programs.ts";
import { Repository } from "../src/repository.ts";
import { readSpecification } from "../src/specification.ts";
import type { Block } from "../src/text/chapter.ts";

const run = promisify(execFile);
const repository = new Repository(fileURLToPath(new URL("../../../..", import.meta.url)));
const sdk = repository.path("sdk/python");
const library = `PYTHONPATH=${repository.path("sdk/python/src")}`;
const missingPython = missingTool("python3");

/** Runs Python with the library on its path; gives what it wrote to both outputs. */
async function python(interpreter: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run("env", [library, interpreter, ...args], { cwd: sdk });
  return `${stdout}${stderr}`;
}

const { interpreter: protobuf, missing: missingProtobuf } = pythonWithProtobuf();
const tests = ["-m", "unittest", "discover", "-s", "tests"];

t.jobs = 2;

t.test("the Python SDK with the standard library only", { skip: missingPython }, async (t) => {
  // The processes are started below, where protobuf is there; here only the formats, which differ.
  const some = protobuf === undefined ? tests : [...tests, "-p", "test_vectors.py"];
  const output = await python("python3", ...some);
  t.match(output, /^Ran [1-9]\d* tests/m);
  t.match(output, /^OK/m);
});

t.test("the Python SDK with protobuf", { skip: missingProtobuf }, async (t) => {
  const output = await python(protobuf ?? "", ...tests);
  t.match(output, /^Ran [1-9]\d* tests/m);
  t.match(output, /^OK$/m, "none is skipped");
});

t.test(
  "the descriptors of the Python SDK are those of the schema files",
  { skip: missingPython || missingTool("protoc") },
  async (t) => {
    t.equal(await python("python3", "scripts/generate_descriptors.py", "--check"), "");
  },
);

const specification = readSpecification(repository);
const programs = new Map(findPrograms(repository)).set("everything", {
  argv: ["env", library, protobuf ?? "python3", `${sdk}/examples/everything/main.py`],
  cwd: repository.root,
});
const executor = new BlockExecutor(specification, programs);

/** Tells whether a block runs the everything function. */
function runsEverything({ info, body }: Block): boolean {
  if (info.startsWith("transcript")) return info.includes("function=everything");
  return info.startsWith("shell") && /\beverything\b/.test(body.join("\n"));
}

const blocks = specification.chapters.flatMap(({ blocks }) => blocks).filter(runsEverything);
const missing = missingProtobuf || missingTool("jq");
for (const block of blocks) {
  t.test(`${block.file}:${block.line} in Python`, { skip: missing }, async (t) => {
    const outcome = await executor.execute(block);
    if (outcome.result === "failed") t.fail(outcome.message);
    else t.pass("does what the specification shows");
  });
}

t.test("the specification shows the everything function at work", async (t) => {
  t.ok(blocks.length > 20, `${blocks.length} examples`);
});
