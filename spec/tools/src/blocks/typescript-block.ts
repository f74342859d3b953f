import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "../repository.ts";
import type { Block } from "../text/chapter.ts";
import type { BlockClass } from "./block-class.ts";
import { failed, type Outcome, passed } from "./outcome.ts";
import { RunningProcess } from "./run-process.ts";

const patience = 60_000;

const compilerOptions = {
  target: "es2023",
  lib: ["es2023"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  outDir: "out",
  rootDir: ".",
};

/**
 * Compiles a block strictly, as a module of a project that has the packages installed, and runs it if it asks for that.
 *
 * @param compiler path of the TypeScript compiler's command, a JavaScript file
 */
export async function executeTypeScript(
  block: Block,
  { run }: Extract<BlockClass, { class: "typescript" }>,
  repository: Repository,
  compiler: string,
): Promise<Outcome> {
  const name = `${block.file.replace(/\.md$/, "").replaceAll("/", "-")}-${block.line}`;
  // Below the repository, so that the packages of the workspace resolve as installed ones do.
  const parent = repository.path("spec/tools/dist/blocks");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, `${name}-`));
  try {
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "example", type: "module" }),
    );
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["example.ts"] }),
    );
    writeFileSync(join(folder, "example.ts"), `${block.body.join("\n")}\n`);
    const compiled = await execute([process.execPath, compiler, "-p", folder], folder);
    if (compiled !== undefined) return failed(`it does not compile: ${compiled}`);
    if (!run) return passed;
    const ran = await execute([process.execPath, join(folder, "out", "example.js")], folder);
    return ran === undefined ? passed : failed(`it does not run: ${ran}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function execute(argv: readonly string[], cwd: string): Promise<string | undefined> {
  const child = new RunningProcess(argv, { cwd, env: { PATH: process.env["PATH"] } });
  try {
    child.closeInput();
    await child.until(() => child.ending !== undefined, AbortSignal.timeout(patience));
    const output = `${child.stdout.toString("utf8")}${child.stderr}`.trim();
    if (child.ending === undefined) return `no end within ${patience / 1000} s; ${output}`;
    return child.ending.status === 0 ? undefined : `exit status ${child.ending.status}; ${output}`;
  } finally {
    await child.kill();
  }
}
