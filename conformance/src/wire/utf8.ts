import { WireFault } from "./fault.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of bytes in UTF-8.
 * @throws WireFault `malformed` if they are none
 */
export function utf8(bytes: Uint8Array, name: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WireFault("malformed", "PBF-021", `${name} is no UTF-8`);
  }
}
