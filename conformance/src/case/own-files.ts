import type { Buffer } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import type { Plain } from "./case.ts";
import { FileOctets, mostPayloadOctets } from "./file-octets.ts";

/** Members of an event of a case that say what its data is; every other is an attribute. */
export const ofData: readonly string[] = ["data", "data_base64", "data_file"];

/** The octets that `data_file` stands for, by the name of the file. */
export type OwnFiles = ReadonlyMap<string, FileOctets>;

/**
 * Reads the files that an own case names instead of data.
 * @param path of the file of the case, beside which they are looked for
 * @throws KitError that names the case and what is wrong with a file
 */
export function readOwnFiles(
  path: string,
  {
    event,
    events = [],
    results = [],
  }: {
    readonly event?: Plain;
    readonly events?: readonly Plain[];
    readonly results?: readonly Plain[];
  },
): OwnFiles {
  const fault = faultOf(path);
  const files = new Map<string, FileOctets>();
  for (const given of [...(event === undefined ? [] : [event]), ...events, ...results]) {
    const name = given["data_file"];
    if (name === undefined) continue;
    const other = ["data", "data_base64"].find((member) => member in given);
    if (other !== undefined)
      throw fault(`"data_file" is the data, and so is "${other}": leave one of them out`);
    const octets = readOctets(join(dirname(path), String(name)), String(name), fault);
    files.set(String(name), new FileOctets(String(name), octets));
  }
  return files;
}

/** Says of a case that something is wrong with it. */
export function faultOf(path: string): (text: string) => KitError {
  return (text) => new KitError(`${path}: ${text}`, exitStatus.usage);
}

function readOctets(file: string, name: string, fault: (text: string) => KitError): Buffer {
  let size: number;
  try {
    size = statSync(file).size;
    if (size <= mostPayloadOctets) return readFileSync(file);
  } catch (error) {
    throw fault(
      `cannot read the data_file ${JSON.stringify(name)}: ${(error as Error).message}; its name is taken from the folder of the case`,
    );
  }
  throw fault(
    `the data_file ${JSON.stringify(name)} has ${size} octets; it may have ${mostPayloadOctets} at most`,
  );
}
