/** The everything function of this SDK: every behaviour of the chapter of that name, by the public interface alone. */

import { setTimeout as sleep } from "node:timers/promises";
import { FunctionError, type ServeOptions, serve } from "@stdfn/sdk";
import { behave } from "./behave.ts";
import { commandLine, type Options } from "./command-line.ts";

function init(options: Options): NonNullable<ServeOptions["init"]> {
  const { initDelay, initFail, initPrint } = options;
  return async () => {
    if (initPrint !== undefined) console.log(initPrint);
    if (initDelay !== undefined) await sleep(initDelay);
    if (initFail !== undefined) throw new FunctionError(initFail, "initialisation failed as asked");
  };
}

const options = commandLine(process.argv.slice(2));
serve(behave, {
  name: "everything",
  version: "1.0.0",
  produces: [{ type: "dev.stdfn.everything.result" }],
  ...options.serve,
  init: init(options),
});
