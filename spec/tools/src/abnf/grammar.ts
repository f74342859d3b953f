/** A node of an ABNF expression (RFC 5234, with the case-sensitive texts of RFC 7405). */
export type Expression =
  | { readonly type: "alternation"; readonly options: readonly Expression[] }
  | { readonly type: "concatenation"; readonly parts: readonly Expression[] }
  | {
      readonly type: "repetition";
      readonly min: number;
      readonly max: number;
      readonly of: Expression;
    }
  | { readonly type: "rule"; readonly name: string }
  | { readonly type: "text"; readonly text: string; readonly caseSensitive: boolean }
  | { readonly type: "range"; readonly from: number; readonly to: number }
  | {
      /** Described in words: `<…>`. No text matches it. */
      readonly type: "prose";
      readonly text: string;
    };

/** Rules by their name in lower case, since ABNF names have no case. */
export type Grammar = ReadonlyMap<string, Expression>;

/** Names of the rules that an expression uses, in lower case. */
export function rulesUsed(expression: Expression): string[] {
  switch (expression.type) {
    case "alternation":
      return expression.options.flatMap(rulesUsed);
    case "concatenation":
      return expression.parts.flatMap(rulesUsed);
    case "repetition":
      return rulesUsed(expression.of);
    case "rule":
      return [expression.name.toLowerCase()];
    default:
      return [];
  }
}
