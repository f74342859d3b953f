/** What the `stdfn-conformance` command is made of, for programs that want the same. */

export { type Vector, VectorStore } from "./vector-store.ts";
export { kitVersion } from "./version.ts";
