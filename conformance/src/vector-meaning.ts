/** A meaning of a vector with each `$repeat` written out. */
export function expanded(meaning: unknown): unknown {
  if (Array.isArray(meaning)) return meaning.map(expanded);
  if (typeof meaning !== "object" || meaning === null) return meaning;
  const { $repeat } = meaning as { readonly $repeat?: readonly [string, number, string?] };
  if ($repeat !== undefined) return $repeat[0].repeat($repeat[1]) + ($repeat[2] ?? "");
  return Object.fromEntries(
    Object.entries(meaning).map(([name, value]) => [name, expanded(value)]),
  );
}

/** Members that a meaning shows even where their value is that of their absence. */
const shown: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ready: { minor: 0 },
  log: { message: "" },
  failure: { index: 0 },
};

/**
 * The meaning of a body in the form in which two are compared: members whose value says no more than their absence are
 * left out, and zero has no sign.
 */
export function comparableBody(kind: string, meaning: unknown): unknown {
  if (typeof meaning !== "object" || meaning === null || Array.isArray(meaning)) return meaning;
  const defaults = shown[kind] ?? {};
  const members = Object.entries(meaning).filter(([name, value]) => defaults[name] !== value);
  return unsigned(
    Object.fromEntries(
      members.map(([name, value]) => {
        const failures = kind === "end" && name === "failures" && Array.isArray(value);
        return [name, failures ? value.map((one) => comparableBody("failure", one)) : value];
      }),
    ),
  );
}

/** A record, a frame or a list of them in the form in which two are compared. */
export function comparable(meaning: unknown): unknown {
  if (Array.isArray(meaning)) return meaning.map(comparable);
  if (typeof meaning !== "object" || meaning === null) return meaning;
  return Object.fromEntries(
    Object.entries(meaning).map(([kind, body]) => [kind, comparableBody(kind, body)]),
  );
}

function unsigned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unsigned);
  if (typeof value !== "object" || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unsigned(one)]));
}
