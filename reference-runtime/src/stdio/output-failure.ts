import { exitStatuses } from "@stdfn/schemas";

/** Output that cannot be written any more; the message is fit to be told. */
export class OutputFailure extends Error {
  readonly exitStatus: number = exitStatuses.io.status;
  /** True if the reader has gone, which may be as meant. */
  readonly isReaderGone: boolean;

  /** @param name what is written, such as `standard output` */
  constructor(name: string, cause: NodeJS.ErrnoException) {
    const isReaderGone = cause.code === "EPIPE";
    super(
      isReaderGone
        ? `the reader of ${name} is gone`
        : `${name} cannot be written: ${cause.message}`,
      { cause },
    );
    this.isReaderGone = isReaderGone;
  }
}
