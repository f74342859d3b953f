#!/usr/bin/env node
// Enters the ids of new cases and vectors into the ledger, or with --check proves that it holds all of them. An id is
// never taken out: whoever removes a case or a vector moves its id to "retired" by hand, with the reason.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { CaseStore } from "../dist/src/case/case-store.js";
import {
  ledgerPath,
  ledgerProblems,
  ledgerText,
  readLedger,
  withNewIds,
} from "../dist/src/traceability/id-ledger.js";
import { VectorStore } from "../dist/src/vector-store.js";

const [option, ...rest] = process.argv.slice(2);
if ((option !== undefined && option !== "--check") || rest.length > 0) {
  process.stderr.write("usage: node conformance/scripts/ids.mjs [--check]\n");
  process.exit(64);
}
const present = { cases: new CaseStore().ids, vectors: new VectorStore().ids };
const before = readLedger();
const ledger = option === undefined ? withNewIds(before, present) : before;
if (option === undefined) writeFileSync(ledgerPath, ledgerText(ledger));
for (const problem of ledgerProblems(ledger, present)) {
  process.stderr.write(`conformance/ids.json: ${problem}\n`);
  process.exitCode = 1;
}
