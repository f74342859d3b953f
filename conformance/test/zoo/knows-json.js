// Says that it knows both formats, and fails as soon as it has to write Protobuf.
import process from "node:process";
import { describe } from "./speech.js";
import { wrap } from "./wrapped.js";

describe({ formats: ["json", "protobuf"] });
wrap((line) => {
  if (line.startsWith("\bSTDFN/1")) process.exit(70);
  return line;
});
