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
  if (offered.unmodified && of.mode !== "filter")
    return "the candidate is an unmodified filter: it is stated to offer filter alone, and does not describe itself";
  const mode = of.mode === "describe" || of.mode === "none" ? undefined : of.mode;
  const needed = [
    ...(mode === undefined ? [] : [`mode:${mode}`]),
    ...(speaks ? [`format:${format}`] : []),
    ...of.features,
  ];
  for (const feature of needed) {
    const reason = reasonFor(feature, offered);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Why what a case needs is not there; undefined if it is. */
function reasonFor(
  needed: string,
  { name, modes, formats, features }: Offered,
): string | undefined {
  const [kind = "", wanted = ""] = needed.split(":");
  switch (kind) {
    case "mode":
      return modes.includes(wanted) ? undefined : `the mode ${wanted} is not offered`;
    case "format":
      return formats.includes(wanted) ? undefined : `the format ${wanted} is not offered`;
    case "without":
      return features.includes(wanted) ? `${wanted} is declared` : undefined;
    case "everything":
      return name === "everything" ? undefined : "the candidate is not the everything function";
    default:
      return features.includes(needed) ? undefined : `${needed} is not declared`;
  }
}
