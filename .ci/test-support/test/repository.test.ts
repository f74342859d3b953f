import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

interface LockEntry {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: unknown;
  readonly engines?: { readonly node?: string };
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly access?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
}

const root: string = fileURLToPath(new URL("../../../../", import.meta.url));

function readJson<Value>(path: string): Value {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

const repository: Manifest = readJson("package.json");
const folders: readonly string[] = repository.workspaces ?? [];

t.test("the lock file serves every registry and every platform", (t) => {
  const { packages } = readJson<{ packages: Record<string, LockEntry> }>("package-lock.json");
  const paths = Object.keys(packages);
  t.ok(paths.length > folders.length, "it lists packages");
  const addressed = paths.filter((path) => {
    const entry = packages[path];
    return entry?.resolved !== undefined && entry.link !== true;
  });
  t.same(addressed, [], "no entry holds a download address");
  const absent = paths.flatMap((path) =>
    Object.keys(packages[path]?.optionalDependencies ?? {})
      .filter((name) => !paths.some((other) => `/${other}`.endsWith(`/node_modules/${name}`)))
      .map((name) => `${path} → ${name}`),
  );
  t.same(absent, [], "every platform's optional package has an entry");
  t.end();
});

t.test("every package says what a registry and its users need", (t) => {
  for (const folder of folders) {
    const manifest: Manifest = readJson(join(folder, "package.json"));
    const is = (ok: boolean, what: string): unknown => t.ok(ok, `${manifest.name}: ${what}`);
    is(manifest.license === "Apache-2.0", "license");
    is(manifest.type === "module", "type");
    is(manifest.engines?.node === repository.engines?.node, "engines as in the root");
    is(manifest.version === repository.version, "version as in the root");
    is((manifest.description ?? "") !== "", "description");
    const pinned = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    is(
      pinned.every(([name, range]) => !name.startsWith("@stdfn/") || range === repository.version),
      "depends on workspaces of the same version",
    );
    if (manifest.private === true) continue;
    is((manifest.keywords ?? []).includes("stdfn"), "keywords");
    const effects = manifest.sideEffects;
    const isNamed = (path: string): boolean => existsSync(join(root, folder, path));
    is(
      effects === false || (Array.isArray(effects) && effects.every(isNamed)),
      "sideEffects: false, or the modules that have some",
    );
    is(manifest.publishConfig?.access === "public", "publishConfig");
    is((manifest.files ?? []).length > 0, "files");
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      if (typeof target === "string") continue;
      is(Object.keys(target ?? {})[0] === "types", `types come first in exports["${subpath}"]`);
    }
    for (const launcher of Object.values(manifest.bin ?? {})) {
      const mode = statSync(join(root, folder, launcher)).mode;
      is((mode & 0o111) === 0o111, `${launcher} is executable`);
    }
    const licence = join(root, folder, "LICENSE");
    is(existsSync(licence), "LICENSE is there");
    t.equal(
      readFileSync(licence, "utf8"),
      readFileSync(join(root, "LICENSE"), "utf8"),
      `${manifest.name}: LICENSE as in the root`,
    );
    is(existsSync(join(root, folder, "README.md")), "README.md is there");
  }
  t.end();
});

t.test("one compiler run builds every workspace", (t) => {
  const { references } = readJson<{ references: ReadonlyArray<{ path: string }> }>("tsconfig.json");
  t.same(
    references.map(({ path }) => path),
    folders,
  );
  t.end();
});
