import { isUtf8 } from "node:buffer";
import { Scanner } from "./json/scanner.ts";
import { utf8Error } from "./utf8-error.ts";

/**
 * Checks that bytes are one JSON text as the standard reads it everywhere: UTF-8, RFC 8259, no member twice, no half of
 * a surrogate pair, at most 100 levels deep. `JSON.parse` of such a text hides nothing.
 *
 * @throws CodecError with the position of the first fault
 */
export function checkJsonText(bytes: Uint8Array): void {
  if (!isUtf8(bytes)) throw utf8Error("the text", bytes, 0, "JSN-010");
  const scanner = new Scanner(bytes);
  scanner.finish(scanner.value(scanner.skipSpace(0), 1));
  if (scanner.violation !== undefined) throw scanner.violation;
}
