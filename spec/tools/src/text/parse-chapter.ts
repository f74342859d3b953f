import { AnchorNames } from "./anchor.ts";
import type {
  Block,
  Chapter,
  ChapterStatus,
  Heading,
  Line,
  LineKind,
  Region,
  RequirementLine,
} from "./chapter.ts";
import { maskCode } from "./prose.ts";

const declaration = /^\*This chapter is (normative|informative)\.\*$/;
const requirementStart = /^\s*(?:[-*+]\s+)?\[([A-Z]{2,6}-\d+)\](?![([:])\s*(.*)$/;
const fenceStart = /^(\s*)(`{3,}|~{3,})\s*(.*)$/;

type State = {
  fence: { mark: string; indent: number; body: string[]; line: number; info: string } | undefined;
  region: { source: string; start: number } | undefined;
  comment: boolean;
  informativeLevel: number;
  paragraph: boolean;
};

/**
 * Reads one chapter.
 *
 * @param file path relative to the repository's root
 * @param source the file's text
 * @param informative true for a file that is informative by its place (decisions, the index)
 */
export function parseChapter(file: string, source: string, informative: boolean): Chapter {
  const texts = source.replace(/\r?\n$/, "").split(/\r?\n/);
  const status = informative ? "informative" : declaredStatus(texts);
  const anchors = new AnchorNames();
  const lines: Line[] = [];
  const headings: Heading[] = [];
  const blocks: Block[] = [];
  const regions: Region[] = [];
  const requirements: RequirementLine[] = [];
  const state: State = {
    fence: undefined,
    region: undefined,
    comment: false,
    informativeLevel: 0,
    paragraph: false,
  };

  texts.forEach((text, index) => {
    const number = index + 1;
    const kind = lineKind(text, number, state, { file, blocks, regions });
    const heading = kind === "heading" ? /^(#{1,6})\s+(.*?)\s*#*$/.exec(text) : null;
    if (heading !== null) {
      const level = heading[1]?.length ?? 1;
      const title = heading[2] ?? "";
      headings.push({ level, text: title, anchor: anchors.next(title), line: number });
      if (state.informativeLevel === 0 || level <= state.informativeLevel) {
        state.informativeLevel = /\(informative\)$/.test(title) ? level : 0;
      }
    }
    const item = /^\s*(?:[-*+]|\d+[.)])\s/.test(text);
    const continues = kind === "prose" && state.paragraph && !item;
    state.paragraph = kind === "prose";
    const normative = status === "normative" && state.informativeLevel === 0;
    lines.push({ number, text, masked: maskCode(text), kind, normative, continues });
    const requirement = kind === "prose" ? requirementStart.exec(text) : null;
    if (requirement !== null)
      requirements.push({
        id: requirement[1] ?? "",
        text: requirement[2] ?? "",
        file,
        line: number,
      });
  });
  if (state.fence !== undefined)
    blocks.push(blockOf(state.fence, file, false, state.region !== undefined));
  if (state.region !== undefined) regions.push({ ...state.region, end: undefined });

  const name = (file.split("/").at(-1) ?? file).replace(/\.md$/, "");
  const title = headings.find((heading) => heading.level === 1)?.text ?? "";
  return { file, name, title, status, lines, headings, blocks, regions, requirements };
}

function declaredStatus(texts: readonly string[]): ChapterStatus {
  for (const text of texts) {
    const match = declaration.exec(text.trim());
    if (match !== null) return match[1] === "normative" ? "normative" : "informative";
    if (text.startsWith("## ")) break;
  }
  return "undeclared";
}

type Collected = { file: string; blocks: Block[]; regions: Region[] };

function lineKind(text: string, number: number, state: State, into: Collected): LineKind {
  const fence = fenceStart.exec(text);
  if (state.fence !== undefined) {
    if (fence !== null && fence[3] === "" && (fence[2] ?? "").startsWith(state.fence.mark)) {
      into.blocks.push(blockOf(state.fence, into.file, true, state.region !== undefined));
      state.fence = undefined;
    } else {
      const { body, indent } = state.fence;
      body.push(text.slice(0, indent).trim() === "" ? text.slice(indent) : text);
    }
    return "code";
  }
  if (fence !== null && !state.comment) {
    state.fence = {
      mark: fence[2] ?? "",
      indent: (fence[1] ?? "").length,
      body: [],
      line: number,
      info: (fence[3] ?? "").trim(),
    };
    return "code";
  }
  return markupKind(text, number, state, into);
}

function markupKind(text: string, number: number, state: State, into: Collected): LineKind {
  const trimmed = text.trim();
  if (state.comment) {
    state.comment = !trimmed.includes("-->");
    return "comment";
  }
  const opening = /^<!-- generated:(.+?) -->$/.exec(trimmed);
  if (opening !== null && state.region === undefined) {
    state.region = { source: opening[1] ?? "", start: number };
    return "comment";
  }
  if (trimmed === "<!-- /generated -->") {
    if (state.region !== undefined) into.regions.push({ ...state.region, end: number });
    else into.regions.push({ source: "", start: number, end: number });
    state.region = undefined;
    return "comment";
  }
  if (trimmed.startsWith("<!--")) {
    state.comment = !trimmed.includes("-->");
    return "comment";
  }
  if (trimmed === "") return "blank";
  if (state.region !== undefined) return /^#{1,6}\s/.test(text) ? "heading" : "generated";
  if (/^#{1,6}\s/.test(text)) return "heading";
  if (trimmed.startsWith(">")) return "quote";
  return trimmed.startsWith("|") ? "table" : "prose";
}

function blockOf(
  fence: NonNullable<State["fence"]>,
  file: string,
  closed: boolean,
  generated: boolean,
): Block {
  return { file, line: fence.line, info: fence.info, body: fence.body, closed, generated };
}
