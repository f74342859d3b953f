/** Framing major of the Stdfn wire format this SDK speaks: the number in every stream's preface. */
export const FRAMING_MAJOR: number = 1;
