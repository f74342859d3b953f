import { attributesLimit } from "../size-limits.ts";

// Tags of the fields of a CloudEvent, each length-delimited.
export const idTag = 10;
export const sourceTag = 18;
export const versionTag = 26;
export const typeTag = 34;
export const attributesTag = 42;
export const binaryTag = 50;
export const textTag = 58;
export const protoTag = 66;

/** Bytes that an event without its data may take. */
export const maxAttributes: number = attributesLimit(1);
/** The requirement that says how data is written. */
export const dataTable = "PBF-032";
