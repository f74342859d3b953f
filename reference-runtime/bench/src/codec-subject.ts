import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { protobufCodec, StreamReader } from "@stdfn/schemas/codec";
import { call } from "./call.ts";
import type { Subject } from "./measure.ts";

const calls = 100_000;
const wholeCall = { context: call.context, event: call.event, end: {} };

/** Encode and decode a second of a whole call frame by the project's codec, checks and all. */
export function ownCodec(): Subject {
  const reader = new StreamReader({ mode: "session" });
  reader.push(protobufCodec.preface);
  reader.next();
  return {
    name: "codec",
    async round() {
      return rate(() => {
        reader.push(protobufCodec.encodeFrame(1, wholeCall));
        const item = reader.next();
        if (item?.type !== "frame") throw new Error("the frame did not come back");
        for (const { kind, body } of item.records) protobufCodec.decode(kind, body);
      });
    },
    async close() {},
  };
}

interface StockFrame {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

/** The same frame by protobufjs static code for the whole schema, as its generator writes it. */
export async function stockCodec(): Promise<Subject> {
  const generator = fileURLToPath(import.meta.resolve("@stdfn/schemas/package.json")).replace(
    /package\.json$/,
    "scripts/generate.mjs",
  );
  const folder = fileURLToPath(new URL("./stock/", import.meta.url));
  execFileSync(process.execPath, [generator, "--stock", folder], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const module = (await import(new URL("./stock/whole-schema.js", import.meta.url).href)) as {
    readonly stdfn: { readonly v1: { readonly Frame: StockFrame } };
  };
  const { Frame } = module.stdfn.v1;
  const framed = protobufCodec.encodeFrame(1, wholeCall);
  const head = framed.length > 129 ? 3 : 2;
  const message = Frame.decode(framed.subarray(head));
  return {
    name: "protobufjs static",
    async round() {
      return rate(() => {
        Frame.decode(Frame.encode(message).finish());
      });
    },
    async close() {},
  };
}

function rate(once: () => void): number {
  // Processor time: the work is on one thread, and what else the machine does is none of its business.
  const began = process.cpuUsage();
  for (let index = 0; index < calls; index += 1) once();
  const { user, system } = process.cpuUsage(began);
  return calls / ((user + system) / 1e6);
}
