import { serve } from "@stdfn/sdk";

/** The function every session figure is taken with: a new event with the data it got. */
serve((event) => event.data, { name: "echo", version: "1.0.0", concurrency: 64 });
