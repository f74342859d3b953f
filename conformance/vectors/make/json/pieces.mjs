// What many JSON vectors are made of. Every text is written by hand.
import { Buffer } from "node:buffer";

export const eventMeaning = { specversion: "1.0", id: "1", source: "/s", type: "t" };
export const eventText = '{"specversion":"1.0","id":"1","source":"/s","type":"t"}';

/** A line of text, as bytes with its line feed. */
export const line = (text) => Buffer.from(`${text}\n`);

export const preface = line('{"stdfn":"1"}');
export const context = line('{"context":{"invocation_id":"i-1"}}');
export const event = line(`{"event":${eventText}}`);
export const payload = line(`{"stream":${eventText}}`);
export const chunk = line('{"chunk":{"data":"YWI="}}');
export const lastChunk = line('{"chunk":{"data":"Yw==","last":true}}');
export const error = line('{"error":{"code":"not_found"}}');
export const end = line('{"end":{}}');

export const contextLine = { context: { invocation_id: "i-1" } };
export const eventLine = { event: eventMeaning };
export const payloadLine = { stream: eventMeaning };
export const chunkLine = { chunk: { data: "YWI=" } };
export const lastChunkLine = { chunk: { data: "Yw==", last: true } };
export const errorLine = { error: { code: "not_found" } };
export const endLine = { end: {} };

/** The length of pieces that stand before a place: its offset. */
export const after = (...pieces) => pieces.reduce((sum, piece) => sum + piece.length, 0);
