import type { Finding } from "../finding.ts";
import { areaOf, findKeywords, parseSentence } from "../requirement.ts";
import { requirementLines, type Specification } from "../specification.ts";
import { maskCode, sentences } from "../text/prose.ts";

const form =
  "write `[AREA-NNN] The <actor> MUST | MUST NOT | SHOULD | SHOULD NOT | MAY <one observable>.`";

/** A requirement is one sentence on one line with one known actor and one keyword, in the fixed form. */
export function requirementForm(specification: Specification): Finding[] {
  return requirementLines(specification).flatMap(({ chapter, id, text, file, line }) => {
    const findings: Finding[] = [];
    const report = (rule: string, message: string, advice: string): void => {
      findings.push({ file, line, rule, message, advice });
    };
    const here = chapter.lines[line - 1];
    const next = chapter.lines[line];
    if (here?.normative === false && chapter.status !== "undeclared") {
      report(
        "requirement-place",
        `${id} stands in informative text`,
        "move it to a normative chapter",
      );
    }
    if (!/-\d{3}$/.test(id))
      report(
        "requirement-form",
        `${id} does not have three digits`,
        "copy the id as `new` printed it",
      );
    const masked = maskCode(text);
    const keywords = findKeywords(masked);
    if (keywords.length > 1) {
      report(
        "two-keywords",
        `${id} has ${keywords.length} keywords: ${keywords.join(", ")}`,
        "split it; one requirement has one keyword",
      );
    }
    if (sentences(masked).length > 1)
      report("requirement-form", `${id} is more than one sentence`, "explain on the next line");
    if (next?.continues === true && !/[.!?)]$/.test(text)) {
      report(
        "requirement-form",
        `${id} goes on on the next line`,
        "keep the whole sentence on one line",
      );
      return findings;
    }
    const sentence = parseSentence(text);
    if (sentence === undefined) {
      report("requirement-form", `${id} reads "${text}"`, form);
    } else if (!specification.actors.has(sentence.actor)) {
      const known = [...specification.actors].join(", ");
      report(
        "unknown-actor",
        `${id} has the actor "${sentence.actor}"`,
        `actors are ${known} (spec/registries/actors.yaml)`,
      );
    } else if (areaOf(id) === "CHO" && !text.startsWith("An implementation MAY choose ")) {
      report(
        "requirement-form",
        `${id} reads "${text}"`,
        "a latitude item reads `An implementation MAY choose …`",
      );
    }
    return findings;
  });
}
