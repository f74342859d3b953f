import type { Finding } from "../finding.ts";
import type { Specification } from "../specification.ts";

/** One rule of the linter: looks at the whole specification and reports everything it finds. */
export type Rule = (specification: Specification) => Finding[];
