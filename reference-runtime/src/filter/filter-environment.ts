import { type CloudEvent, type Context, limits } from "@stdfn/schemas";
import { showBytes } from "@stdfn/schemas/codec";
import { RuntimeError } from "../runtime-error.ts";

const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

/** Members of the context that filter mode exports, with their variables: the registry of environment variables. */
const contextVariables = {
  invocationId: "STDFN_CTX_INVOCATION_ID",
  functionName: "STDFN_CTX_FUNCTION_NAME",
  functionVersion: "STDFN_CTX_FUNCTION_VERSION",
  deadlineMs: "STDFN_CTX_DEADLINE_MS",
  idempotencyKey: "STDFN_CTX_IDEMPOTENCY_KEY",
  tenant: "STDFN_CTX_TENANT",
  principal: "STDFN_CTX_PRINCIPAL",
  trigger: "STDFN_CTX_TRIGGER",
  traceparent: "STDFN_CTX_TRACEPARENT",
  tracestate: "STDFN_CTX_TRACESTATE",
} as const satisfies Partial<Record<keyof Context, string>>;

/**
 * The `STDFN_*` variables of one invocation: FLT-008 to FLT-018. No value is shortened, dropped or changed.
 *
 * @param remainingMs what is left now; undefined: no deadline
 * @param facts the members of the context that need the manifest's consent and have it
 * @throws RuntimeError `input_invalid` or `input_too_large`, naming the variable
 */
export function filterEnvironment(
  event: CloudEvent,
  context: Context,
  remainingMs: number | undefined,
  facts: readonly ("tenant" | "principal")[],
): Record<string, string> {
  const variables: Record<string, string> = { STDFN_MODE: "filter" };
  const { extensions, data: _data, ...attributes } = event;
  for (const [name, value] of Object.entries({ ...attributes, ...extensions }))
    if (value !== undefined) variables[`STDFN_EVENT_${name.toUpperCase()}`] = String(value);
  for (const [member, variable] of Object.entries(contextVariables)) {
    const value = context[member as keyof typeof contextVariables];
    if (value === undefined) continue;
    if ((member === "tenant" || member === "principal") && !facts.includes(member)) continue;
    variables[variable] = String(value);
  }
  variables["STDFN_CTX_ATTEMPT"] = String(context.attempt || 1);
  if (remainingMs !== undefined)
    variables["STDFN_CTX_REMAINING_MS"] = String(Math.max(0, Math.floor(remainingMs)));
  check(variables);
  return variables;
}

function check(variables: Readonly<Record<string, string>>): void {
  let total = 0;
  for (const [name, value] of Object.entries(variables)) {
    const length = Buffer.byteLength(value);
    total += name.length + length;
    if (controlCharacter.test(value))
      throw new RuntimeError(
        "input_invalid",
        `${name} cannot be set: its value ${showBytes(Buffer.from(value), 64)} holds a control character, which no environment variable of filter mode may carry; remove it, or use pipe or session mode`,
      );
    if (length > limits.env_value.value)
      throw new RuntimeError(
        "input_too_large",
        `${name} cannot be set: its value has ${length} bytes, allowed are ${limits.env_value.value}; shorten it, or use pipe or session mode`,
      );
  }
  if (total > limits.env_total.value)
    throw new RuntimeError(
      "input_too_large",
      `the STDFN_ variables have ${total} bytes of names and values, allowed are ${limits.env_total.value}; use fewer attributes, or pipe or session mode`,
    );
}
