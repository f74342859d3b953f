import { testCandidate } from "./candidate-checks.ts";

const recorded = ["RT-SES-000*", "RT-PIP-000*"];
testCandidate({ name: "reference-runtime", suite: "runtime", missing: false, recorded });
