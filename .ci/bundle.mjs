// Bundles compiled modules with what they need, and says whose work is in the bundle.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const REQUIRE =
  'import { createRequire as requireHere } from "node:module";\nconst require = requireHere(import.meta.url);';

/**
 * Bundles modules of a workspace; what its entries have in common they share.
 * @param folder absolute path of the workspace, which every other path is relative to
 * @param entries paths of modules, by the names of what is written
 * @param external what stays an import; anything else that is left over but Node's own modules is an error
 * @param hasCommonJs whether a module that goes in asks for Node's own modules by `require`
 * @returns the paths of the modules that went in
 */
export async function bundle({ folder, entries, outdir, external = [], hasCommonJs = false }) {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: entries,
    outdir,
    external,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    charset: "utf8",
    legalComments: "none",
    ...(hasCommonJs && { banner: { js: REQUIRE } }),
    metafile: true,
    logLevel: "warning",
  });
  const foreign = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .map(({ path }) => path)
    .filter((path) => !path.startsWith("node:") && !(path in metafile.outputs))
    .filter((path) => !external.includes(path));
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
