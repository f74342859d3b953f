import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "./usage-error.ts";

/** The checkout the tool works on; every path it takes and gives is relative to the root, with forward slashes. */
export class Repository {
  readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /**
   * Finds the repository that a folder belongs to: the nearest folder upward that holds `spec/registries`.
   *
   * @throws UsageError when there is none
   */
  static find(from: string): Repository {
    for (let folder = resolve(from); ; folder = dirname(folder)) {
      if (existsSync(join(folder, "spec", "registries"))) return new Repository(folder);
      if (dirname(folder) === folder) break;
    }
    throw new UsageError(
      `no folder from ${from} upward holds spec/registries; run this inside a clone, or pass --root FOLDER`,
    );
  }

  /** The absolute path of a file of the repository. */
  path(file: string): string {
    return join(this.root, file);
  }

  /** Whether the file or folder exists. */
  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  /** The text of a file. */
  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  /**
   * Files below a folder whose path matches, sorted. Dependencies, build results and hidden folders are skipped.
   *
   * @param folder where to begin; a missing folder holds no files
   */
  files(folder: string, matches: RegExp): string[] {
    if (!this.has(folder)) return [];
    const found: string[] = [];
    const walk = (current: string): void => {
      for (const entry of readdirSync(this.path(current), { withFileTypes: true })) {
        if (entry.name === "node_modules" || entry.name === "dist" || entry.name.startsWith("."))
          continue;
        const path = current === "" ? entry.name : `${current}/${entry.name}`;
        if (entry.isDirectory()) walk(path);
        else if (matches.test(path)) found.push(path);
      }
    };
    walk(folder === "." ? "" : folder);
    return found.sort();
  }

  /** Turns an absolute path into one relative to the root. */
  relative(absolute: string): string {
    return relative(this.root, absolute).split(sep).join("/");
  }
}
