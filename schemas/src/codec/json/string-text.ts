/** Printable ASCII but for quote and backslash: needs no escape. */
const plain = /^[ !#-[\]-~]*$/;
const surrogate = /\p{Surrogate}/u;

/** A string as JSON text, escaped no more than needed; undefined if it holds half of a surrogate pair. */
export function stringText(text: string): string | undefined {
  if (plain.test(text)) return `"${text}"`;
  return surrogate.test(text) ? undefined : JSON.stringify(text);
}
