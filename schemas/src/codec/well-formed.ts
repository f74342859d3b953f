/** Whether a text is Unicode: without halves of surrogate pairs. */
export function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
