import { VectorSet } from "../vector-set.mjs";
import { addConversions } from "./conversions.mjs";
import { addEqualities } from "./equalities.mjs";

export const vectors = new VectorSet("conversion");
for (const add of [addConversions, addEqualities]) add(vectors);
