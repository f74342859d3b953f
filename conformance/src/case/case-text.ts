import { requirement } from "../requirements.ts";
import type { Case } from "./case.ts";
import { startWords } from "./start-words.ts";

/** More of what a start is given stand on lines of their own. */
const mostInLine = 2;

/** A case as a person reads it. */
export function caseText(of: Case): string {
  const rule = requirement(of.requirement.id);
  const also = (of.also ?? []).map(({ id }) => id);
  return [
    `${of.id}  ${of.title}`,
    field("decides", `${of.requirement.id}: ${rule?.text ?? "no longer in the specification"}`),
    ...(also.length > 0 ? [field("also", also.join(", "))] : []),
    field("why", of.why),
    ...startLines(of),
    ...of.steps.map((step, index) => field(index === 0 ? "steps" : "", JSON.stringify(step))),
    ...(of.probe === undefined ? [] : [field("then", `${of.probe} in the same process`)]),
    field("twin", of.twin),
    field("kills", of.kills.join(", ")),
    "",
  ].join("\n");
}

function startLines(of: Case): readonly string[] {
  const { mode, formats, features, isolation = "fresh" } = of;
  const words = startWords(of);
  const how = mode === "none" ? "no mode announced" : `mode ${mode}`;
  const isShort = words.length <= mostInLine;
  const given = isShort && words.length > 0 ? `, with ${words.join(" ")}` : "";
  const needs = features.length > 0 ? `, if it declares ${features.join(", ")}` : "";
  const alone = isolation === "fresh" ? "a process of its own" : "a process it may share";
  return [
    field("started", `${how}, in ${formats.join(" and ")}${given}, ${alone}${needs}`),
    ...(isShort ? [] : words.map((word, index) => field(index === 0 ? "with" : "", word))),
  ];
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(9)}${value}`;
}
