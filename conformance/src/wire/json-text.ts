import { quoted } from "./fault.ts";

/** A JSON value with the place where its text stands. */
export type JsonNode = { readonly start: number; readonly end: number; readonly depth: number } & (
  | { readonly type: "object"; readonly members: ReadonlyMap<string, JsonNode> }
  | { readonly type: "array"; readonly items: readonly JsonNode[] }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "number"; readonly text: string }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "null" }
);

/** Something that is valid by RFC 8259 and forbidden all the same. */
interface Stain {
  readonly fault: "duplicate" | "malformed";
  readonly requirement: string;
  readonly message: string;
  /** Position in the text. */
  readonly at: number;
}

/** A text that was parsed. */
export interface JsonText {
  readonly root: JsonNode;
  readonly text: string;
  readonly stains: readonly Stain[];
}

/** A text that is no JSON; `unfinished` if it is only the beginning of one. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
  readonly unfinished: boolean;

  constructor(message: string, unfinished: boolean) {
    super(message);
    this.unfinished = unfinished;
  }
}

const deepest = 1_000;
const white = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const loneSurrogate = /\p{Surrogate}/u;
const plain = /[^"\\\u0000-\u001f]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Parses a JSON text by RFC 8259, keeping where each value stands. Members that stand twice and lone surrogates are
 * noted and not refused, because who reads a frame has to know the frame's id first.
 * @throws JsonSyntaxError if the text is no JSON
 */
export function parseJson(text: string): JsonText {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #stains: Stain[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonText {
    this.#skip();
    const root = this.#value(1);
    this.#skip();
    if (this.#at < this.#text.length) this.#wrong("the end of the text");
    return { root, text: this.#text, stains: this.#stains };
  }

  #value(level: number): JsonNode {
    if (level > deepest) throw new JsonSyntaxError(`more than ${deepest} levels`, false);
    const start = this.#at;
    const done = <Rest extends object>(rest: Rest, depth = 0) => ({
      start,
      end: this.#at,
      depth,
      ...rest,
    });
    switch (this.#text[start]) {
      case "{": {
        const members = this.#members(level);
        return done({ type: "object", members }, 1 + deepestOf(members.values()));
      }
      case "[": {
        const items = this.#items(level);
        return done({ type: "array", items }, 1 + deepestOf(items));
      }
      case '"': {
        const value = this.#string();
        return done({ type: "string", value });
      }
      case "t":
        this.#word("true");
        return done({ type: "boolean", value: true });
      case "f":
        this.#word("false");
        return done({ type: "boolean", value: false });
      case "n":
        this.#word("null");
        return done({ type: "null" });
      default: {
        const found = this.#match(number);
        if (found === "") this.#wrong("a JSON value");
        return done({ type: "number", text: found });
      }
    }
  }

  #members(level: number): ReadonlyMap<string, JsonNode> {
    const members = new Map<string, JsonNode>();
    this.#at++;
    this.#skip();
    if (this.#take("}")) return members;
    for (;;) {
      const start = this.#at;
      if (this.#text[start] !== '"') this.#wrong("a member name in double quotes");
      const name = this.#string();
      this.#skip();
      if (!this.#take(":")) this.#wrong('":"');
      this.#skip();
      const value = this.#value(level + 1);
      if (members.has(name))
        this.#stains.push({
          fault: "duplicate",
          requirement: "JSN-011",
          message: `the member ${quoted(name)} stands twice`,
          at: start,
        });
      else members.set(name, value);
      this.#skip();
      if (this.#take("}")) return members;
      if (!this.#take(",")) this.#wrong('"," or "}"');
      this.#skip();
    }
  }

  #items(level: number): readonly JsonNode[] {
    const items: JsonNode[] = [];
    this.#at++;
    this.#skip();
    if (this.#take("]")) return items;
    for (;;) {
      items.push(this.#value(level + 1));
      this.#skip();
      if (this.#take("]")) return items;
      if (!this.#take(",")) this.#wrong('"," or "]"');
      this.#skip();
    }
  }

  #string(): string {
    const start = this.#at++;
    let value = "";
    for (;;) {
      value += this.#match(plain);
      if (this.#take('"')) break;
      if (!this.#take("\\")) this.#wrong("the rest of a string");
      const letter = this.#text[this.#at];
      if (letter === "u") {
        const digits = this.#text.slice(this.#at + 1, this.#at + 5);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
          this.#at += 1 + (/^[0-9a-fA-F]*/.exec(digits)?.[0].length ?? 0);
          this.#wrong("four hexadecimal digits");
        }
        value += String.fromCharCode(Number.parseInt(digits, 16));
        this.#at += 5;
        continue;
      }
      const meant = letter === undefined ? undefined : escapes[letter];
      if (meant === undefined) this.#wrong("an escape");
      value += meant;
      this.#at++;
    }
    if (loneSurrogate.test(value))
      this.#stains.push({
        fault: "malformed",
        requirement: "JSN-012",
        message: "an escape for a surrogate that is not one of a pair",
        at: start,
      });
    return value;
  }

  #word(word: string): void {
    for (const letter of word) if (!this.#take(letter)) this.#wrong(word);
  }

  #skip(): void {
    this.#match(white);
  }

  #take(letter: string): boolean {
    if (this.#text[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #wrong(expected: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 81);
    throw new JsonSyntaxError(
      `expected ${expected} at character ${this.#at}, found ${rest === "" ? "the end" : quoted(rest)}`,
      rest === "",
    );
  }
}

function deepestOf(nodes: Iterable<JsonNode>): number {
  let depth = 0;
  for (const node of nodes) depth = Math.max(depth, node.depth);
  return depth;
}

/** The value of a node, with numbers as JavaScript reads them. */
export function plainValue(node: JsonNode): unknown {
  switch (node.type) {
    case "object":
      return Object.fromEntries(
        [...node.members].map(([name, member]) => [name, plainValue(member)]),
      );
    case "array":
      return node.items.map(plainValue);
    case "number":
      return Number(node.text);
    case "null":
      return null;
    default:
      return node.value;
  }
}
