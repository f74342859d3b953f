import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import { execa } from "execa";
import t from "tap";
import { VectorStore } from "../src/vector-store.ts";

const maker = fileURLToPath(new URL("../../vectors/make/make.mjs", import.meta.url));

t.test(
  "the vectors are what the tables beside them say",
  { skip: missingTool("protoc") },
  async (t) => {
    const { exitCode, stderr } = await execa(process.execPath, [maker, "--check"], {
      reject: false,
    });
    t.match({ exitCode, stderr }, { exitCode: 0, stderr: /^$/ });
  },
);

t.test("the vectors reach into every corner", async (t) => {
  const vectors = new VectorStore().select({});
  const count = (test: (vector: (typeof vectors)[number]) => boolean): number =>
    vectors.filter(test).length;
  for (const format of ["protobuf", "json"]) {
    const own = vectors.filter(({ id }) => id.startsWith(`${format}/`));
    const kinds = new Set(
      own.flatMap((vector) => (vector.level === "record" ? [vector.kind] : [])),
    );
    t.equal(kinds.size, 13, `${format}: bodies of every kind`);
    const faults = new Set(
      own.flatMap((vector) =>
        "fault" in vector && vector.fault !== undefined ? [vector.fault] : [],
      ),
    );
    // A program that offers one format only, or one mode only, is judged by cases: bytes alone do not decide.
    for (const fault of [
      "empty",
      "truncated",
      "no-preface",
      "misplaced-preface",
      "major",
      "mode",
      "foreign",
      "too-long",
      "malformed",
      "invalid",
      "duplicate",
      "order",
    ])
      t.ok(faults.has(fault), `${format}: a vector with the fault ${fault}`);
  }
  t.ok(count((vector) => vector.level === "stream" && vector.mode === "session") > 20, "sessions");
  t.ok(count((vector) => vector.level === "frame") > 80, "frames");
  t.ok(count((vector) => vector.level === "conversion") > 30, "conversions");
  t.ok(count((vector) => vector.level === "equality") > 20, "equalities");
});
