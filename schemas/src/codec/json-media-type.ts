const jsonMediaType = /^[ \t]*[^\s/;]+\/(?:[^\s/;]*\+)?json[ \t]*(?:;|$)/i;

/**
 * Whether data under this `datacontenttype` is JSON: subtype `json` or a subtype that ends in `+json`, in any case,
 * whatever its parameters.
 */
export function isJsonMediaType(mediaType: string): boolean {
  return mediaType === "application/json" || jsonMediaType.test(mediaType);
}
