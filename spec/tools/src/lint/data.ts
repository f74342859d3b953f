import { checkMachine } from "../check-machine.ts";
import type { Finding } from "../finding.ts";
import { machineNames, readMachine } from "../machine.ts";
import { readRegistry, registryNames } from "../registry.ts";
import { requirementLines, type Specification } from "../specification.ts";
import { UsageError } from "../usage-error.ts";

/** Registries have the shape their readers need, and machines are complete. */
export function data(specification: Specification): Finding[] {
  const { repository } = specification;
  const findings: Finding[] = [];
  const attempt = (file: string, rule: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      findings.push({ file, line: 1, rule, message: error.message, advice: "correct the file" });
    }
  };
  for (const name of registryNames(repository)) {
    attempt(`spec/registries/${name}.yaml`, "registry", () => void readRegistry(repository, name));
  }
  const codes = new Set<string>();
  if (registryNames(repository).includes("error-codes")) {
    attempt("spec/registries/error-codes.yaml", "registry", () => {
      for (const row of readRegistry(repository, "error-codes").rows)
        codes.add(String(row["code"]));
    });
  }
  const ids = new Set(requirementLines(specification).map((requirement) => requirement.id));
  for (const name of machineNames(repository)) {
    attempt(`spec/machines/${name}.yaml`, "machine", () =>
      findings.push(...checkMachine(readMachine(repository, name), codes, ids)),
    );
  }
  return findings;
}
