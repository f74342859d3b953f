import { CodecError } from "@stdfn/schemas/codec";
import { requirementLines, type Specification } from "../specification.ts";
import type { Block } from "../text/chapter.ts";
import { UsageError } from "../usage-error.ts";
import { executeAbnf } from "./abnf-block.ts";
import { classify } from "./classify.ts";
import { executeHex } from "./hex-block.ts";
import { executeJson } from "./json-block.ts";
import { failed, type Outcome, passed } from "./outcome.ts";
import { findPrograms, type Program } from "./programs.ts";
import { executeProto } from "./proto-block.ts";
import { executeShell } from "./shell-block.ts";
import { executeTranscript } from "./transcript-block.ts";
import { executeTypeScript } from "./typescript-block.ts";
import type { Claim } from "./verdict.ts";

/** Executes blocks of one specification. */
export class BlockExecutor {
  readonly #specification: Specification;
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #requirements: ReadonlyMap<string, string>;

  /** @param programs what transcripts and shell sessions can run; by default those of the repository */
  constructor(
    specification: Specification,
    programs: ReadonlyMap<string, Program> = findPrograms(specification.repository),
  ) {
    this.#specification = specification;
    this.#programs = programs;
    this.#requirements = new Map(requirementLines(specification).map(({ id, text }) => [id, text]));
  }

  /** Executes one block; what its author wrote wrongly, and bytes that a function writes wrongly, are failures of the block. */
  async execute(block: Block): Promise<Outcome> {
    try {
      return await this.#execute(block);
    } catch (error) {
      if (error instanceof UsageError || error instanceof CodecError) return failed(error.message);
      throw error;
    }
  }

  async #execute(block: Block): Promise<Outcome> {
    const { repository, chapters } = this.#specification;
    const found = classify(block);
    if ("problem" in found) return failed(`${found.problem}; ${found.advice}`);
    switch (found.class) {
      case "json":
        return executeJson(block, found, this.#claim(found.violates));
      case "hex":
        return executeHex(block, found, this.#claim(found.violates));
      case "transcript":
        return executeTranscript(block, found, this.#programs);
      case "shell":
        return executeShell(block, repository, this.#programs);
      case "typescript":
        return executeTypeScript(
          block,
          found,
          repository,
          repository.path("node_modules/@typescript/native/bin/tsc"),
        );
      case "abnf":
        return executeAbnf(block, chapters);
      case "proto":
        return executeProto(block, repository);
      case "text":
        return { result: "exempt", why: found.why };
      case "mermaid":
        // Its text is compared with its machine by `generate --check`.
        return passed;
    }
  }

  #claim(violates: string | undefined): Claim {
    if (violates === undefined) return {};
    const requirement = this.#requirements.get(violates);
    if (requirement === undefined)
      throw new UsageError(
        `${violates} does not exist; name the requirement that the block breaks`,
      );
    return { violates, requirement };
  }
}
