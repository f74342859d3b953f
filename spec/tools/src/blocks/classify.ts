import type { Block } from "../text/chapter.ts";
import { type BlockClass, jsonKinds, type Unclassified } from "./block-class.ts";

/** The languages a block can have, each with the form of its arguments. */
const blockForms: Readonly<Record<string, string>> = {
  json: `json valid KIND | json invalid KIND AREA-NNN, KIND one of ${jsonKinds.join(", ")}`,
  jsonl: `jsonl valid KIND | jsonl invalid KIND AREA-NNN, KIND one of ${jsonKinds.join(", ")}`,
  hex: "hex frame | hex record | hex stream, each optionally followed by: invalid AREA-NNN",
  transcript: "transcript function=NAME mode=filter|pipe|session|describe format=json|protobuf",
  shell: "shell",
  typescript: "typescript | typescript run",
  abnf: "abnf",
  proto: "proto",
  text: 'text why="REASON IT CANNOT BE EXECUTED"',
  mermaid: "mermaid, in generated regions only",
};

/** A block's class, with the requirements that it shows being kept (`shows=AREA-NNN,…`, in any block that is executed). */
export type Classified = BlockClass & { readonly shows: readonly string[] };

/** Reads a block's info string. */
export function classify(block: Block): Classified | Unclassified {
  const { words, options } = splitInfo(block.info);
  const shown = options.get("shows");
  options.delete("shows");
  const found = classOf(block, words, options);
  if ("problem" in found) return found;
  const shows = shown?.split(",") ?? [];
  if (
    !shows.every(isId) ||
    (shows.length > 0 && (found.class === "text" || found.class === "mermaid"))
  ) {
    return {
      problem: `"shows=${shown}" in "${block.info}"`,
      advice: "name requirements, with commas between, in a block that is executed",
    };
  }
  return { ...found, shows };
}

/** Every requirement that a block claims to show, kept or broken. */
export function requirementsOf(block: Block): string[] {
  const found = classify(block);
  if ("problem" in found) return [];
  return "violates" in found && found.violates !== undefined
    ? [found.violates, ...found.shows]
    : [...found.shows];
}

function classOf(
  block: Block,
  words: readonly string[],
  options: ReadonlyMap<string, string>,
): BlockClass | Unclassified {
  const [language = "", ...rest] = words;
  const form = blockForms[language];
  if (form === undefined) {
    const problem =
      block.info === "" ? "the block has no class" : `"${block.info}" is no known class of block`;
    return { problem, advice: `write one of: ${Object.keys(blockForms).join(", ")}` };
  }
  const wrong: Unclassified = {
    problem: `"${block.info}" is not complete`,
    advice: `the form is: ${form}`,
  };
  const plain = rest.length === 0 && options.size === 0;
  switch (language) {
    case "json":
    case "jsonl":
      return options.size === 0 ? (jsonClass(rest) ?? wrong) : wrong;
    case "hex":
      return options.size === 0 ? (hexClass(rest) ?? wrong) : wrong;
    case "transcript":
      return rest.length === 0 ? (transcriptClass(options) ?? wrong) : wrong;
    case "typescript":
      if (plain) return { class: "typescript", run: false };
      return rest.join(" ") === "run" && options.size === 0
        ? { class: "typescript", run: true }
        : wrong;
    case "text": {
      const why = options.get("why")?.trim() ?? "";
      return rest.length === 0 && options.size === 1 && why !== "" ? { class: "text", why } : wrong;
    }
    case "mermaid":
      if (!block.generated)
        return {
          problem: "a hand-written diagram",
          advice: "diagrams are generated from spec/machines",
        };
      return plain ? { class: "mermaid" } : wrong;
    case "shell":
    case "abnf":
    case "proto":
      return plain ? { class: language } : wrong;
    default:
      return wrong;
  }
}

function splitInfo(info: string): { words: string[]; options: Map<string, string> } {
  const words: string[] = [];
  const options = new Map<string, string>();
  for (const match of info.matchAll(/([A-Za-z-]+)=(?:"([^"]*)"|(\S+))|(\S+)/g)) {
    if (match[1] !== undefined) options.set(match[1], match[2] ?? match[3] ?? "");
    else words.push(match[4] ?? "");
  }
  return { words, options };
}

function jsonClass([validity, kindWord, violates, ...rest]: readonly string[]):
  | BlockClass
  | undefined {
  const kind = jsonKinds.find((candidate) => candidate === kindWord);
  if (kind === undefined || rest.length > 0) return undefined;
  if (validity === "valid" && violates === undefined) return { class: "json", kind };
  return validity === "invalid" && isId(violates) ? { class: "json", kind, violates } : undefined;
}

function hexClass([kind, validity, violates, ...rest]: readonly string[]): BlockClass | undefined {
  if ((kind !== "frame" && kind !== "record" && kind !== "stream") || rest.length > 0)
    return undefined;
  if (validity === undefined) return { class: "hex", kind };
  return validity === "invalid" && isId(violates) ? { class: "hex", kind, violates } : undefined;
}

function transcriptClass(options: ReadonlyMap<string, string>): BlockClass | undefined {
  const name = options.get("function");
  const mode = options.get("mode");
  const format = options.get("format");
  if (options.size !== 3 || name === undefined || !/^[a-z0-9-]+$/.test(name)) return undefined;
  if (mode !== "filter" && mode !== "pipe" && mode !== "session" && mode !== "describe")
    return undefined;
  return format === "json" || format === "protobuf"
    ? { class: "transcript", function: name, mode, format }
    : undefined;
}

function isId(word: string | undefined): word is string {
  return word !== undefined && /^[A-Z]{2,6}-\d{3}$/.test(word);
}
