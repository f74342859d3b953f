// A JSON parser that knows where every value stands and what stands twice.
import { Buffer } from "node:buffer";
import { Fault } from "./fault.js";
import { is } from "./mutant.js";

export class Unfinished extends Error {}

/** Parses a text; each value is `{ value, start, end, depth, members }`. */
export function parse(text) {
  let at = 0;
  const fail = () => {
    if (at >= text.length) throw new Unfinished("the text ends early");
    throw new SyntaxError(`unexpected ${JSON.stringify(text.slice(at, at + 20))} at ${at}`);
  };
  const skip = () => {
    while (" \t\r\n".includes(text[at] || "x")) at++;
  };
  const eat = (letter) => text[at] === letter && ++at > 0;
  const stains = [];

  function string() {
    const start = at++;
    for (; text[at] !== '"'; at++) {
      if (at >= text.length || text[at] < " ") fail();
      if (text[at] === "\\") at++;
    }
    at++;
    let value;
    try {
      value = JSON.parse(text.slice(start, at));
    } catch {
      at = start;
      fail();
    }
    if (/\p{Surrogate}/u.test(value) && !is("lone-surrogates"))
      stains.push(new Fault("malformed", "a lone surrogate"));
    return value;
  }

  function any() {
    const start = at;
    let value;
    let depth = 0;
    let members;
    if (text[at] === "{") {
      members = new Map();
      at++;
      skip();
      if (!eat("}"))
        for (;;) {
          if (text[at] !== '"') fail();
          const name = string();
          skip();
          if (!eat(":")) fail();
          skip();
          const member = any();
          if (members.has(name) && !is("json-duplicates"))
            stains.push(Object.assign(new Fault("duplicate", `${name} stands twice`), { name }));
          members.set(name, member);
          depth = Math.max(depth, member.depth);
          skip();
          if (eat("}")) break;
          if (!eat(",")) fail();
          skip();
        }
      depth++;
      value = Object.fromEntries([...members].map(([name, member]) => [name, member.value]));
    } else if (text[at] === "[") {
      value = [];
      at++;
      skip();
      if (!eat("]"))
        for (;;) {
          const item = any();
          value.push(item.value);
          depth = Math.max(depth, item.depth);
          skip();
          if (eat("]")) break;
          if (!eat(",")) fail();
          skip();
        }
      depth++;
    } else if (text[at] === '"') value = string();
    else {
      const found = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(
        text.slice(at, at + 400),
      )?.[0];
      if (found === undefined) fail();
      at += found.length;
      value = JSON.parse(found);
    }
    return { value, start, end: at, depth, members };
  }

  skip();
  const root = any();
  skip();
  if (at < text.length) fail();
  return { root, stains };
}

/** A value as RFC 8785 writes it. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (Number.isInteger(value) && is("canonical-in-digits")) return String(BigInt(value));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const byOctets = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const names = Object.keys(value).sort(is("canonical-by-octets") ? byOctets : undefined);
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
