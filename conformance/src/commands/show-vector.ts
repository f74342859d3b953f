import process from "node:process";
import { VectorStore } from "../vector-store.ts";
import { vectorText } from "../vector-text.ts";

/** Prints a vector: as its file holds it, or for people. */
export function showVector(id: string, asJson: boolean): void {
  const store = new VectorStore();
  const vector = store.get(id);
  process.stdout.write(
    asJson ? `${JSON.stringify(vector)}\n` : vectorText(vector, store.get(vector.twin)),
  );
}
