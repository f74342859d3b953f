import { requirement } from "../requirements.ts";
import type { Case } from "./case.ts";

/** A case as a person reads it. */
export function caseText(of: Case): string {
  const rule = requirement(of.requirement.id);
  const also = (of.also ?? []).map(({ id }) => id);
  return [
    `${of.id}  ${of.title}`,
    field("decides", `${of.requirement.id}: ${rule?.text ?? "no longer in the specification"}`),
    ...(also.length > 0 ? [field("also", also.join(", "))] : []),
    field("why", of.why),
    field("started", startText(of)),
    ...of.steps.map((step, index) => field(index === 0 ? "steps" : "", JSON.stringify(step))),
    ...(of.probe === undefined ? [] : [field("then", `${of.probe} in the same process`)]),
    field("twin", of.twin),
    field("kills", of.kills.join(", ")),
    "",
  ].join("\n");
}

function startText({
  mode,
  formats,
  arguments: words = [],
  features,
  isolation = "fresh",
}: Case): string {
  const how = mode === "none" ? "no mode announced" : `mode ${mode}`;
  const given = words.length > 0 ? `, with ${words.join(" ")}` : "";
  const needs = features.length > 0 ? `, if it declares ${features.join(", ")}` : "";
  const alone = isolation === "fresh" ? "a process of its own" : "a process it may share";
  return `${how}, in ${formats.join(" and ")}${given}, ${alone}${needs}`;
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(9)}${value}`;
}
