/** What came of executing a block. */
export type Outcome =
  | {
      readonly result: "passed";
      /** What was not shown by this, if anything. */
      readonly note?: string;
    }
  | { readonly result: "failed"; readonly message: string }
  | {
      /** The block is text that says why it cannot be executed. */
      readonly result: "exempt";
      readonly why: string;
    };

/** A block that did what it claims. */
export const passed: Outcome = { result: "passed" };

/** A block that did not do what it claims. */
export function failed(message: string): Outcome {
  return { result: "failed", message };
}
