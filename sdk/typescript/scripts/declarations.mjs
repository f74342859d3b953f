import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";

const specifier = /^((?:import|export)\s+(?:type\s+)?)(\{[^}]*\})(\s+from\s+")([^"]+)(")/gm;
const exported = /export\s+(?:type\s+)?\{([^}]*)\}\s+from\s+"([^"]+)"/g;
const require = createRequire(import.meta.url);

/** The declaration file behind a relative specifier, which names the compiled or the source file. */
function declarationOf(from, specifier) {
  return join(
    dirname(from),
    specifier.replace(/\.(?:js|ts)$/, ".d.ts").replace(/\.d\.d\.ts$/, ".d.ts"),
  );
}

/** Which file declares each name that @stdfn/schemas exports. */
function schemaNames() {
  const index = require.resolve("@stdfn/schemas").replace(/\.js$/, ".d.ts");
  const text = readFileSync(index, "utf8");
  const files = new Map();
  for (const [, names, from] of text.matchAll(exported)) {
    for (const name of names.split(",")) {
      files.set(name.replace(/^\s*type\s+/, "").trim(), declarationOf(index, from));
    }
  }
  for (const [, from] of text.matchAll(/export \* from "([^"]+)"/g)) {
    const file = declarationOf(index, from);
    const declared = /export (?:declare )?(?:const|type|interface|class|function) (\w+)/g;
    for (const [, name] of readFileSync(file, "utf8").matchAll(declared)) files.set(name, file);
  }
  return files;
}

/**
 * Copies a declaration file and all it refers to into one flat folder, so that the declarations need no other package.
 * Throws if they refer to anything but @stdfn/schemas and files beside them.
 */
export function writeDeclarations(entry, target) {
  const schemas = schemaNames();
  const placed = new Map();
  const place = (file) => {
    const known = placed.get(file);
    if (known !== undefined) return known;
    const isSchema = relative(dirname(entry), file).startsWith("..");
    const name = isSchema ? join("schemas", basename(file)) : relative(dirname(entry), file);
    placed.set(file, name);
    copy(file, name);
    return name;
  };
  const reference = (from, file) => {
    const path = relative(dirname(from), place(file)).replace(/\.d\.ts$/, ".js");
    return path.startsWith(".") ? path : `./${path}`;
  };
  const copy = (file, name) => {
    const text = readFileSync(file, "utf8").replace(/\/\/# sourceMappingURL=.*\n?/, "");
    const rewritten = text.replace(specifier, (all, head, names, middle, path, tail) => {
      if (path.startsWith("."))
        return head + names + middle + reference(name, declarationOf(file, path)) + tail;
      if (path === "@stdfn/schemas") return schemaImports(name, head, names);
      throw new Error(
        `${file} refers to "${path}": a public declaration stands on its own; found in ${all}`,
      );
    });
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), rewritten);
  };
  const schemaImports = (name, head, names) => {
    const byFile = new Map();
    for (const item of names.replace(/[{}]/g, "").split(",")) {
      const wanted = item.trim();
      if (wanted === "") continue;
      const file = schemas.get(wanted.replace(/^type\s+/, "").split(/\s+as\s+/)[0]);
      if (file === undefined) throw new Error(`@stdfn/schemas exports no ${wanted}`);
      byFile.set(file, [...(byFile.get(file) ?? []), wanted]);
    }
    return [...byFile]
      .map(([file, wanted]) => `${head}{ ${wanted.join(", ")} } from "${reference(name, file)}"`)
      .join(";\n");
  };
  place(entry);
}
