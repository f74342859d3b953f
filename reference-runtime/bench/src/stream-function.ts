import { serve } from "@stdfn/sdk";

/** Streams what it is streamed. */
serve((event) => ({ specversion: "1.0", data: event.stream() }), {
  name: "stream",
  version: "1.0.0",
});
