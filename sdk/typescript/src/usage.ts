import type { Settings } from "./settings.ts";

/** What a person reads who starts a function by hand with a terminal as its standard input. */
export function usage({ name, modes, formats }: Settings): string {
  const lines = [
    `${name} is a Stdfn function: it reads an event on standard input and writes its result on standard output.`,
    `It offers the modes ${modes.join(", ")} and the formats ${formats.join(", ")}.`,
    "",
    "Give it an event, for instance:",
  ];
  if (modes.includes("filter")) lines.push(`  ${name} < FILE`);
  if (modes.includes("pipe") && formats.includes("json")) {
    lines.push(
      `  printf '{"stdfn":"1"}\\n{"event":{"specversion":"1.0","id":"1","source":"/me","type":"t","data":{}}}\\n{"end":{}}\\n' | ${name}`,
    );
  }
  lines.push(`  stdfn run -- ${name}`, `  STDFN_MODE=describe ${name}    says what it is, as JSON`);
  return lines.join("\n");
}
