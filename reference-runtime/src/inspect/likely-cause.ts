import type { CodecFault } from "@stdfn/schemas/codec";
import type { FaultFinding } from "./finding.ts";

const causes: Readonly<Partial<Record<CodecFault, string>>> = {
  truncated: "the writer was killed or gave up before its last record, or the capture was cut off",
  "too-long":
    "a large payload in one record; if both sides have stated a larger max_record, look again with --max-record",
  malformed: "a length that is wrong, bytes that were lost on the way, or a writer with a bug",
  duplicate: "two messages that were joined where one was meant, or something smuggled in",
  order: "a record that was lost or doubled, two streams that were joined, or a writer with a bug",
  mode: "records of a pipe and frames of a session in one stream",
};
const malformedJson =
  "JSON that was put together by hand, text in another encoding, or bytes that were lost on the way";

/** What most often lies behind a fault, and what to do about it, where its message does not say so itself. */
export function likelyCause({ error, format }: FaultFinding): string | undefined {
  return error.fault === "malformed" && format === "json" ? malformedJson : causes[error.fault];
}
