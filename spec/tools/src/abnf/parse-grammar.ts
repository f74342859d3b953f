import { UsageError } from "../usage-error.ts";
import type { Expression, Grammar } from "./grammar.ts";

/**
 * Reads ABNF rules. A rule begins at the left margin, a line that is indented goes on with it, `;` begins a comment.
 *
 * @throws UsageError quoting what is no ABNF
 */
export function parseGrammar(text: string): Grammar {
  const rules = new Map<string, Expression>();
  const joined = text.replace(/\r\n/g, "\n").split("\n").map(stripComment).join("\n");
  for (const rule of joined.split(/\n(?=[^\s])/)) {
    if (rule.trim() === "") continue;
    const match = /^([A-Za-z][A-Za-z0-9-]*)\s*(=\/?)\s*([\s\S]*?)\s*$/.exec(rule.trimStart());
    if (match === null)
      throw new UsageError(`"${rule.trim()}" is no ABNF rule; write name = elements`);
    const [, name = "", sign, body = ""] = match;
    const expression = new Reader(body).read();
    const before = rules.get(name.toLowerCase());
    if (sign === "=" && before !== undefined)
      throw new UsageError(`rule ${name} is defined twice; write =/ to add to it`);
    if (sign === "=/" && before === undefined)
      throw new UsageError(`rule ${name} is added to before it is defined; write = first`);
    rules.set(
      name.toLowerCase(),
      before === undefined ? expression : { type: "alternation", options: [before, expression] },
    );
  }
  return rules;
}

function stripComment(line: string): string {
  return line.replace(/^((?:[^";<]|"[^"]*"|<[^>]*>)*);.*$/, "$1");
}

/** Recursive-descent reader of one rule's elements. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Expression {
    const expression = this.#alternation();
    if (this.#at < this.#text.length) this.#fail("an element");
    return expression;
  }

  #alternation(): Expression {
    const options = [this.#concatenation()];
    while (this.#take(/\s*\/\s*/y) !== undefined) options.push(this.#concatenation());
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { type: "alternation", options };
  }

  #concatenation(): Expression {
    const parts = [this.#repetition()];
    while (this.#next(/\s+(?=[A-Za-z0-9*("[%<])/y)) {
      this.#take(/\s+/y);
      parts.push(this.#repetition());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { type: "concatenation", parts };
  }

  #repetition(): Expression {
    const match = this.#take(/(\d*)\*(\d*)|(\d+)/y);
    const of = this.#element();
    if (match === undefined) return of;
    const [, from, to, exactly] = match;
    if (exactly !== undefined)
      return { type: "repetition", min: Number(exactly), max: Number(exactly), of };
    return {
      type: "repetition",
      min: Number(from),
      max: to === "" ? Number.POSITIVE_INFINITY : Number(to),
      of,
    };
  }

  #element(): Expression {
    const name = this.#take(/[A-Za-z][A-Za-z0-9-]*/y)?.[0];
    if (name !== undefined) return { type: "rule", name };
    if (this.#take(/\(\s*/y) !== undefined) return this.#closed(/\s*\)/y, ")");
    if (this.#take(/\[\s*/y) !== undefined)
      return { type: "repetition", min: 0, max: 1, of: this.#closed(/\s*\]/y, "]") };
    const quoted = this.#take(/(%[si])?"([\x20\x21\x23-\x7e]*)"/y);
    if (quoted !== undefined)
      return { type: "text", text: quoted[2] ?? "", caseSensitive: quoted[1] === "%s" };
    const prose = this.#take(/<([\x20-\x3d\x3f-\x7e]*)>/y);
    if (prose !== undefined) return { type: "prose", text: prose[1] ?? "" };
    return this.#number() ?? this.#fail("an element");
  }

  #number(): Expression | undefined {
    const match = this.#take(
      /%(?:x([0-9A-Fa-f]+(?:-[0-9A-Fa-f]+|(?:\.[0-9A-Fa-f]+)*))|d(\d+(?:-\d+|(?:\.\d+)*))|b([01]+(?:-[01]+|(?:\.[01]+)*)))/y,
    );
    if (match === undefined) return undefined;
    const base = match[1] !== undefined ? 16 : match[2] !== undefined ? 10 : 2;
    const value = match[1] ?? match[2] ?? match[3] ?? "";
    const [from = "", to] = value.split("-");
    if (to !== undefined)
      return { type: "range", from: Number.parseInt(from, base), to: Number.parseInt(to, base) };
    const text = value
      .split(".")
      .map((digits) => String.fromCodePoint(Number.parseInt(digits, base)));
    return { type: "text", text: text.join(""), caseSensitive: true };
  }

  #closed(end: RegExp, sign: string): Expression {
    const inner = this.#alternation();
    if (this.#take(end) === undefined) this.#fail(`"${sign}"`);
    return inner;
  }

  #next(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  #fail(wanted: string): never {
    const rest = this.#text.slice(this.#at);
    throw new UsageError(
      `"${rest === "" ? "(end of rule)" : rest}" stands where ${wanted} is wanted in "${this.#text}"`,
    );
  }
}
