import type { CloudEvent } from "./cloud-event.ts";
import type { Context } from "./context.ts";

/** An event to send. Attributes that are left out are filled in: `id`, `source`, `type`, `time`, `datacontenttype`. */
export interface ResultEvent {
  /** Says that this object is an event and not a JSON value. */
  readonly specversion: "1.0";
  readonly id?: string;
  readonly source?: string;
  readonly type?: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  readonly subject?: string;
  readonly time?: string | Date;
  /** Extension attributes; names `[a-z0-9]+`. */
  readonly extensions?: Readonly<Record<string, string | number | boolean>>;
  /**
   * The payload: a string is text (under a JSON media type: JSON text), octets are octets, an async iterable of octets (a Node `Readable`, a web
   * `ReadableStream`, a generator) is streamed, a received event passes its payload on as it is, anything else is a
   * JSON value.
   */
  readonly data?: unknown;
}

/**
 * What a handler may return, and what each item of a returned sequence may be.
 *
 * - nothing (`undefined`, `null`): no event
 * - a string: an event with text; octets: an event with octets
 * - a `CloudEvent` that was received, or a {@link ResultEvent}: that event
 * - a Node `Readable` or a web `ReadableStream`: one event whose payload is streamed
 * - any other async iterable, or a generator: one event for each item
 * - anything else: an event with that JSON value
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement returns void
export type Result = void | null | undefined | string | number | boolean | object;

/** Serves one event. Called once for each input event, in order within one invocation. */
export type Handler = (event: CloudEvent, context: Context) => Result | Promise<Result>;

/** Serves all input events of an invocation in one call, for `serve(handler, { batch: true })`. */
export type BatchHandler = (
  events: AsyncIterable<CloudEvent>,
  context: Context,
) => Result | Promise<Result>;
