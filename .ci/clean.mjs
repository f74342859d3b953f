// Removes what building and testing made; what was installed stays.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { workspaces } from "./workspaces.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
for (const workspace of workspaces(root)) {
  for (const folder of ["dist", ".tap"]) {
    rmSync(join(root, workspace, folder), { recursive: true, force: true });
  }
}
rmSync(join(root, ".tap"), { recursive: true, force: true });
