/**
 * The bare pipe: echoes standard input, message by message of a fixed size, one write a message; with size 0, whatever
 * a read gave.
 */
const size = Number(process.argv[2]);
let rest: Buffer | undefined;

process.stdin.on("data", (chunk: Buffer) => {
  if (size === 0) {
    if (!process.stdout.write(chunk)) {
      process.stdin.pause();
      process.stdout.once("drain", () => process.stdin.resume());
    }
    return;
  }
  const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
  let at = 0;
  for (; bytes.length - at >= size; at += size) process.stdout.write(bytes.subarray(at, at + size));
  rest = at === bytes.length ? undefined : bytes.subarray(at);
});
