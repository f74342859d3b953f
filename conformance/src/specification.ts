/** The version of the specification this kit judges by. */
export const specificationVersion = "1.0";

/** Where the chapters of that version stand; the JSON Schemas stand beside them. */
export const specificationAddress: string = `https://stdfn.dev/spec/${specificationVersion}`;
