import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import type { Plain } from "./canonical-form.ts";

const folder = fileURLToPath(new URL("../../proto/", import.meta.url));

/** The schema as protobufjs's own parser reads it: no generated code, none of our codec. */
export const stockSchema: protobuf.Root = loadSchema();

/** An event as stock protobufjs reads it: plain, octets in base64. */
export function stockEvent(bytes: Uint8Array): Plain {
  const type = stockSchema.lookupType("io.cloudevents.v1.CloudEvent");
  return type.toObject(type.decode(bytes), { bytes: String, longs: String, oneofs: true });
}

/** What a stock event means, in canonical form: every attribute by its canonical string. */
export function stockMeaning(bytes: Uint8Array): Plain {
  const { spec_version, attributes, binary_data, text_data, data, ...required } = stockEvent(bytes);
  const named = Object.entries((attributes ?? {}) as Readonly<Record<string, Plain>>).map(
    ([name, value]) => [name, canonicalString(value)] as const,
  );
  const type = String(named.find(([name]) => name === "datacontenttype")?.[1]);
  return {
    ...required,
    specversion: spec_version,
    ...Object.fromEntries(named),
    ...(data === "binary_data" ? { data_base64: binary_data } : {}),
    ...(data === "text_data"
      ? { data: /[/+]json *(;|$)/i.test(type) ? JSON.parse(String(text_data)) : text_data }
      : {}),
  };
}

function canonicalString(value: Plain): unknown {
  const { attr } = value as { readonly attr: string };
  if (attr !== "ce_timestamp") return value[attr];
  const { seconds, nanos } = value[attr] as { readonly seconds?: string; readonly nanos?: number };
  const fraction = String(nanos ?? 0)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const whole = new Date(Number(seconds ?? 0) * 1000).toISOString().replace(".000Z", "");
  return `${whole}${fraction === "" ? "" : `.${fraction}`}Z`;
}

function loadSchema(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    protobuf.common.get(target) === null ? folder + target : target;
  root.loadSync("stdfn/v1/stdfn.proto", { keepCase: true, alternateCommentMode: true });
  root.resolveAll();
  return root;
}
