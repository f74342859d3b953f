import { serve } from "@stdfn/sdk";
import { notify } from "./notify.ts";

serve(notify, {
  name: "notify",
  version: "1.0.0",
  modes: ["session", "pipe"],
  produces: [{ type: "com.example.change", contentType: "application/json" }],
});
