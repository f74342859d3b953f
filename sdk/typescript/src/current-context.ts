/**
 * The subpath `@stdfn/sdk/current-context`. Node follows contexts through promises at a cost of its own for each of
 * them, so only functions that import this pay for it.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { callHandlersWithin } from "./call-handler.ts";
import type { Context } from "./context.ts";

const storage: AsyncLocalStorage<Context> = new AsyncLocalStorage();

callHandlersWithin((handler, input, context) => storage.run(context, handler, input, context));

/**
 * The context of the invocation this code runs for, also in callbacks and after `await`; `undefined` outside every
 * invocation, and in invocations that began before this module was imported.
 *
 * @example
 * import { currentContext } from "@stdfn/sdk/current-context";
 *
 * export function query(sql: string): Promise<Row[]> {
 *   return pool.query(sql, { signal: currentContext()?.signal });
 * }
 */
export function currentContext(): Context | undefined {
  return storage.getStore();
}
