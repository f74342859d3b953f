/** Framing major of the Stdfn wire format this kit judges: the number in every stream's preface. */
export const FRAMING_MAJOR: number = 1;
