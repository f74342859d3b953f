import type { Case } from "../case/case.ts";
import type { Format } from "../wire/unit.ts";

/** What a candidate offers, as it says itself or as is stated for it. */
export interface Offered {
  readonly name?: string;
  readonly version?: string;
  readonly modes: readonly string[];
  readonly formats: readonly string[];
  readonly features: readonly string[];
  /** It is a program that knows nothing of Stdfn, whose octets somebody else has called an event. */
  readonly unmodified?: true;
}

/** One case in one format; filter and describe mode speak none. */
export interface Part {
  readonly of: Case;
  readonly format: Format;
  /** Whether the candidate speaks a format in this case at all. */
  readonly speaks: boolean;
}

/** The parts of a case: one for each of its formats. */
export function partsOf(of: Case): readonly Part[] {
  return of.formats.map((format) => ({ of, format, speaks: speaks(of) }));
}

/** Whether a candidate speaks a format in a case at all. */
export function speaks({ mode }: Pick<Case, "mode">): boolean {
  return mode !== "filter" && mode !== "describe";
}

/** Why a part does not apply to a candidate; undefined if it does. */
export function reasonNotToRun({ of, format, speaks }: Part, offered: Offered): string | undefined {
  const { modes, formats } = offered;
  if (offered.unmodified && of.mode !== "filter")
    return "the candidate is an unmodified filter: it is stated to offer filter alone, and does not describe itself";
  const mode = of.mode === "describe" || of.mode === "none" ? undefined : of.mode;
  if (mode !== undefined && !modes.includes(mode)) return `the mode ${mode} is not offered`;
  if (speaks && !formats.includes(format)) return `the format ${format} is not offered`;
  for (const feature of of.features) {
    const [kind, name = ""] = feature.split(":");
    if (kind === "without") {
      if (offered.features.includes(name)) return `${name} is declared`;
      continue;
    }
    const has =
      kind === "mode"
        ? modes.includes(name)
        : kind === "format"
          ? formats.includes(name)
          : feature === "everything"
            ? offered.name === "everything"
            : offered.features.includes(feature);
    if (has) continue;
    return feature === "everything"
      ? "the candidate is not the everything function"
      : `${feature} is not declared`;
  }
  return undefined;
}
