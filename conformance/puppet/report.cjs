// What a process finds around it when it starts.
const { closeSync, constants, fstatSync, openSync } = require("node:fs");

const mostDescriptors = 64;

/** @param words arguments after those that the kit needs */
function report(words) {
  const open = descriptors();
  return {
    argv: words,
    cwd: process.cwd(),
    env: { ...process.env },
    stdio: open.filter(({ fd }) => fd < 3).map(({ kind }) => kind),
    descriptors: open,
    reopens: ["/dev/stdin", "/dev/stdout", "/dev/stderr"].map(reopens),
  };
}

function descriptors() {
  const found = [];
  for (let fd = 0; fd < mostDescriptors; fd++) {
    try {
      const stats = fstatSync(fd, { bigint: true });
      found.push({ fd, kind: kindOf(stats), node: `${stats.dev}:${stats.ino}` });
    } catch {
      // Nothing is open there.
    }
  }
  return found;
}

function kindOf(stats) {
  if (stats.isFIFO()) return "pipe";
  if (stats.isSocket()) return "socket";
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return "other";
}

function reopens(path, index) {
  try {
    closeSync(
      openSync(
        path,
        (index === 0 ? constants.O_RDONLY : constants.O_WRONLY) | constants.O_NONBLOCK,
      ),
    );
    return true;
  } catch {
    return false;
  }
}

module.exports = { report };
