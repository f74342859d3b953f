// Says of everything that it cannot do that.
import { describe } from "./speech.js";

describe({ name: "skips-everything", modes: ["filter"], features: [] });
