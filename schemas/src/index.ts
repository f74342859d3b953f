/** Framing major of the Stdfn wire format these schemas describe: the number in every stream's preface. */
export const FRAMING_MAJOR: number = 1;
