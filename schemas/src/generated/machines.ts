// Generated from spec/machines by `npm run spec -- generate`. Do not edit.

/** Every lifecycle of the standard as data: for each state and each input, what happens. */
export const machines = {
} as const;

/** Name of a state machine. */
export type MachineName = keyof typeof machines;
