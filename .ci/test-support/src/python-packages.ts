import process from "node:process";
import { type PythonEnvironment, type PythonPackages, pythonWith } from "./python-environment.ts";

const protobuf: PythonPackages = {
  name: "the protobuf package of Python",
  folder: "stdfn-python",
  requirements: "sdk/python/tests/requirements.txt",
  modules: ["google.protobuf"],
  anyVersion: true,
};

const checks: PythonPackages = {
  name: "hatchling, mypy and ruff, by which the Python SDK is packed and checked",
  folder: "stdfn-python-checks",
  requirements: "sdk/python/tests/requirements-checks.txt",
  modules: ["google.protobuf", "hatchling", "mypy", "ruff"],
  anyVersion: false,
};

/**
 * A Python that has the official protobuf package: the machine's own, or a virtual environment that is kept.
 *
 * @param env the environment to look in; default: this process's
 * @throws Error where `CI` is `true` and it cannot be made
 */
export function pythonWithProtobuf(env: NodeJS.ProcessEnv = process.env): PythonEnvironment {
  return pythonWith(protobuf, env);
}

/**
 * A Python that packs and checks the Python SDK, with the very versions that it is checked by.
 *
 * @param env the environment to look in; default: this process's
 * @throws Error where `CI` is `true` and it cannot be made
 */
export function pythonWithChecks(env: NodeJS.ProcessEnv = process.env): PythonEnvironment {
  return pythonWith(checks, env);
}
