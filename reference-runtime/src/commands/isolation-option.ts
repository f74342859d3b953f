import type { Isolation } from "@stdfn/schemas/validate";
import { Option } from "commander";

/** What `isolationOption` gives. */
export interface IsolationFlag {
  readonly isolation?: Isolation;
}

/** `--isolation`: what a manifest asks for, overridden by its operator and by name. */
export function isolationOption(): Option {
  return new Option(
    "--isolation <profile>",
    "isolation to run with instead of the manifest's; this runtime enforces trusted only, which guarantees nothing",
  ).choices(["trusted", "sealed", "outbound", "sealed+kernel", "outbound+kernel"]);
}
