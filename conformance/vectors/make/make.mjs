#!/usr/bin/env node
// Writes every golden vector from the tables beside this file, or with --check proves that the files are those.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const usage = `Usage: node conformance/vectors/make/make.mjs [--check]

  (no option)  write the vectors anew; needs protoc
  --check      write nothing; exit 1 naming each vector that is not what would be written

Valid protobuf bytes come from \`protoc --encode\`; JSON, and bytes that no encoder would write, are
written by hand in the tables of this folder.
`;

const [option, ...rest] = process.argv.slice(2);
if (option === "--help") {
  process.stdout.write(usage);
} else if (rest.length > 0 || (option !== undefined && option !== "--check")) {
  process.stderr.write(`unknown arguments ${JSON.stringify(process.argv.slice(2))}\n\n${usage}`);
  process.exitCode = 64;
} else {
  await make(option === "--check");
}

async function make(checkOnly) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const wanted = new Map();
  for (const name of ["protobuf", "json", "conversion"]) {
    const { vectors } = await import(`./${name}/index.mjs`);
    for (const [id, vector] of vectors.finish())
      wanted.set(`${id}.json`, `${JSON.stringify(vector, null, 2)}\n`);
  }
  const present = ["protobuf", "json", "conversion"].flatMap((format) =>
    existsSync(join(root, format))
      ? readdirSync(join(root, format), { recursive: true })
          .filter((file) => file.endsWith(".json"))
          .map((file) => `${format}/${file}`)
      : [],
  );
  const obsolete = present.filter((file) => !wanted.has(file));
  const changed = [...wanted].filter(
    ([file, text]) => !present.includes(file) || readFileSync(join(root, file), "utf8") !== text,
  );
  if (checkOnly) {
    for (const file of [...obsolete, ...changed.map(([name]) => name)])
      process.stderr.write(`stale: ${relative(process.cwd(), join(root, file))}\n`);
    if (obsolete.length + changed.length > 0) {
      process.stderr.write("run `node conformance/vectors/make/make.mjs` and commit the result\n");
      process.exitCode = 1;
    }
    return;
  }
  for (const file of obsolete) rmSync(join(root, file));
  for (const [file, text] of changed) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  process.stdout.write(`${wanted.size} vectors, ${changed.length} written, ${obsolete.length} removed\n`);
}
