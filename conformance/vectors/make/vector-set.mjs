// Collects vectors, pairs each with its twin and derives what the specification derives from a fault.
import { hexParts, textParts } from "./byte-parts.mjs";

const lost = { code: "data_loss", exit: 65 };
const refused = { code: "invalid_argument", exit: 76 };

/** Error code and exit status of a fault, as the table of faults in the model chapter gives them. */
function answer(fault, mode) {
  if (fault === "empty" || fault === "truncated") return lost;
  if (fault === "too-long") return { code: "resource_exhausted", exit: 76 };
  if (fault === "no-preface" || fault === "misplaced-preface")
    return { ...refused, exit: mode === undefined ? 65 : 76 };
  return refused;
}

/** A requirement as the tables cite it, such as `MOD-021@1`: at the revision against which the vector was read. */
function cited(text) {
  const [, id, revision] = /^([A-Z]{3}-[0-9]{3})@([1-9][0-9]*)$/.exec(text) ?? [];
  if (id === undefined)
    throw new Error(`${JSON.stringify(text)} cites no requirement at a revision, as "MOD-021@1" does`);
  return { id, revision: Number(revision) };
}

/** The vectors of one format. */
export class VectorSet {
  #folder;
  #parts;
  #vectors = new Map();

  constructor(folder) {
    this.#folder = folder;
    this.#parts = folder === "protobuf" ? hexParts : textParts;
  }

  /** Bytes with a meaning. `more`: level, kind, mode, reader, bytes (pieces), meaning. */
  valid(name, title, requirements, more) {
    this.#add(`valid/${name}`, title, requirements, undefined, more);
  }

  /** Bytes with a fault; `twin` names the valid vector that differs in one property. */
  invalid(name, title, requirements, twin, more) {
    const { fault, offset, confined, ...rest } = more;
    const where = {
      ...(offset === undefined ? {} : { offset }),
      ...(confined === undefined ? {} : { confined }),
    };
    this.#add(`invalid/${name}`, title, requirements, `valid/${twin}`, {
      ...rest,
      fault,
      ...answer(fault, more.mode),
      ...where,
    });
  }

  /** Two things that do not belong together although nothing is refused: an equality that does not hold. */
  unequal(name, title, requirements, twin, more) {
    this.#add(`invalid/${name}`, title, requirements, `valid/${twin}`, more);
  }

  #add(path, title, requirements, twin, more) {
    const id = `${this.#folder}/${path}`;
    if (this.#vectors.has(id)) throw new Error(`two vectors are named ${id}`);
    const { level, kind, mode, reader, bytes, ...rest } = more;
    this.#vectors.set(id, {
      id,
      title,
      requirements: requirements.map(cited),
      twin: twin === undefined ? undefined : `${this.#folder}/${twin}`,
      level,
      ...(bytes === undefined ? {} : { format: this.#folder }),
      ...(kind === undefined ? {} : { kind }),
      ...(mode === undefined ? {} : { mode }),
      ...(reader === undefined ? {} : { reader }),
      ...(bytes === undefined ? {} : { bytes: this.#parts(bytes) }),
      ...rest,
    });
  }

  /** Every vector by its id, each with its twin. */
  finish() {
    for (const vector of this.#vectors.values()) {
      if (!vector.id.includes("/invalid/")) continue;
      const twin = this.#vectors.get(vector.twin);
      if (twin === undefined) throw new Error(`${vector.id} names the twin ${vector.twin}, which is missing`);
      twin.twin ??= vector.id;
    }
    for (const { id, twin } of this.#vectors.values()) {
      if (twin === undefined) throw new Error(`${id} has no invalid twin`);
    }
    return this.#vectors;
  }
}
