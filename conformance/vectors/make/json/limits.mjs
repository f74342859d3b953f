import { Buffer } from "node:buffer";
import { end, endLine, eventMeaning, eventText, line, preface } from "./pieces.mjs";

const maxContext = 65536;
const factor = 6;
const level = "stream";

export function addLimits(vectors) {
  const chunkOf = (count) => `{"data":"${Buffer.alloc(count).toString("base64")}"}`;
  vectors.valid("limit-chunk", "a chunk of exactly the largest size", ["MOD-037@1", "MOD-057@1"], { level: "record", kind: "chunk", bytes: [Buffer.from(chunkOf(65536))], meaning: { data: { $repeat: ["AAAA", 21845, "AA=="] } } });
  vectors.invalid("limit-chunk-over", "a chunk of one byte more", ["MOD-037@1"], "limit-chunk", { level: "record", kind: "chunk", bytes: [Buffer.from(chunkOf(65537))], fault: "too-long" });

  const contextOf = (size) => `{"invocation_id":"i","tenant":"${"t".repeat(size - 33)}"}`;
  for (const size of [100, 200]) if (contextOf(size).length !== size) throw new Error(`${contextOf(size).length} for ${size}`);
  const most = factor * maxContext;
  vectors.valid("limit-context", "a context of exactly the largest size", ["MOD-057@1"], {
    level,
    bytes: [preface, line(`{"context":${contextOf(most)}}`), end],
    meaning: [{ context: { invocation_id: "i", tenant: { $repeat: ["t", most - 33] } } }, endLine],
  });
  vectors.invalid("limit-context-over", "a context of one byte more", ["MOD-055@1"], "limit-context", {
    level,
    bytes: [preface, line(`{"context":${contextOf(most + 1)}}`), end],
    fault: "too-long",
  });

  const subjectOf = (size) => `${eventText.slice(0, -1)},"subject":"${"s".repeat(size - eventText.length - 13)}"}`;
  if (subjectOf(500).length !== 500) throw new Error(`${subjectOf(500).length} for 500`);
  vectors.valid("limit-attributes", "attributes of exactly the largest size", ["MOD-057@1"], {
    level,
    bytes: [preface, line(`{"event":${subjectOf(most)}}`), end],
    meaning: [{ event: { ...eventMeaning, subject: { $repeat: ["s", most - eventText.length - 13] } } }, endLine],
  });
  vectors.invalid("limit-attributes-over", "attributes of one byte more", ["MOD-055@1"], "limit-attributes", {
    level,
    bytes: [preface, line(`{"event":${subjectOf(most + 1)}}`), end],
    fault: "too-long",
  });
}
