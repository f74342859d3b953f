const period = 251;
// Filled rather than computed octet by octet: a start of the program would take a tenth longer.
const repeated = Buffer.alloc(
  period * 300,
  Uint8Array.from({ length: period }, (_, octet) => octet),
);

/** `length` pattern octets, from octet number `from` on: octet k is k mod 251. */
export function pattern(from: number, length: number): Uint8Array {
  const start = from % period;
  if (start + length <= repeated.length) return repeated.subarray(start, start + length);
  const octets = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; ) {
    const phase = (from + at) % period;
    at += repeated.copy(octets, at, phase, phase + Math.min(length - at, repeated.length - phase));
  }
  return octets;
}

/** `size` pattern octets in pieces of `piece` octets. */
export function* patternPieces(size: number, piece: number): Generator<Uint8Array> {
  for (let at = 0; at < size; at += piece) yield pattern(at, Math.min(piece, size - at));
}
