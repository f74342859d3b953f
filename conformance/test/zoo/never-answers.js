// Reads everything and never says a word.
import process from "node:process";
import { describe } from "./speech.js";

describe();
process.stdin.resume();
