import { Buffer } from "node:buffer";
import { hex } from "../byte-parts.mjs";
import { encode, frame, stream } from "../protoc.mjs";
import { end, endLine, eventMeaning, eventText, preface } from "./pieces.mjs";

const maxRecord = 1048576;
const maxContext = 65536;
const level = "stream";

/** An event of exactly `size` bytes: binary data of the letter a. */
function eventOf(size) {
  const head = encode("io.cloudevents.v1.CloudEvent", eventText).length;
  const data = size - head - 4;
  const text = `${eventText} binary_data: "${"a".repeat(data)}"`;
  const length = encode("io.cloudevents.v1.CloudEvent", text).length;
  if (length !== size) throw new Error(`an event of ${length} bytes where ${size} were wanted`);
  return { text, data };
}

/** Base64 of so many letters a, as vectors write long texts. */
function repeated(count) {
  const rest = Buffer.from("a".repeat(count % 3)).toString("base64");
  return { $repeat: ["YWFh", Math.floor(count / 3), ...(rest === "" ? [] : [rest])] };
}

export function addLimits(vectors) {
  const most = eventOf(maxRecord);
  vectors.valid("limit-event", "an event of exactly the largest size", ["MOD-057@1"], {
    level,
    bytes: [preface, stream(`event { ${most.text} }`), end],
    meaning: [{ event: { ...eventMeaning, data_base64: repeated(most.data) } }, endLine],
  });
  vectors.invalid("limit-event-over", "an event of one byte more, refused at its length", ["MOD-055@1", "MOD-056@1"], "limit-event", {
    level,
    bytes: [preface, hex("1a 81 80 40")],
    fault: "too-long",
    offset: preface.length,
  });
  vectors.invalid("limit-length-huge", "a length of four gigabytes", ["MOD-055@1", "MOD-056@1"], "limit-event", {
    level,
    bytes: [preface, hex("1a ff ff ff ff 0f")],
    fault: "too-long",
    offset: preface.length,
  });
  vectors.invalid("limit-unknown-over", "an unknown record over the limit", ["MOD-055@1", "PBF-006@1"], "limit-event", {
    level,
    bytes: [preface, hex("82 01 81 80 40")],
    fault: "too-long",
    offset: preface.length,
  });

  const contextText = (size) => `invocation_id: "i" tenant: "${"t".repeat(size - 3 - 4)}"`;
  vectors.valid("limit-context", "a context of exactly the largest size", ["MOD-057@1"], {
    level,
    bytes: [preface, stream(`context { ${contextText(maxContext)} }`), end],
    meaning: [{ context: { invocation_id: "i", tenant: { $repeat: ["t", maxContext - 7] } } }, endLine],
  });
  vectors.invalid("limit-context-over", "a context of one byte more, refused at its length", ["MOD-055@1"], "limit-context", {
    level,
    bytes: [preface, hex("12 81 80 04")],
    fault: "too-long",
    offset: preface.length,
  });

  const subject = (size) => {
    const fixed = encode("io.cloudevents.v1.CloudEvent", eventText).length;
    // Entry: tag and length of three bytes, key "subject" of nine, value with tag and length of four, string with four.
    const letters = size - fixed - 4 - 9 - 4 - 4;
    return { letters, text: `${eventText} attributes { key: "subject" value { ce_string: "${"s".repeat(letters)}" } }` };
  };
  const inside = subject(maxContext);
  const over = subject(maxContext + 1);
  for (const [text, size] of [[inside.text, maxContext], [over.text, maxContext + 1]]) {
    const length = encode("io.cloudevents.v1.CloudEvent", text).length;
    if (length !== size) throw new Error(`an event of ${length} bytes where ${size} were wanted`);
  }
  vectors.valid("limit-attributes", "attributes of exactly the largest size", ["MOD-057@1"], {
    level,
    bytes: [preface, stream(`event { ${inside.text} }`), end],
    meaning: [{ event: { ...eventMeaning, subject: { $repeat: ["s", inside.letters] } } }, endLine],
  });
  vectors.invalid("limit-attributes-over", "attributes of one byte more", ["MOD-055@1"], "limit-attributes", {
    level,
    bytes: [preface, stream(`event { ${over.text} }`), end],
    fault: "too-long",
  });
  vectors.valid("limit-attributes-and-data", "attributes of exactly the largest size beside data, which does not count", ["MOD-057@1"], {
    level,
    bytes: [preface, stream(`event { ${subject(maxContext - 3).text} binary_data: "x" }`), end],
    meaning: [{ event: { ...eventMeaning, subject: { $repeat: ["s", inside.letters - 3] }, data_base64: "eA==" } }, endLine],
  });
  vectors.invalid("limit-attributes-and-data-over", "attributes of one byte more beside data", ["MOD-055@1"], "limit-attributes-and-data", {
    level,
    bytes: [preface, stream(`event { ${subject(maxContext).text} binary_data: "x" }`), end],
    fault: "too-long",
  });
  vectors.valid("limit-stream", "a stream of exactly the largest size", ["MOD-057@1"], {
    level,
    bytes: [preface, stream(`stream { ${inside.text} } chunk { last: true }`), end],
    meaning: [{ stream: { ...eventMeaning, subject: { $repeat: ["s", inside.letters] } } }, { chunk: { last: true } }, endLine],
  });
  vectors.invalid("limit-stream-over", "a stream of one byte more, refused at its length", ["MOD-055@1"], "limit-stream", {
    level,
    bytes: [preface, hex("22 81 80 04")],
    fault: "too-long",
    offset: preface.length,
  });

  vectors.valid("limit-chunk", "a chunk of exactly the largest size", ["MOD-037@1", "MOD-057@1"], {
    level: "record",
    kind: "chunk",
    bytes: [encode("Chunk", `data: "${"a".repeat(65536)}"`)],
    meaning: { data: repeated(65536) },
  });
  vectors.invalid("limit-chunk-over", "a chunk of one byte more", ["MOD-037@1"], "limit-chunk", {
    level: "record",
    kind: "chunk",
    bytes: [encode("Chunk", `data: "${"a".repeat(65537)}"`)],
    fault: "too-long",
  });

  const frameLimit = maxRecord + maxContext + 64;
  const filler = frameLimit - 2 - encode("Frame", `context { ${contextText(maxContext)} }`).length - encode("Frame", `event { ${most.text} }`).length - 2;
  const whole = Buffer.concat([
    encode("Frame", `id: 1 context { ${contextText(maxContext)} } event { ${most.text} } end {}`),
    // An unknown member of two bytes of tag and one of length fills the rest of the overhead.
    hex("fa 01"), Buffer.from([filler - 3]), Buffer.alloc(filler - 3, 0x78),
  ]);
  if (whole.length !== frameLimit) throw new Error(`a frame of ${whole.length} bytes where ${frameLimit} were wanted`);
  const length = hex("7a c0 80 44");
  vectors.valid("limit-frame", "a frame of exactly the largest size", ["MOD-057@1"], {
    level,
    mode: "session",
    bytes: [preface, length, whole],
    meaning: [{ id: 1, context: { invocation_id: "i", tenant: { $repeat: ["t", maxContext - 7] } }, event: { ...eventMeaning, data_base64: repeated(most.data) }, end: {} }],
  });
  vectors.invalid("limit-frame-over", "a frame of one byte more, refused at its length", ["MOD-055@1", "MOD-056@1"], "limit-frame", {
    level,
    mode: "session",
    bytes: [preface, hex("7a c1 80 44")],
    fault: "too-long",
    offset: preface.length,
  });
  vectors.invalid("limit-frame-event-over", "a frame within its limit whose event is over its own", ["MOD-055@1", "MOD-058@1"], "limit-frame", {
    level,
    mode: "session",
    bytes: [preface, frame(`id: 1 context { invocation_id: "i" } event { ${eventOf(maxRecord + 1).text} } end {}`)],
    fault: "too-long",
    offset: preface.length,
    confined: 1,
  });
}
