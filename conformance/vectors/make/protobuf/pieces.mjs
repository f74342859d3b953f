// What many protobuf vectors are made of.
import { stream } from "../protoc.mjs";

/** The text format of the smallest event, and what it means. */
export const eventText = 'id: "1" source: "/s" spec_version: "1.0" type: "t"';
export const eventMeaning = { specversion: "1.0", id: "1", source: "/s", type: "t" };

export const preface = stream('preface: "STDFN/1\\n"');
export const context = stream('context { invocation_id: "i-1" }');
export const event = stream(`event { ${eventText} }`);
export const payload = stream(`stream { ${eventText} }`);
export const chunk = stream('chunk { data: "ab" }');
export const lastChunk = stream('chunk { data: "c" last: true }');
export const error = stream("error { code: CODE_NOT_FOUND }");
export const end = stream("end {}");

export const contextLine = { context: { invocation_id: "i-1" } };
export const eventLine = { event: eventMeaning };
export const payloadLine = { stream: eventMeaning };
export const chunkLine = { chunk: { data: "YWI=" } };
export const lastChunkLine = { chunk: { data: "Yw==", last: true } };
export const errorLine = { error: { code: "not_found" } };
export const endLine = { end: {} };

/** The length of pieces that stand before a place: its offset. */
export const after = (...pieces) => pieces.reduce((sum, piece) => sum + piece.length, 0);
