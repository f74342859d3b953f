import { http } from "@google-cloud/functions-framework";

/** The peer: the smallest echo that Google's functions framework can serve. */
http("echo", (request, response) => {
  response.set("content-type", "application/octet-stream").send(request.rawBody ?? Buffer.alloc(0));
});
