import type { Context } from "./context.ts";

/** Calls a handler with its two arguments, and what there is to do around that. */
export type HandlerCall = <Input, Output>(
  handler: (input: Input, context: Context) => Output,
  input: Input,
  context: Context,
) => Output;

let around: HandlerCall | undefined;

/** Calls a handler, within what `callHandlersWithin` was told. */
export const callHandler: HandlerCall = (handler, input, context) =>
  around === undefined ? handler(input, context) : around(handler, input, context);

/** From now on handlers are called by `call`. */
export function callHandlersWithin(call: HandlerCall): void {
  around = call;
}
