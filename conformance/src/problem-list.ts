import type { Problem } from "@stdfn/schemas/validate";

/** What is wrong with a document by its schema, a line each, each after a line feed. */
export function problemList(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `\n  ${path || "/"}: ${message}`).join("");
}
