// Tells whether node_modules is what package-lock.json asks for. No dependencies: it runs before anything is installed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

function packagesOf(lockFile) {
  if (!existsSync(lockFile)) return undefined;
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/**
 * Why the installed packages differ from the lock file, or `undefined` where they agree.
 *
 * npm writes `node_modules/.package-lock.json` as the last act of an installation, and `npm ci` removes
 * it first, so an interrupted installation never counts as done.
 */
export function reasonToInstall(root) {
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (wanted === undefined) throw new Error(`${join(root, "package-lock.json")} cannot be read`);
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined) return "nothing is installed yet";
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const found = installed[path];
    if (found === undefined && entry.optional === true) continue;
    if (found === undefined) return `${path} is not installed`;
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${path} is ${found.version}, the lock file says ${entry.version}`;
    }
    // What stands in node_modules/.bin is a link to the file that a package names.
    if (JSON.stringify(found.bin) !== JSON.stringify(entry.bin)) {
      return `${path} has other commands than the lock file says`;
    }
    if (!existsSync(join(root, path))) return `${path} is gone`;
  }
  const stray = Object.keys(installed).find((path) => wanted[path] === undefined);
  return stray === undefined ? undefined : `${stray} is installed but no longer in the lock file`;
}
