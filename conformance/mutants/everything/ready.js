import { is } from "./mutant.js";

/** The body of the function's answer to a hello with these minor versions. */
export function readyTo(minors, { concurrency, credit, features, maxRecord }) {
  const ready = {
    name: is("ready-without-name") ? undefined : "everything",
    version: "1.0.0",
    max_concurrency: is("ready-states-other-concurrency") ? concurrency + 1 : concurrency,
    limits: maxRecord === undefined ? undefined : { max_record: maxRecord },
    credit: is("ready-states-other-credit") ? 1048576 : credit,
    features: is("features-without-domain") ? [...features, "turbo"] : features,
  };
  if (is("highest-minor-taken")) ready.minor = Math.max(...minors);
  return JSON.parse(JSON.stringify(ready));
}
