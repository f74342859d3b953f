// The function that the conformance kit plays. It decides nothing: it connects to the kit through the socket that its
// first argument names, hands over what it reads, and does what it is told. Without the kit it ends at once.
// It is started for every case, and CommonJS starts in less time than modules do.
const { closeSync, createReadStream, createWriteStream } = require("node:fs");
const { createConnection, Socket } = require("node:net");
const { report } = require("./report.cjs");

const [path = "", ...words] = process.argv.slice(2);
const isChild = words[0] === "--child";
// What is inherited has to be looked at before anything is opened here.
const seen = isChild ? { child: true, parent: Number(words[1]) } : report(words);
const link = createConnection(path);
let input;
const outputs = isChild ? {} : { o: outputOn(1), e: outputOn(2) };

link.on("error", () => process.exit(1));
link.on("close", () => process.exit(1));
tell("g", JSON.stringify({ pid: process.pid, ...seen }));
if (!isChild) takeInput();
link.on("data", reader(obey));

/** Sends the kit one message: a letter, a length, a body. */
function tell(type, body) {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type, "latin1");
  head.writeUInt32BE(bytes.length, 1);
  link.write(Buffer.concat([head, bytes]));
}

/** Cuts messages out of what comes. */
function reader(take) {
  let bytes = Buffer.alloc(0);
  return (more) => {
    bytes = Buffer.concat([bytes, more]);
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
      const end = 5 + bytes.readUInt32BE(1);
      take(bytes.toString("latin1", 0, 1), bytes.subarray(5, end));
      bytes = bytes.subarray(end);
    }
  };
}

/** A descriptor that is written without waiting for whoever reads it. */
function outputOn(fd) {
  const output = stream(
    () => new Socket({ fd, readable: false, writable: true }),
    () => createWriteStream("", { fd }),
  );
  output.on("error", (error) => tell("f", JSON.stringify({ fd, code: error.code })));
  return output;
}

/** What a runtime connects should be a pipe, and may be a file. */
function stream(ofPipe, ofFile) {
  try {
    return ofPipe();
  } catch {
    return ofFile();
  }
}

function takeInput() {
  input = stream(
    () => new Socket({ fd: 0, readable: true, writable: false }),
    () => createReadStream("", { fd: 0 }),
  );
  input.on("data", (bytes) => tell("i", bytes));
  input.on("end", () => tell("z", ""));
  input.on("error", () => tell("z", ""));
}

/**
 * Closes standard input, and tells the kit when nobody can write any more. A descriptor of the first three stays open
 * when its stream is closed, unless somebody closes it.
 */
function closeInput() {
  const closed = () => {
    closeSync(0);
    tell("h", "");
  };
  if (input.closed) closed();
  else input.once("close", closed).destroy();
}

function obey(type, body) {
  const read = () => JSON.parse(body.toString());
  switch (type) {
    case "o":
    case "e":
      if (!outputs[type].destroyed) outputs[type].write(Buffer.from(body));
      return;
    case "c":
      return void outputs.o.once("close", () => closeSync(1)).end();
    case "C":
      return closeInput();
    case "p":
      input.pause();
      return tell("q", "");
    case "r":
      return void input.resume();
    case "s":
      return begin(read());
    case "d":
      return defy(read().signal);
    case "x":
      return void written().then(() => leave(read()));
  }
}

/** Resolves when everything was written that can be. */
function written() {
  return Promise.all(
    Object.values(outputs).map(
      (output) =>
        new Promise((resolve) => {
          if (output.destroyed || output.writableEnded || output.writableLength === 0) resolve();
          else output.write("", () => resolve());
        }),
    ),
  );
}

function leave({ status, signal }) {
  if (signal === undefined) process.exit(status ?? 0);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function defy(signal) {
  process.on(signal, () => tell("n", JSON.stringify({ signal })));
  tell("y", signal);
}

function begin({ holds }) {
  const stdio = holds ? ["ignore", "inherit", "inherit"] : "ignore";
  const words = [process.argv[1], path, "--child", String(process.pid)];
  // Few cases want a child, and what starts one takes time to load.
  const { spawn } = require("node:child_process");
  spawn(process.execPath, words, { stdio }).unref();
}
