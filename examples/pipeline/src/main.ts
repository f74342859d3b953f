import { serve } from "@stdfn/sdk";
import { compress } from "./gzip-wrapper.ts";

serve(compress, {
  name: "gzip-wrapper",
  version: "1.0.0",
  modes: ["pipe"],
  produces: [{ type: "com.example.compressed", contentType: "application/gzip" }],
});
