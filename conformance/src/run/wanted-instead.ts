import { requirement } from "../requirements.ts";

/** What should have come, by the requirement that something else was noticed by; the first that fits is told. */
const wanted: readonly (readonly [requirement: RegExp, wanted: string])[] = [
  [/^MOD-007$/, "nothing after end or error"],
  [/^MOD-002$/, "chunks only between a stream record and its last chunk"],
  [/^MOD-005$/, "the last chunk of the open payload before any other record"],
  [/^MOD-0(04|11)$/, "one context, as the first record of an invocation"],
  [/^MOD-012$/, "no context from a function"],
  [/^MOD-01[56]$/, "members that may stand beside each other in one frame"],
  [/^MOD-017$/, "no record but error in a frame with id 0"],
  [/^MOD-021$/, "an event with id, source and type"],
  [/^MOD-022$/, 'an event with the specversion "1.0"'],
  [/^MOD-023$/, "attribute names of a to z and 0 to 9, none of them data"],
  [/^MOD-024$/, "attribute values without control characters, surrogates and noncharacters"],
  [/^MOD-025$/, "a time by RFC 3339"],
  [/^MOD-026$/, "no attribute that is present and empty"],
  [/^MOD-034$/, "a stream record without data"],
  [/^MOD-037$/, "chunks of at most 65536 bytes"],
  [/^MOD-038$/, "a context with an invocation_id"],
  [/^MOD-039$/, "names of 1 to 64 of the characters a to z, 0 to 9 and _"],
  [/^MOD-046$/, "failures that each have an error"],
  [/^MOD-047$/, "failures in the order of rising indexes"],
  [/^MOD-050$/, "an error with a code"],
  [/^MOD-053$/, "no retry_delay_ms without the disposition retry"],
  [/^MOD-055$/, "no more bytes than the limit allows"],
  [/^MOD-008$/, "a stream that goes on to end or error"],
  [/^JSN-0(07|08|17)$/, "one record on each line, and nothing else"],
  [/^JSN-021$/, "one frame on each line, and nothing else"],
  [/^JSN-0(01|02|06|10|11|12|13)$/, "whole lines of valid JSON, each one object and a line feed"],
  [/^JSN-0(18|24|27|28|30|33)$/, "values of the JSON types that the format gives"],
  [/^(JSN-022|PBF-014)$/, "a frame with an id from 0 to 4294967295"],
  [/^JSN-026$/, "no member that is null"],
  [/^JSN-032$/, "an event with data or data_base64, not with both"],
  [/^JSN-037$/, "records, since the mode is pipe"],
  [/^PBF-003$/, "the fields of records, and nothing else"],
  [/^PBF-004$/, "frames, each a field that begins with 7A, and nothing else"],
  [/^PBF-008$/, "a length of at most five bytes"],
  [/^PBF-010$/, "frames that begin with their id, so with 08"],
  [/^PBF-012$/, "the members of a frame in the order of their numbers"],
  [/^PBF-0(13|16|17|18|29)$/, "no field, key or attribute twice, and one member of a oneof"],
  [/^PBF-0(19|20|21|22)$/, "whole fields of the wire types and values that the schema gives"],
  [/^PBF-028$/, "attributes with a value"],
  [/^PBF-030$/, "a timestamp of the years 1 to 9999"],
  [/^REC-003$/, "nothing before the preface"],
  [/^SES-108$/, "one line feed before the preface"],
  [/^REC-/, "the preface of the format, byte for byte"],
  [/^PIP-005$/, "less output"],
  [
    /^SES-0(08|93)$/,
    "hello and ready once each, and every control member from the side that may write it",
  ],
  [/^SES-041$/, "no frame that costs while there is no credit"],
  [/^SES-102$/, "unsupported with the kind that it is about"],
  [/^ERR-001$/, "a code of the table"],
  [/^ERR-005$/, "a message without a stack trace"],
  [/^VER-/, "only what this version defines, and own names where they are allowed"],
];

/** What should have come where a requirement was broken instead, for people. */
export function wantedInstead(id: string): string {
  const known = wanted.find(([which]) => which.test(id))?.[1];
  return known ?? requirement(id)?.text ?? `what keeps to ${id}`;
}
