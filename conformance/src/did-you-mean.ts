import { nearestName } from "@stdfn/schemas/validate";

/** The question behind an error about a name that is not known; nothing if none is near. */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
}

/**
 * The id that was most likely meant: one that differs in zeros before a number alone, the first of what an own case
 * comes to, or the nearest.
 */
export function nearestId(id: string, known: readonly string[]): string | undefined {
  const wanted = withoutZeros(id);
  const file = `own/${id.replace(/^own\//, "")}/`;
  return (
    known.find((one) => withoutZeros(one) === wanted) ??
    known.find((one) => one.startsWith(file)) ??
    nearestName(id, known)
  );
}

function withoutZeros(id: string): string {
  return id.toLowerCase().replaceAll(/(?<!\d)0+(?=\d)/g, "");
}
