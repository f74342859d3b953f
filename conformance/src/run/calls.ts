/**
 * Knows the invocations of a case on both sides of a runtime. Ids belong to one hop, so what arrives below is known by
 * its `invocation_id`, which travels end to end (RLY-008).
 */
export class Calls {
  readonly #ids = new Map<string, number>();
  readonly #unknown = new Set<string>();

  /** Notes which invocation of the case has this `invocation_id`. */
  note(invocationId: unknown, id: number): void {
    if (typeof invocationId === "string") this.#ids.set(invocationId, id);
  }

  /** The invocation of the case that arrives below; undefined for one that is nobody's. */
  find(invocationId: unknown): number | undefined {
    return typeof invocationId === "string" ? this.#ids.get(invocationId) : undefined;
  }

  /** Notes what the kit has written, on either side, in a frame that the candidate does not know. */
  noteUnknown(members: string): void {
    this.#unknown.add(members);
  }

  /** Whether the kit has written just that. */
  hasUnknown(members: string): boolean {
    return this.#unknown.has(members);
  }
}
