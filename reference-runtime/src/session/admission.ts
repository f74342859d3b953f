import type { InstanceState } from "../instance.ts";
import { RuntimeError } from "../runtime-error.ts";

/** What decides whether a process takes one more invocation. */
export interface Admission {
  readonly state: InstanceState;
  readonly live: number;
  readonly capacity: number;
  /** The tenant served so far; undefined before the first invocation. */
  readonly served: { readonly tenant: string | undefined } | undefined;
  readonly sharedByTenants: boolean;
}

/** Why an invocation for this tenant is not taken; undefined if it is. */
export function refusal(
  { state, live, capacity, served, sharedByTenants }: Admission,
  tenant: string | undefined,
): RuntimeError | undefined {
  if (state !== "open")
    return new RuntimeError(
      "not_accepting",
      `the instance is ${state} and takes no more invocations; use another one`,
    );
  if (live >= capacity)
    return new RuntimeError(
      "at_capacity",
      `all ${capacity} places of the instance are taken; wait for one of its invocations, or use another instance`,
    );
  if (served !== undefined && served.tenant !== tenant && !sharedByTenants)
    return new RuntimeError(
      "other_tenant",
      `the instance has served ${tenantName(served.tenant)} and takes nothing for ${tenantName(tenant)}; use another instance, or say "sharing": "tenants" in the manifest`,
    );
  return undefined;
}

function tenantName(name: string | undefined): string {
  return name === undefined ? "no tenant" : `tenant ${JSON.stringify(name)}`;
}
