import type { BatchHandler, Handler } from "./handler.ts";
import { Program } from "./program.ts";
import { takeVariables } from "./program-environment.ts";
import type { BatchServeOptions, ServeOptions } from "./serve-options.ts";
import { settingsFrom } from "./settings.ts";

let serving = false;

/**
 * Makes this program a function: it answers whatever it is given, filter, pipe, session or `STDFN_MODE=describe`, in
 * either format, and exits by itself with the status that fits.
 *
 * From here on standard output belongs to the protocol: what the program prints there appears on standard error.
 *
 * @example
 * import { serve } from "@stdfn/sdk";
 *
 * serve(async (event, context) => {
 *   const { name } = await event.json<{ name: string }>();
 *   context.log.info("greeting", { name });
 *   return `Hello, ${name}!`;
 * });
 *
 * @param handler Called once for each input event; or, with `batch: true`, once for each invocation.
 * @throws TypeError if an option is not allowed, or if the program serves already.
 */
export function serve(handler: Handler, options?: ServeOptions): void;
export function serve(handler: BatchHandler, options: BatchServeOptions): void;
export function serve(
  handler: Handler | BatchHandler,
  options: ServeOptions | BatchServeOptions = {},
): void {
  const settings = settingsFrom(handler, options);
  if (serving) throw new TypeError("serve: this program serves already; it has one standard input");
  serving = true;
  Program.start(settings, takeVariables(process.env));
}
