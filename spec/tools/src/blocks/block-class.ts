/** What one JSON block or line is to be read as. */
export const jsonKinds = [
  "event",
  "context",
  "error",
  "end",
  "chunk",
  "frame",
  "line",
  "stream",
  "manifest",
  "description",
  "vector",
] as const;

/** What one JSON block or line is to be read as. */
export type JsonKind = (typeof jsonKinds)[number];

/** What a fenced block claims to be, which decides how it is executed. */
export type BlockClass =
  | {
      readonly class: "json";
      readonly kind: JsonKind;
      /** The requirement an invalid example breaks; absent for a valid one. */
      readonly violates?: string;
    }
  | {
      readonly class: "hex";
      readonly kind: "frame" | "record" | "stream";
      readonly violates?: string;
    }
  | {
      readonly class: "transcript";
      /** Name of the program that answers. */
      readonly function: string;
      readonly mode: "filter" | "pipe" | "session" | "describe";
      readonly format: "json" | "protobuf";
    }
  | { readonly class: "shell" }
  | { readonly class: "typescript"; readonly run: boolean }
  | { readonly class: "abnf" }
  | { readonly class: "proto" }
  | { readonly class: "text"; readonly why: string }
  | { readonly class: "mermaid" };

/** Why a block has no class, and what its author can write. */
export type Unclassified = { readonly problem: string; readonly advice: string };
