import { fileURLToPath } from "node:url";
import { missingTool, type ToolName, tools } from "@stdfn/test-support";
import t from "tap";
import { BlockExecutor } from "../src/blocks/execute.ts";
import { Repository } from "../src/repository.ts";
import { readSpecification } from "../src/specification.ts";
import type { Block } from "../src/text/chapter.ts";

const specification = readSpecification(
  new Repository(fileURLToPath(new URL("../../../..", import.meta.url))),
);
const executor = new BlockExecutor(specification);

/** A shell session names the tools it needs by using them. */
function missing(block: Block): string | false {
  if (!/^shell(?:\s|$)/.test(block.info)) return false;
  const names = (Object.keys(tools) as ToolName[]).filter((name) =>
    new RegExp(`(?:^|[\\s|;&(])${name}(?:\\s|$)`, "m").test(block.body.join("\n")),
  );
  return names.map((name) => missingTool(name)).find((reason) => reason !== false) ?? false;
}

t.jobs = 2;
for (const chapter of specification.chapters) {
  for (const block of chapter.blocks) {
    t.test(`${block.file}:${block.line} ${block.info}`, { skip: missing(block) }, async (t) => {
      const outcome = await executor.execute(block);
      if (outcome.result === "failed") t.fail(outcome.message);
      else
        t.pass(
          outcome.result === "exempt"
            ? `not executable: ${outcome.why}`
            : (outcome.note ?? "does what it claims"),
        );
    });
  }
}

t.test("the specification has executable blocks in more than one chapter", async (t) => {
  const chapters = specification.chapters.filter((chapter) =>
    chapter.blocks.some((block) => !block.info.startsWith("text")),
  );
  t.ok(chapters.length > 1, `${chapters.length} chapters`);
});
