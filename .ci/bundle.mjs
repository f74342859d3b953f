// Bundles compiled modules with what they need, and says whose work is in the bundle.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** Where a script stands, which a CommonJS module knows by another name. */
const HERE = 'const fileUrlHere = require("node:url").pathToFileURL(__filename).href;';

/** The process by its global name: a script would else copy each of its properties for each module that imports it. */
const globalProcess = {
  name: "global-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:process$/ }, ({ kind }) =>
      kind === "import-statement" ? { path: "process", namespace: "global" } : undefined,
    );
    onLoad({ filter: /./, namespace: "global" }, () => ({
      contents: "export default globalThis.process;",
    }));
  },
};

/**
 * Bundles modules of a workspace; what its entries have in common they share.
 * @param folder absolute path of the workspace, which every other path is relative to
 * @param entries paths of modules, by the names of what is written
 * @param script whether each entry becomes a script instead of a module: a function of `require`, `module`, `exports`
 *   and `__filename`, in ASCII, so that what V8 has made of its text can be kept
 * @returns the paths of the modules that went in
 */
export async function bundle({ folder, entries, outdir, script = false }) {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: entries,
    outdir,
    bundle: true,
    ...(script
      ? {
          format: "cjs",
          outExtension: { ".js": ".cjs" },
          define: { "import.meta.url": "fileUrlHere" },
          banner: {
            js: `(function (require, module, exports, __filename) {\n"use strict";\n${HERE}`,
          },
          footer: { js: "})" },
          charset: "ascii",
          plugins: [globalProcess],
        }
      : { format: "esm", splitting: true, charset: "utf8" }),
    platform: "node",
    target: "node20.19",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  const foreign = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .map(({ path }) => path)
    .filter((path) => !path.startsWith("node:") && !(path in metafile.outputs));
  if (foreign.length > 0) throw new Error(`the bundle still imports ${foreign.join(", ")}`);
  return Object.keys(metafile.inputs);
}

/** The licences of the packages that a bundle holds parts of. */
export function noticesOf(folder, inputs) {
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
