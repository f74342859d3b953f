import type { VectorStore } from "../vector-store.ts";
import type { Meaning } from "../wire/message-rules.ts";
import { frameNumbers } from "../wire/message-table.ts";
import type { Format } from "../wire/unit.ts";
import { writeFrame, writeRawFrame, writeRecord } from "../wire/wire-writer.ts";
import type { Case, Expectation, Observation, Sending } from "./case.ts";
import type { CaseStore } from "./case-store.ts";
import { Freshness } from "./freshness.ts";
import { matcherNames } from "./match.ts";

/** Placeholders that the function of the kit brings along below a runtime. */
const usualNames: readonly string[] = ["the text function", "the text version"];

/**
 * Goes through a case without a candidate: looks up every case and vector that it names, makes every octet that it
 * sends in each of its formats, and fills in everything that it expects.
 * @returns what cannot be found, made or ever come, with the number of the step from 1; nothing if all of it can
 */
export function dryRun(of: Case, cases: CaseStore, vectors: VectorStore): readonly string[] {
  return [
    ...namedCases(of, cases),
    ...unfilled(of),
    ...unsent(of),
    ...neverRun(of),
    ...new Set(of.formats.flatMap((format) => steps(of, format, vectors))),
  ];
}

function namedCases(of: Case, cases: CaseStore): readonly string[] {
  const { id, twin, probe, candidate } = of;
  const missing = [twin, ...(probe === undefined ? [] : [probe])].flatMap((name) => {
    const found = cases.find(name);
    if (found === undefined) return [`it names the case ${name}, which is missing`];
    return found.candidate === candidate ? [] : [`it names ${name}, which is for no ${candidate}`];
  });
  return twin === id ? [...missing, "it is its own twin"] : missing;
}

/** Placeholders that stay as they are: misspelt ones, and those where nothing is filled in. */
function unfilled(of: Case): readonly string[] {
  const [misspelt] = /\{\{(?![a-z]+\}\}).{0,12}/.exec(JSON.stringify(of)) ?? [];
  const literal = of.arguments?.find((word) => word.includes("{{"));
  return [
    ...(misspelt === undefined ? [] : [`${misspelt} is no placeholder: small letters alone are`]),
    ...(literal === undefined ? [] : [`the argument ${literal} is given as it stands there`]),
  ];
}

/** What is expected, and comes from nothing that was sent. */
function unsent(of: Case): readonly string[] {
  const { title: _title, why: _why, steps: all, ...head } = of;
  const given = namesIn([head, all.map(({ expect: _expect, ...act }) => act)]);
  const usual = of.candidate === "runtime" ? usualNames : [];
  const known = new Set([...given, ...usual]);
  return [...namesIn(all.map(({ expect }) => expect))]
    .filter((name) => !known.has(name))
    .map((name) => `it expects ${name}, which it sends nowhere`);
}

/** Steps for a format that the case is not run in. */
function neverRun({ formats, steps: all }: Case): readonly string[] {
  return all.flatMap(({ only }, index) =>
    only === undefined || formats.includes(only)
      ? []
      : [`step ${index + 1}: it is for ${only} alone, and the case is run in ${formats}`],
  );
}

/** Names of random texts and octets. */
function namesIn(value: unknown): ReadonlySet<string> {
  const text = JSON.stringify(value);
  return new Set([
    ...[...text.matchAll(/\{\{([a-z]+)\}\}/g)].map(([, name]) => `the text ${name}`),
    ...[...text.matchAll(/"random":"([^"]*)"/g)].map(([, name]) => `the octets ${name}`),
  ]);
}

function steps(of: Case, format: Format, vectors: VectorStore): readonly string[] {
  const freshness = new Freshness("0", `${of.id} ${format}`, vectors);
  return [
    ...problems("start", () => make([of.environment, of.hello, of.function], freshness)),
    ...of.steps.flatMap(({ only = format, send, expect }, index) =>
      only === format
        ? problems(`step ${index + 1}`, () => {
            if (send !== undefined) write(send, format, freshness);
            if (expect !== undefined) expectation(expect, freshness);
          })
        : [],
    ),
  ];
}

function problems(where: string, act: () => void): readonly string[] {
  try {
    act();
    return [];
  } catch (error) {
    return [`${where}: ${(error as Error).message}`];
  }
}

function write(sending: Sending, format: Format, freshness: Freshness): void {
  const { record, frame, payload, raw, bytes, stderr } = sending;
  if (payload !== undefined) freshness.octets(payload.octets);
  if (bytes !== undefined) freshness.parts(bytes);
  if (stderr !== undefined) freshness.parts(stderr);
  if (raw !== undefined) writeRawFrame(format, raw.id, freshness.parts(raw.body));
  if (record !== undefined) writeRecord(format, make(record, freshness) as Meaning);
  if (frame !== undefined) writeFrame(format, make(frame, freshness) as Meaning);
}

function expectation(
  { payload, one_of: oneOf = [], unordered = [], ...own }: Expectation,
  freshness: Freshness,
): void {
  if (payload !== undefined) freshness.octets(payload.octets);
  for (const one of [own, ...oneOf, ...unordered, { json: payload?.stream ?? {} }])
    observation(one, freshness);
}

function observation({ output = [], ...rest }: Observation, freshness: Freshness): void {
  freshness.parts(output);
  const { record = {}, frame = {} } = rest;
  const { id: _id, ...members } = frame as { readonly id?: number };
  const unknown = Object.keys({ ...record, ...members }).find((kind) => !frameNumbers.has(kind));
  if (unknown !== undefined) throw new TypeError(`nothing is a ${JSON.stringify(unknown)}`);
  checkMatchers(freshness.fill(rest));
}

/** Made, with nothing in it that only an expectation can hold. */
function make(value: unknown, freshness: Freshness): unknown {
  const made = freshness.fill(value);
  const [matcher] = specialNames(made);
  if (matcher !== undefined) throw new TypeError(`${matcher} cannot be sent`);
  return made;
}

function checkMatchers(value: unknown): void {
  const unknown = specialNames(value).find((name) => !expectable.has(name));
  if (unknown !== undefined) throw new TypeError(`there is no matcher ${unknown}`);
  for (const pattern of patternsIn(value)) new RegExp(pattern, "u");
}

const expectable: ReadonlySet<string> = new Set([...matcherNames, "$more"]);

/** Names of members that begin with `$`, at any depth. */
function specialNames(value: unknown): readonly string[] {
  return membersOf(value).flatMap(([name, member]) => [
    ...(name.startsWith("$") ? [name] : []),
    ...specialNames(member),
  ]);
}

/** Regular expressions, at any depth. */
function patternsIn(value: unknown): readonly string[] {
  return membersOf(value).flatMap(([name, member]) =>
    name === "$matches" || name === "$names" ? [String(member)] : patternsIn(member),
  );
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value)
    ? Object.entries(value)
    : [];
}
