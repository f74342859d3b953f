import { Option } from "commander";
import { pair } from "./option-values.ts";

/** What `secretOption` gives. */
export interface SecretFlag {
  /** Values by name. */
  readonly secret: Readonly<Record<string, string>>;
}

/** `--secret`: the value of one of the manifest's `secrets`. */
export function secretOption(): Option {
  return new Option(
    "--secret <name=value>",
    "value of a secret the manifest names; may be repeated",
  )
    .default({}, "none")
    .argParser(pair);
}
