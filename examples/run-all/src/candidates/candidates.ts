import process from "node:process";
import { type PythonEnvironment, pythonWithProtobuf, type ToolName } from "@stdfn/test-support";

/** An implementation of the standard in `conformance/candidates`, and how it is judged here. */
export interface Candidate {
  /** The folder of its `candidate.json`. */
  readonly name: string;
  /** The suite of the conformance kit. */
  readonly suite: "function" | "runtime" | "codec";
  /** Programs without which it cannot run. */
  readonly needs: readonly ToolName[];
  /** Present: without the protobuf package of Python it speaks JSON lines alone. */
  readonly usesProtobufPackage?: true;
  /** The cases of a sample, where the whole suite takes longer than a first look should; absent: all. */
  readonly only?: readonly string[];
}

/** The first cases of the chapters that relays have most to do with. */
const sample = ["RT-SES-000*", "RT-RLY-000*"];

/** Every implementation in the repository. */
export const candidates: readonly Candidate[] = [
  { name: "typescript-everything", suite: "function", needs: [] },
  {
    name: "python-everything",
    suite: "function",
    needs: ["python3"],
    usesProtobufPackage: true,
    only: ["area:SES", "area:PIP", "area:PBF"],
  },
  {
    name: "python-everything-json",
    suite: "function",
    needs: ["python3"],
    only: ["area:JSN", "area:REC", "area:MOD"],
  },
  { name: "shell", suite: "function", needs: [] },
  { name: "gzip", suite: "function", needs: ["gzip"] },
  { name: "typescript-codec", suite: "codec", needs: [] },
  { name: "python-codec", suite: "codec", needs: ["python3"], usesProtobufPackage: true },
  { name: "python-codec-json", suite: "codec", needs: ["python3"] },
  { name: "reference-runtime", suite: "runtime", needs: [], only: sample },
  { name: "python-runtime", suite: "runtime", needs: ["python3"], only: sample },
];

/** The Python that has the protobuf package, or why there is none; none is installed for a look. */
export function interpreter(): PythonEnvironment {
  return pythonWithProtobuf({ PATH: process.env["PATH"] });
}
