import type { Expression, Grammar } from "./grammar.ts";

/**
 * Whether a rule matches a whole text, whatever the order of its alternatives: every way to match is followed.
 * A rule that begins with itself matches nothing, since ABNF gives such a rule no finite reading from the left.
 */
export function matchesRule(grammar: Grammar, rule: string, text: string): boolean {
  return new Matcher(grammar, [...text])
    .ends({ type: "rule", name: rule }, 0)
    .has([...text].length);
}

class Matcher {
  readonly #grammar: Grammar;
  readonly #text: readonly string[];
  readonly #known = new Map<string, Set<number>>();

  constructor(grammar: Grammar, text: readonly string[]) {
    this.#grammar = grammar;
    this.#text = text;
  }

  /** Every position at which a match that begins at `start` can end. */
  ends(expression: Expression, start: number): Set<number> {
    switch (expression.type) {
      case "alternation":
        return new Set(expression.options.flatMap((option) => [...this.ends(option, start)]));
      case "concatenation":
        return expression.parts.reduce((from, part) => this.#after(from, part), new Set([start]));
      case "repetition":
        return this.#repeated(expression, start);
      case "rule":
        return this.#rule(expression.name.toLowerCase(), start);
      case "text":
        return this.#literal(expression.text, expression.caseSensitive, start);
      case "range": {
        const code = this.#text[start]?.codePointAt(0) ?? -1;
        return new Set(code >= expression.from && code <= expression.to ? [start + 1] : []);
      }
      case "prose":
        return new Set();
    }
  }

  #after(from: ReadonlySet<number>, part: Expression): Set<number> {
    return new Set([...from].flatMap((position) => [...this.ends(part, position)]));
  }

  #repeated(
    { min, max, of }: Extract<Expression, { type: "repetition" }>,
    start: number,
  ): Set<number> {
    let reached = new Set([start]);
    const all = new Set(min === 0 ? [start] : []);
    for (let count = 1; count <= max && reached.size > 0; count++) {
      const next = this.#after(reached, of);
      const fresh = [...next].filter((position) => count < min || !all.has(position));
      reached = new Set(fresh);
      if (count < min) continue;
      for (const position of fresh) all.add(position);
      if (fresh.length === 0) break;
    }
    return all;
  }

  #rule(name: string, start: number): Set<number> {
    const key = `${start} ${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, new Set());
    const rule = this.#grammar.get(name);
    const ends = rule === undefined ? new Set<number>() : this.ends(rule, start);
    this.#known.set(key, ends);
    return ends;
  }

  #literal(text: string, caseSensitive: boolean, start: number): Set<number> {
    const wanted = [...text];
    const actual = this.#text.slice(start, start + wanted.length).join("");
    const same = caseSensitive ? actual === text : actual.toLowerCase() === text.toLowerCase();
    return new Set(same ? [start + wanted.length] : []);
  }
}
