// Decides whether this Node is new enough. No dependencies: it runs before anything is installed.

/** The oldest Node release line and minor that every package of this repository supports. */
export const OLDEST_NODE = "20.19";

/** Tells whether a Node version such as `22.4.1` is at least {@link OLDEST_NODE}. */
export function isSupportedNode(version) {
  const [major, minor] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
