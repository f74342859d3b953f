import { VectorSet } from "../vector-set.mjs";
import { addContexts } from "./contexts.mjs";
import { addControls } from "./controls.mjs";
import { addEvents } from "./events.mjs";
import { addFrames } from "./frames.mjs";
import { addLimits } from "./limits.mjs";
import { addOutcomes } from "./outcomes.mjs";
import { addPipes } from "./pipes.mjs";
import { addPrefaces } from "./prefaces.mjs";
import { addSessions } from "./sessions.mjs";

export const vectors = new VectorSet("protobuf");
for (const add of [
  addPrefaces,
  addPipes,
  addSessions,
  addFrames,
  addContexts,
  addEvents,
  addOutcomes,
  addControls,
  addLimits,
])
  add(vectors);
