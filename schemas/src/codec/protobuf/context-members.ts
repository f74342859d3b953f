import type { Context } from "../../model/context.ts";
import type { MemberAccess } from "./message.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Members of a context by field number. Every call has a context, and an access whose name stands in the program costs
 * a tenth of one whose name comes from a table.
 */
export const contextMembers: MemberAccess<Context> = {
  get(context, number) {
    switch (number) {
      case 1:
        return context.invocationId;
      case 2:
        return context.functionName;
      case 3:
        return context.functionVersion;
      case 4:
        return context.remainingMs;
      case 5:
        return context.deadlineMs;
      case 6:
        return context.attempt;
      case 7:
        return context.idempotencyKey;
      case 8:
        return context.tenant;
      case 9:
        return context.principal;
      case 10:
        return context.trigger;
      case 11:
        return context.traceparent;
      case 12:
        return context.tracestate;
      default:
        return context.extensions;
    }
  },
  set(context: Mutable<Context>, number, member) {
    switch (number) {
      case 1:
        context.invocationId = member as string;
        break;
      case 2:
        context.functionName = member as string;
        break;
      case 3:
        context.functionVersion = member as string;
        break;
      case 4:
        context.remainingMs = member as number;
        break;
      case 5:
        context.deadlineMs = member as bigint;
        break;
      case 6:
        context.attempt = member as number;
        break;
      case 7:
        context.idempotencyKey = member as string;
        break;
      case 8:
        context.tenant = member as string;
        break;
      case 9:
        context.principal = member as string;
        break;
      case 10:
        context.trigger = member as string;
        break;
      case 11:
        context.traceparent = member as string;
        break;
      case 12:
        context.tracestate = member as string;
        break;
      default:
        context.extensions = member as NonNullable<Context["extensions"]>;
    }
  },
};
