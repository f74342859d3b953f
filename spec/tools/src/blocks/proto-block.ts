import type { Repository } from "../repository.ts";
import type { Block } from "../text/chapter.ts";
import { failed, type Outcome, passed } from "./outcome.ts";

/** A schema shown in the text stands in one of the schema files, white space and comments apart. */
export function executeProto(block: Block, repository: Repository): Outcome {
  const shown = tokens(block.body.join("\n"));
  if (shown === "") return failed("the block is empty");
  const files = repository.files("schemas/proto", /\.proto$/);
  if (files.some((file) => tokens(repository.read(file)).includes(shown))) return passed;
  return failed(
    `no file of schemas/proto holds this text (looked at ${files.join(", ") || "none"})`,
  );
}

function tokens(text: string): string {
  const bare = text.replace(/\/\/.*$/gm, " ").replace(/\/\*[\s\S]*?\*\//g, " ");
  return ` ${(bare.match(/"(?:[^"\\]|\\.)*"|[\w.]+|[^\s\w]/g) ?? []).join(" ")} `.replace(
    /^ +$/,
    "",
  );
}
