import { nearestName } from "@stdfn/schemas/validate";
import { nearestId } from "./did-you-mean.ts";

/** What stands for more than itself in a pattern, for people. */
export const patternRule = "a pattern with * (anything within a segment) and ** (anything)";

/**
 * Whether a pattern matches an id: `*` stands for anything within a segment, `**` for anything, every other
 * character for itself.
 */
export function matches(pattern: string, id: string): boolean {
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map((piece) => (piece === "**" ? ".*" : piece === "*" ? "[^/]*" : escaped(piece)))
    .join("");
  return new RegExp(`^${expression}$`).test(id);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/**
 * The name, or for a pattern the pattern that matches some, which was most likely meant where none matches; undefined if
 * none is near.
 */
export function nearestPattern(pattern: string, names: readonly string[]): string | undefined {
  const star = pattern.indexOf("*");
  if (star < 0) return nearestId(pattern, names);
  const beginning = nearestName(pattern.slice(0, star), [...new Set(names.flatMap(beginnings))]);
  const corrected = beginning === undefined ? [] : [beginning + pattern.slice(star)];
  return [pattern, pattern.toUpperCase(), pattern.toLowerCase(), ...corrected]
    .flatMap((one) => [one, one.replace(/\*+$/, "/**"), one.replaceAll(/\*+/g, "**")])
    .find((one) => names.some((name) => matches(one, name)));
}

/**
 * The pattern of all names in a folder that was named without it, also by the path of the file that makes them, such as
 * `own/words/**` for `words` or `cases/words.json`; undefined if there is none.
 */
export function folderPattern(wanted: string, names: readonly string[]): string | undefined {
  const words = wanted.replace(/\.json$/, "").split("/");
  for (let from = 0; from < words.length; from++) {
    const folder = `/${words.slice(from).join("/")}/`;
    const name = words[from] === "" ? undefined : names.find((one) => `/${one}`.includes(folder));
    if (name !== undefined)
      return `${name.slice(0, `/${name}`.indexOf(folder) + folder.length - 1)}**`;
  }
  return undefined;
}

/** What a name begins with, up to each of the places where its parts meet. */
function beginnings(name: string): readonly string[] {
  return [...name.matchAll(/[-/]/g)].map(({ index }) => name.slice(0, index + 1));
}
