import { Buffer } from "node:buffer";

/**
 * Messages between the kit and its puppet: a letter, a length in four bytes, a body.
 * To the puppet: `o` and `e` write to standard output and standard error, `c` and `C` close standard output and
 * standard input, `p` and `r` pause and resume reading, `s` starts a child, `d` defies a signal, `x` ends it.
 * From it: `g` what it finds when it starts, `i` what it reads, `z` the end of that, `f` an output that failed, `y` a
 * signal that is defied from now on, `n` such a signal, `q` that it reads no more.
 */
export function messageOf(type: string, body: Uint8Array | object = {}): Buffer {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const head = Buffer.alloc(5);
  head.write(type, "latin1");
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Cuts messages out of bytes as they come. */
export function messageReader(take: (type: string, body: Buffer) => void): (bytes: Buffer) => void {
  let pieces: Buffer[] = [];
  let length = 0;
  let wanted = 5;
  return (more) => {
    pieces.push(more);
    length += more.length;
    if (length < wanted) return;
    let bytes = Buffer.concat(pieces);
    while (bytes.length >= 5) {
      const end = 5 + bytes.readUInt32BE(1);
      if (bytes.length < end) break;
      take(bytes.toString("latin1", 0, 1), bytes.subarray(5, end));
      bytes = bytes.subarray(end);
    }
    pieces = [bytes];
    length = bytes.length;
    wanted = bytes.length < 5 ? 5 : 5 + bytes.readUInt32BE(1);
  };
}
