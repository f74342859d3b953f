import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { validateCase } from "@stdfn/schemas/validate";
import { didYouMean, nearestId } from "../did-you-mean.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import type { Case } from "./case.ts";

const packagedCases = fileURLToPath(new URL("../../../cases/", import.meta.url));

/** The cases of a folder, one file each, in folders named by their area. */
export class CaseStore {
  readonly #folder: string;
  readonly #own: readonly Case[];
  #cases: ReadonlyMap<string, Case> | undefined;

  /**
   * @param folder where the cases stand; default: those of this package
   * @param own cases that the author of a function has written, besides
   */
  constructor(folder: string = packagedCases, own: readonly Case[] = []) {
    this.#folder = folder.endsWith("/") ? folder : `${folder}/`;
    this.#own = own;
  }

  /** Every case, by id. */
  get all(): readonly Case[] {
    return [...this.#read().values()];
  }

  /** Those that the author of a function has written. */
  get own(): readonly Case[] {
    return this.#own;
  }

  /** Every id, sorted. */
  get ids(): readonly string[] {
    return [...this.#read().keys()];
  }

  /** @throws KitError if there is no such case, naming the nearest */
  get(id: string): Case {
    const found = this.find(id);
    if (found !== undefined) return found;
    const near = nearestId(id, this.ids);
    throw new KitError(
      `no case is named ${JSON.stringify(id)}${didYouMean(near)}; \`stdfn-conformance list --cases\` lists them`,
      exitStatus.usage,
    );
  }

  find(id: string): Case | undefined {
    return this.#read().get(id);
  }

  #read(): ReadonlyMap<string, Case> {
    this.#cases ??= new Map([
      ...this.#files().map((path) => this.#readCase(path)),
      ...this.#own.map((of) => [of.id, of] as const),
    ]);
    return this.#cases;
  }

  #files(): readonly string[] {
    try {
      return readdirSync(this.#folder, { recursive: true, encoding: "utf8" })
        .filter((path) => /\/[^/]+\.json$/.test(path))
        .sort();
    } catch (error) {
      throw new KitError(
        `the cases cannot be read: ${(error as Error).message}; install the package again`,
        exitStatus.kit,
      );
    }
  }

  #readCase(path: string): readonly [string, Case] {
    const file = `${this.#folder}${path}`;
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new KitError(`${file} is no case: ${(error as Error).message}`, exitStatus.kit);
    }
    const checked = validateCase(value);
    if (!checked.ok) {
      const [first] = checked.errors;
      throw new KitError(
        `${file} is no case: ${first?.path || "/"}: ${first?.message}`,
        exitStatus.kit,
      );
    }
    const found = checked.value as Case;
    const expected = `${found.requirement.id.slice(0, 3).toLowerCase()}/${found.id.toLowerCase()}.json`;
    if (path !== expected)
      throw new KitError(
        `${file} holds the case ${found.id}, which belongs into ${expected}`,
        exitStatus.kit,
      );
    return [found.id, found];
  }
}
