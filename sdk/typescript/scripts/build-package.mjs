// Builds the folder that is published, dist/package: the compiled SDK and all it needs bundled with it, its
// declarations, and nothing to install besides. Run after `tsc -b`.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { bundle, noticesOf } from "../../../.ci/bundle.mjs";
import { writeDeclarations } from "./declarations.mjs";

const folder = fileURLToPath(new URL("..", import.meta.url));
const target = join(folder, "dist", "package");
const entries = ["index", "current-context"];

/** What is published of package.json: no scripts, no dependencies, and the paths of this folder. */
function manifest() {
  const { name, version, description, keywords, license, type, sideEffects, engines } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  return {
    name,
    version,
    description,
    keywords,
    license,
    type,
    sideEffects: sideEffects.map((path) => path.replace("dist/src/", "")),
    exports: {
      ".": { types: "./index.d.ts", default: "./index.js" },
      "./current-context": {
        types: "./current-context.d.ts",
        default: "./current-context.js",
      },
      "./package.json": "./package.json",
    },
    engines,
    publishConfig: { access: "public" },
  };
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
// The entries share what they have in common, whichever of them a function imports first.
const inputs = await bundle({
  folder,
  entries: Object.fromEntries(entries.map((name) => [name, `dist/src/${name}.js`])),
  outdir: target,
});
for (const name of entries) writeDeclarations(join(folder, "dist", "src", `${name}.d.ts`), target);
writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
writeFileSync(join(target, "THIRD-PARTY-NOTICES"), noticesOf(folder, inputs));
cpSync(join(folder, "README.md"), join(target, "README.md"));
cpSync(join(dirname(dirname(folder)), "LICENSE"), join(target, "LICENSE"));
process.stdout.write(`${target}\n`);
