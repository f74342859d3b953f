import { hex } from "../byte-parts.mjs";
import { after, context, end, endLine, event, eventLine, preface } from "./pieces.mjs";

const level = "stream";

export function addPrefaces(vectors) {
  vectors.valid("preface", "the preface and the least that may follow", ["REC-001@1"], {
    level,
    bytes: [preface, end],
    meaning: [endLine],
  });
  vectors.invalid("preface-missing", "records without a preface", ["REC-001@1"], "preface", {
    level,
    bytes: [end],
    fault: "no-preface",
    offset: 0,
  });
  vectors.invalid("preface-missing-announced", "records without a preface where pipe mode was announced", ["REC-001@1", "REC-015@1"], "preface", {
    level,
    mode: "pipe",
    bytes: [context, event, end],
    fault: "no-preface",
    offset: 0,
  });
  vectors.invalid("preface-empty-input", "no byte at all, where pipe mode was announced", ["REC-015@1"], "preface", {
    level,
    mode: "pipe",
    bytes: [hex("")],
    fault: "empty",
    offset: 0,
  });
  vectors.invalid("preface-empty-session", "no byte at all, where session mode was announced", ["REC-015@1"], "preface", {
    level,
    mode: "session",
    bytes: [hex("")],
    fault: "empty",
    offset: 0,
  });
  vectors.invalid("preface-cut-announced", "the beginning of a preface and nothing after it, where pipe mode was announced", ["REC-015@1"], "preface", {
    level,
    mode: "pipe",
    bytes: [hex("0a 08 53 54 44")],
    fault: "truncated",
  });
  vectors.invalid("preface-cut", "the beginning of a preface and nothing after it, where nothing was announced", ["REC-001@1"], "preface", {
    level,
    bytes: [hex("0a 08 53 54 44")],
    fault: "no-preface",
  });
  vectors.invalid("preface-major-2", "the preface of framing major 2", ["REC-009@1"], "preface", {
    level,
    bytes: [hex("0a 08 53 54 44 46 4e 2f 32 0a"), end],
    fault: "major",
    offset: 0,
  });
  vectors.invalid("preface-major-10", "the preface of framing major 10, which begins like 1", ["REC-009@1"], "preface", {
    level,
    bytes: [hex("0a 09 53 54 44 46 4e 2f 31 30 0a"), end],
    fault: "major",
    offset: 0,
  });
  vectors.invalid("preface-major-1-1", "the preface of a framing major 1.1", ["REC-009@1"], "preface", {
    level,
    bytes: [hex("0a 0a 53 54 44 46 4e 2f 31 2e 31 0a"), end],
    fault: "major",
    offset: 0,
  });
  vectors.invalid("preface-text-mode", "the preface with both line feeds translated to CR LF", ["REC-010@1"], "preface", {
    level,
    bytes: [hex("0d 0a 08 53 54 44 46 4e 2f 31 0d 0a"), end],
    fault: "text-mode",
    offset: 0,
  });
  vectors.invalid("preface-text-mode-end", "the preface with its last line feed translated to CR LF", ["REC-010@1"], "preface", {
    level,
    bytes: [hex("0a 08 53 54 44 46 4e 2f 31 0d 0a"), end],
    fault: "text-mode",
    offset: 0,
  });
  vectors.invalid("preface-after-print", "a print before the preface of a function's input", ["REC-003@1", "REC-020@1", "REC-021@1"], "preface", {
    level,
    bytes: [hex("6c 6f 61 64 69 6e 67 0a"), preface, end],
    fault: "misplaced-preface",
  });
  vectors.invalid("preface-after-print-announced", "a print before the preface where pipe mode was announced", ["REC-003@1", "REC-015@1", "REC-020@1"], "preface", {
    level,
    mode: "pipe",
    bytes: [hex("6c 6f 61 64 69 6e 67 0a"), preface, end],
    fault: "misplaced-preface",
  });
  vectors.invalid("preface-twice", "two streams joined: a second preface where a record belongs", ["PBF-003@1"], "preface", {
    level,
    bytes: [preface, event, preface, end],
    fault: "foreign",
    offset: after(preface, event),
  });

  vectors.valid("foreign-before-output", "a banner before the preface of a function's output", ["SES-109@1", "REC-028@1"], {
    level,
    mode: "pipe",
    reader: "host",
    bytes: [hex("6c 6f 61 64 69 6e 67 0a"), preface, event, end],
    foreign: [{ hex: "6c6f6164696e670a" }],
    meaning: [eventLine, endLine],
  });
  vectors.invalid("foreign-after-preface", "the same banner behind the preface", ["PBF-003@1"], "foreign-before-output", {
    level,
    mode: "pipe",
    reader: "host",
    bytes: [preface, hex("6c 6f 61 64 69 6e 67 0a"), event, end],
    fault: "foreign",
    offset: preface.length,
  });
  vectors.valid("foreign-without-line-end", "a banner without a line end before the preface", ["REC-028@1"], {
    level,
    mode: "pipe",
    reader: "host",
    bytes: [hex("68 69"), preface, end],
    foreign: [{ hex: "6869" }],
    meaning: [endLine],
  });
  vectors.invalid("foreign-only", "output without any preface", ["REC-001@1", "REC-031@1"], "foreign-without-line-end", {
    level,
    mode: "pipe",
    reader: "host",
    bytes: [hex("68 69"), end],
    fault: "no-preface",
    offset: 0,
  });
}
