import { createHash } from "node:crypto";
import { type CloudEvent, FunctionError, type ResultEvent } from "@stdfn/sdk";

const digestForm = /^sha256:[0-9a-f]{64}$/;

/** The data of a notification. */
interface Change {
  /** What has changed: the subject of the event. */
  readonly subject: string;
  /** `created`: nothing was known of it; `changed`: its content differs; `removed`: it has no content any more. */
  readonly change: "created" | "changed" | "removed";
  /** `sha256:` and the digest of the content in hexadecimal; absent if it was removed. */
  readonly digest?: string;
  /** The digest that was known before; absent if it was created. */
  readonly previous?: string;
  /** Bytes of the content. */
  readonly bytes: number;
}

/**
 * Tells whether what a subject holds has changed since somebody last looked, and says nothing if not.
 *
 * The data of the event is the content as it is now, of any length; none means that it is gone. The extension attribute
 * `previous` is the digest of the content as it was known, from the last notification; without it the subject is new. So
 * the function keeps no state of its own: whoever asks remembers one digest for each subject.
 *
 * @throws FunctionError `invalid_argument` if the event has no subject or `previous` is no digest
 */
export async function notify(event: CloudEvent): Promise<ResultEvent | undefined> {
  const { subject } = event;
  if (subject === undefined) {
    throw wrongInput(`event ${JSON.stringify(event.id)} has no subject; it names what is watched`);
  }
  const previous = previousOf(event);
  const content = await read(event);
  if (content.digest === previous) return undefined;
  const kind = content.digest === undefined ? "removed" : "changed";
  const data: Change = {
    subject,
    change: previous === undefined ? "created" : kind,
    ...content,
    ...(previous === undefined ? {} : { previous }),
  };
  return { specversion: "1.0", subject, data };
}

function previousOf({ extensions }: CloudEvent): string | undefined {
  const previous = extensions?.["previous"];
  if (previous === undefined) return undefined;
  if (typeof previous === "string" && digestForm.test(previous)) return previous;
  throw wrongInput(
    `attribute previous is ${JSON.stringify(previous)}; allowed is the digest of an earlier notification, sha256: and 64 hexadecimal digits, or nothing for a subject that is new`,
  );
}

/** The digest and length of the content, gathered piece by piece. */
async function read(event: CloudEvent): Promise<{ digest?: string; bytes: number }> {
  if (!event.streamed && event.data === undefined) return { bytes: 0 };
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of event.stream()) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, bytes };
}

function wrongInput(message: string): FunctionError {
  return new FunctionError("invalid_argument", message, { effect: "none" });
}
