import type { Meaning } from "../wire/message-rules.ts";
import { isGreaseFeature } from "./written-meaning.ts";

/** Features as they are compared: without grease, which a peer may add to them (VER-011). */
export function withoutGrease(meaning: Meaning): Meaning {
  const { features } = meaning;
  if (!Array.isArray(features) || !features.some(isGreaseFeature)) return meaning;
  return { ...meaning, features: features.filter((name) => !isGreaseFeature(name)) };
}

/**
 * A result as it is compared: without the input event that has caused it, which its writer may name (MOD-049), unless
 * that is expected of it.
 */
export function withoutCause(meaning: Meaning, expected: unknown): Meaning {
  if (typeof expected === "object" && expected !== null && "stdfncause" in expected) return meaning;
  const { stdfncause: _cause, ...rest } = meaning;
  return rest;
}
