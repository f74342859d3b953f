import { type ToolName, tools } from "@stdfn/test-support";

/** Something that cannot run here. */
export interface Skipped {
  readonly function: string;
  readonly reason: string;
}

/** Why a program that is not there is missed. */
export function absence(name: ToolName): string {
  return `${name} is not on the PATH; install the Debian package ${tools[name].debian} or its like`;
}
