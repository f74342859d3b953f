// Serves until its first error, and is lost after it.
import { wrap } from "./wrapped.js";

let lost = false;
wrap((line) => {
  const text = lost
    ? line.replaceAll('"type":"dev.stdfn.everything.result"', '"type":"lost"')
    : line;
  lost ||= line.includes('"error"');
  return text;
});
