// Greets on standard output before it speaks the protocol.
import process from "node:process";
import { wrap } from "./wrapped.js";

if (process.env.STDFN_MODE !== "describe") process.stdout.write("Listening…\n");
wrap((line) => line);
