import { machineNames } from "../machine.ts";
import { registryNames } from "../registry.ts";
import type { Repository } from "../repository.ts";

/** What a generated region shows. */
export type Source =
  | { readonly kind: "registry"; readonly name: string }
  | { readonly kind: "machine"; readonly name: string }
  | { readonly kind: "terms" };

/** Reads the source named after `generated:`, or says why there is no such source. */
export function parseSource(
  repository: Repository,
  text: string,
): Source | { readonly problem: string; readonly advice: string } {
  const [kind, name, ...rest] = text.split(" ");
  if (kind === "terms" && name === undefined) return { kind };
  const known =
    kind === "registry"
      ? registryNames(repository)
      : kind === "machine"
        ? machineNames(repository)
        : undefined;
  if (known === undefined || name === undefined || rest.length > 0) {
    return {
      problem: `generated:${text} names no source`,
      advice: "write generated:registry NAME, generated:machine NAME or generated:terms",
    };
  }
  if (!known.includes(name))
    return {
      problem: `there is no ${kind} ${name}`,
      advice: `there are ${known.join(", ") || "none"}`,
    };
  return kind === "registry" ? { kind, name } : { kind: "machine", name };
}
