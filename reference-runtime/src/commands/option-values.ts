import { InvalidArgumentError } from "commander";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds from `250`, `250ms`, `10s`, `2m` or `1h`. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const milliseconds = Number(match?.[1]) * (units[match?.[2] ?? "ms"] ?? Number.NaN);
  if (!(milliseconds >= 0 && milliseconds <= 2_147_483_647))
    throw new InvalidArgumentError("Allowed are 0 to 24 days, as in 250, 250ms, 10s or 2m.");
  return Math.round(milliseconds);
}

/** Adds one `NAME=VALUE` to those before it. @throws InvalidArgumentError also for a name that was given before */
export function pair(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write NAME=VALUE.");
  const name = text.slice(0, at);
  if (Object.hasOwn(before, name))
    throw new InvalidArgumentError(`${JSON.stringify(name)} is given twice; give it once.`);
  return { ...before, [name]: text.slice(at + 1) };
}

/** Adds one `NAME=VALUE` whose name is one of a CloudEvents attribute. */
export function attribute(
  text: string,
  before?: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const pairs = pair(text, before);
  const name = text.slice(0, text.indexOf("="));
  if (!/^[a-z0-9]+$/.test(name) || name === "data" || name === "specversion")
    throw new InvalidArgumentError(
      `The name of an attribute has letters a-z and digits only and is not data or specversion, not ${JSON.stringify(name)}.`,
    );
  return pairs;
}
