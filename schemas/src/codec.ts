/** Readers and writers of both formats: the package's subpath `@stdfn/schemas/codec`. */

import type { Codec } from "./codec/codec.ts";
import { jsonCodec } from "./codec/json/json-codec.ts";
import { protobufCodec } from "./codec/protobuf/protobuf-codec.ts";
import type { FormatName } from "./model/record.ts";

export { canonicalJson } from "./codec/canonical-json.ts";
export type { Codec } from "./codec/codec.ts";
export { CodecError, type CodecFault } from "./codec/codec-error.ts";
export { decodeRaw, decodeRawControl } from "./codec/decode-raw.ts";
export {
  attributions,
  cancelReasons,
  dispositions,
  effects,
  levels,
} from "./codec/enum-names.ts";
export { type ContextRule, EnvelopeGrammar } from "./codec/envelope-grammar.ts";
export type { FrameParts } from "./codec/frame-parts.ts";
export { checkJsonText } from "./codec/json-text.ts";
export { LiveTable } from "./codec/live-table.ts";
export {
  cutPrefaceError,
  noPrefaceError,
  rawInputHint,
  rawInputNotice,
} from "./codec/preface-errors.ts";
export { ReadBuffers } from "./codec/read-buffers.ts";
export { beginsLikePreface, type Recognition, recognise } from "./codec/recognise.ts";
export { showBytes, showHex } from "./codec/show-bytes.ts";
export { StreamReader, type StreamReaderOptions } from "./codec/stream-reader.ts";
export type { StreamItem, StreamMode } from "./codec/stream-unit.ts";
export { transcode } from "./codec/transcode.ts";
export { jsonCodec, protobufCodec };

/** The codec of a format. */
export function codecFor(format: FormatName): Codec {
  return format === "json" ? jsonCodec : protobufCodec;
}
