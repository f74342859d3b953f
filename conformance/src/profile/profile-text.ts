import type { Profile } from "./profile.ts";

/** A profile as a person reads it. */
export function profileText(profile: Profile): string {
  const { profile: name, title, suite, specification, status, requires, scored, digest } = profile;
  const width = Math.max(...scored.map((one) => one.case.length));
  return [
    `${name}  ${title}`,
    field("judged by", `stdfn-conformance ${suite} --profile ${name}`),
    field("of", `specification ${specification}, ${status}`),
    field("requires", requires.length > 0 ? requires.join(", ") : "nothing"),
    field("digest", digest),
    field("scores", `${scored.length} cases`),
    ...scored.map((one) => `    ${one.case.padEnd(width)}  ${one.requirement}`),
    "",
  ].join("\n");
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(11)}${value}`;
}
