/** What stands before each line of what went to and from a process of the function below a runtime. */
export const processLabel: RegExp = /^function(?: \d+)?(?: \([a-z]+\))?: /;

/**
 * Names a process of the function.
 * @param mode how it was started
 * @param number which one it is, counted from 1; undefined: it was only asked to describe itself
 */
export function labelOf(mode: string, number: number | undefined): string {
  return `function ${number === undefined ? "" : `${number} `}(${mode}): `;
}
