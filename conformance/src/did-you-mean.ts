/** The question behind an error about a name that is not known; nothing if none is near. */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
}
