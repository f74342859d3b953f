import { VectorSet } from "../vector-set.mjs";
import { addBodies } from "./bodies.mjs";
import { addEvents } from "./events.mjs";
import { addFrames } from "./frames.mjs";
import { addLimits } from "./limits.mjs";
import { addPipes } from "./pipes.mjs";
import { addPrefaces } from "./prefaces.mjs";
import { addSessions } from "./sessions.mjs";

export const vectors = new VectorSet("json");
for (const add of [addPrefaces, addPipes, addSessions, addFrames, addBodies, addEvents, addLimits])
  add(vectors);
