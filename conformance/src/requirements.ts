import { readFileSync } from "node:fs";
import { specificationAddress } from "./specification.ts";

/** A requirement of the specification, as this kit was built against it. */
export interface Requirement {
  readonly revision: number;
  readonly level: string;
  /** Who is bound by it. */
  readonly actor: string;
  /** The chapter it stands in, by its file name without ending. */
  readonly chapter: string;
  readonly text: string;
}

let read: Readonly<Record<string, Requirement>> | undefined;

/** Every requirement by its id. */
export function requirements(): Readonly<Record<string, Requirement>> {
  read ??= JSON.parse(
    readFileSync(new URL("../../generated/requirements.json", import.meta.url), "utf8"),
  ) as Readonly<Record<string, Requirement>>;
  return read;
}

/** What cases decide that no specification knows of: the author of a function has written them. */
export const ownRequirement = "OWN-001";

const own: Requirement = {
  revision: 1,
  level: "MUST",
  actor: "function",
  chapter: "the author's own cases",
  text: "The function MUST answer as the author of the case expects.",
};

/** The requirement of an id; undefined if there is none. */
export function requirement(id: string): Requirement | undefined {
  if (id === ownRequirement) return own;
  const all = requirements();
  return Object.hasOwn(all, id) ? all[id] : undefined;
}

/** The address of a requirement in the specification; undefined if it is not of the specification. */
export function addressOf(id: string): string | undefined {
  const all = requirements();
  return Object.hasOwn(all, id)
    ? `${specificationAddress}/${all[id]?.chapter}#${id.toLowerCase()}`
    : undefined;
}
