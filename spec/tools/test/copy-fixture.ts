import { cpSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Repository } from "../src/repository.ts";

const good = fileURLToPath(new URL("../../test/fixtures/good", import.meta.url));

/** One edit of a fixture: the text `from`, which stands there exactly once, becomes `to`. */
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

/** Copies the fixture specification, which has no findings, to a new folder and edits it. */
export function copyFixture(edits: readonly Edit[] = []): Repository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "stdfn-spec-")));
  cpSync(good, root, { recursive: true });
  for (const { file, from, to } of edits) {
    const path = join(root, file);
    const text = readFileSync(path, "utf8");
    if (text.split(from).length !== 2)
      throw new Error(`"${from}" does not stand exactly once in ${file}`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }
  return new Repository(root);
}
