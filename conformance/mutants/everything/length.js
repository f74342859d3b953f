// How long a result may be.
import { Failure } from "./fault.js";
import { is } from "./mutant.js";

const attributesMost = 65_536;

/** Throws a failure where a result is longer than its reader takes (MOD-035, MOD-054, SES-034). */
export function checkLength(format, kind, body, maxRecord = 1_048_576) {
  if (!["event", "stream", "chunk"].includes(kind) || is("results-of-any-length")) return;
  const factor = format.preface[0] === 0x7b ? 6 : 1;
  const { data, data_base64: octets, ...attributes } = body;
  const length = (value) => format.writeRecord(kind, value).length - 8;
  if (kind !== "chunk" && length(attributes) > factor * attributesMost)
    throw new Failure("invalid_argument", "the attributes are too long");
  if (length(body) > factor * maxRecord)
    throw new Failure("resource_exhausted", `a result over max_record, ${maxRecord}`);
}

/** Octets of the protobuf frame that these octets begin with, or of all of them if they hold less. */
export function frameLength(bytes) {
  let length = 0;
  for (let at = 1; at < bytes.length; at++) {
    length += (bytes[at] & 127) * 128 ** (at - 1);
    if (bytes[at] < 128) return length + at + 1;
  }
  return bytes.length;
}

/** What a frame of one member costs: its line without the line feed, or what its length counts (SES-040). */
export function costOf(format, id, member) {
  const frame = format.writeFrame(id, [member]);
  if (is("frames-cost-all-their-octets")) return frame.length;
  if (format.preface[0] === 0x7b) return frame.length - 1;
  return frame.length - frame.findIndex((octet, at) => at > 0 && octet < 128) - 1;
}
