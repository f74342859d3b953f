import { coreRules } from "../abnf/core-rules.ts";
import { type Grammar, rulesUsed } from "../abnf/grammar.ts";
import { matchesRule } from "../abnf/match-grammar.ts";
import { parseGrammar } from "../abnf/parse-grammar.ts";
import type { Block, Chapter } from "../text/chapter.ts";
import { UsageError } from "../usage-error.ts";
import { classify } from "./classify.ts";
import { failed, type Outcome, passed } from "./outcome.ts";

const assertion = /^;\s*([=!])\s+([A-Za-z][A-Za-z0-9-]*)\s+("(?:[^"\\]|\\.)*")\s*$/;

/**
 * Reads the grammar, requires that every rule it uses is defined in some chapter's grammar or a core rule, and tries its
 * assertions: `; = rule "text"` has to match, `; ! rule "text"` must not. Texts have JSON escapes.
 */
export function executeAbnf(block: Block, chapters: readonly Chapter[]): Outcome {
  try {
    const own = parseGrammar(block.body.join("\n"));
    if (own.size === 0) return failed("the block defines no rule");
    const grammar: Grammar = new Map([...coreRules, ...grammarsOf(chapters), ...own]);
    const missing = [...own.values()].flatMap(rulesUsed).filter((rule) => !grammar.has(rule));
    if (missing.length > 0) {
      return failed(
        `undefined: ${[...new Set(missing)].join(", ")}; define each, in words if need be: name = <what it is>`,
      );
    }
    const wrong = block.body.flatMap((line) => refute(line, grammar));
    return wrong.length === 0 ? passed : failed(wrong.join("; "));
  } catch (error) {
    if (error instanceof UsageError) return failed(error.message);
    throw error;
  }
}

function refute(line: string, grammar: Grammar): string[] {
  const [, sign, rule = "", quoted = '""'] = assertion.exec(line.trim()) ?? [];
  if (sign === undefined) return [];
  if (!grammar.has(rule.toLowerCase())) return [`${line.trim()}: rule ${rule} is not defined`];
  const matches = matchesRule(grammar, rule, JSON.parse(quoted) as string);
  if (matches === (sign === "=")) return [];
  return [`${rule} ${matches ? "matches" : "does not match"} ${quoted}`];
}

function grammarsOf(chapters: readonly Chapter[]): Grammar {
  const rules = new Map<string, NonNullable<ReturnType<Grammar["get"]>>>();
  for (const block of chapters.flatMap((chapter) => chapter.blocks)) {
    const found = classify(block);
    if (!("class" in found) || found.class !== "abnf") continue;
    try {
      for (const [name, rule] of parseGrammar(block.body.join("\n"))) rules.set(name, rule);
    } catch (error) {
      // The block is reported where it is executed itself.
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return rules;
}
