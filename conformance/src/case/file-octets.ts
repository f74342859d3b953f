import type { Buffer } from "node:buffer";
import { sha256 } from "../digest.ts";

/** Most octets of a payload that an author's case gives or looks at as a whole; every copy is held in memory. */
export const mostPayloadOctets = 16_777_216;

/** The octets of an author's file. What is shown of them, and what a digest covers, is their own digest. */
export class FileOctets {
  /** Its name, as the author has spelt it. */
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
  readonly #octets: Buffer;

  constructor(file: string, octets: Buffer) {
    this.file = file;
    this.size = octets.length;
    this.sha256 = sha256(octets);
    this.#octets = octets;
  }

  get octets(): Buffer {
    return this.#octets;
  }
}

/** The JSON value that an author's file spells. What is shown of it is the file; nothing is filled in in it. */
export class FileJson {
  readonly $json: FileOctets;
  readonly #value: unknown;

  constructor(file: FileOctets, value: unknown) {
    this.$json = file;
    this.#value = value;
  }

  get value(): unknown {
    return this.#value;
  }
}
