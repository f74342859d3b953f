import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "./context.ts";

const storage: AsyncLocalStorage<Context> = new AsyncLocalStorage();

/**
 * The context of the invocation this code runs for, also in callbacks and after `await`; `undefined` outside every
 * invocation.
 *
 * @example
 * export function query(sql: string): Promise<Row[]> {
 *   return pool.query(sql, { signal: currentContext()?.signal });
 * }
 */
export function currentContext(): Context | undefined {
  return storage.getStore();
}

/** Calls a handler so that `currentContext()` finds its context. */
export function runWithContext<Input, Output>(
  handler: (input: Input, context: Context) => Output,
  input: Input,
  context: Context,
): Output {
  return storage.run(context, handler, input, context);
}
