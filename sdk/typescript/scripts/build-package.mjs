// Builds the folder that is published, dist/package: the compiled SDK and all it needs bundled with it, its
// declarations, and nothing to install besides. Run after `tsc -b`.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeDeclarations } from "./declarations.mjs";

const folder = fileURLToPath(new URL("..", import.meta.url));
const target = join(folder, "dist", "package");
const entries = ["index", "current-context"];

/** Bundles the SDK; returns the paths of the modules that went in. */
async function bundle() {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: entries.map((name) => `dist/src/${name}.js`),
    outdir: target,
    bundle: true,
    // The entries share what they have in common, whichever of them a function imports first.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const foreign = imports
    .map(({ path }) => path)
    .filter((path) => !(path.startsWith("node:") || path in metafile.outputs));
  if (foreign.length > 0) throw new Error(`the bundle still imports ${foreign.join(", ")}`);
  return Object.keys(metafile.inputs);
}

/** The licences of the packages that the bundle holds parts of. */
function notices(inputs) {
  const packages = new Map();
  for (const input of inputs) {
    const parts = input.split("node_modules/");
    if (parts.length < 2) continue;
    const [scope, name] = parts.at(-1).split("/");
    const package_ = scope.startsWith("@") ? `${scope}/${name}` : scope;
    packages.set(
      package_,
      join(folder, parts.slice(0, -1).join("node_modules/"), "node_modules", package_),
    );
  }
  const texts = [...packages].sort().map(([name, path]) => {
    const { version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    return `${name} ${version} (${license})\n\n${readFileSync(join(path, "LICENSE"), "utf8").trim()}\n`;
  });
  return `This package holds parts of the following works.\n\n${texts.join("\n---\n\n")}`;
}

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
const inputs = await bundle();
for (const name of entries) writeDeclarations(join(folder, "dist", "src", `${name}.d.ts`), target);
writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
writeFileSync(join(target, "THIRD-PARTY-NOTICES"), notices(inputs));
cpSync(join(folder, "README.md"), join(target, "README.md"));
cpSync(join(dirname(dirname(folder)), "LICENSE"), join(target, "LICENSE"));
process.stdout.write(`${target}\n`);
