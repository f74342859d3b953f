/** An error that is told in one line; everything else is a defect. */
export class KitError extends Error {
  override readonly name = "KitError";
  /** Exit status of the command that meets it. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}
