const jsonMediaType = /^[ \t]*[^\s/;]+\/(?:[^\s/;]*\+)?json[ \t]*(?:;|$)/i;

/** Media type of json data whose event states none. */
export const defaultJsonType = "application/json";
/** Media type that text data without one gets in JSON, where data without a type is a JSON value. */
export const defaultTextType = "text/plain; charset=utf-8";

/**
 * Whether data under this `datacontenttype` is JSON: subtype `json` or a subtype that ends in `+json`, in any case,
 * whatever its parameters.
 */
export function isJsonMediaType(mediaType: string): boolean {
  return mediaType === defaultJsonType || jsonMediaType.test(mediaType);
}
