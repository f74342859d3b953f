import { missingTool } from "@stdfn/test-support";
import { testCandidate } from "./candidate-checks.ts";

const missing = missingTool("python3");
const recorded = ["RT-SES-000*", "RT-PIP-000*"];
testCandidate({ name: "python-runtime", suite: "runtime", missing, recorded });
