import { serve } from "@stdfn/sdk";
import { thumbnail } from "./thumbnail.ts";

serve(thumbnail, {
  name: "thumbnail",
  version: "1.0.0",
  concurrency: 4,
  produces: [{ type: "com.example.thumbnail", contentType: "image/jpeg" }],
});
