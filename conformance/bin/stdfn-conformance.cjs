#!/usr/bin/env node
// The command line, and nothing that its commands need: each of them is loaded when it is asked for. This file is
// CommonJS and imports nothing beforehand, because the loader of modules takes as long to start as all of it.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Command, CommanderError } = require("commander");

/** Those exit statuses of `src/exit-status.ts` that no command sets. */
const exitStatus = { usage: 2, kit: 3 };

/** Every command in the order of the help, with what makes the whole of it. */
const commands = {
  function: {
    summary: "judge a function",
    load: async () => (await import("../dist/src/commands/function.js")).functionCommand(),
  },
  runtime: {
    summary: "judge a runtime",
    load: async () => (await import("../dist/src/commands/runtime.js")).runtimeCommand(),
  },
  codec: {
    summary: "judge a codec by the golden vectors",
    load: async () => (await import("../dist/src/commands/codec.js")).codecCommand(),
  },
  doctor: {
    summary: "find out why a candidate cannot be judged",
    load: async () => (await import("../dist/src/commands/doctor.js")).doctorCommand(),
  },
  repro: {
    summary: "perform one case and show everything",
    load: async () => (await import("../dist/src/commands/repro.js")).reproCommand(),
  },
  explain: {
    summary: "explain a case, a vector, a requirement, an error code or an exit status",
    load: async () => (await import("../dist/src/commands/explain.js")).explainCommand(),
  },
  report: {
    summary: "turn reports into another form",
    load: async () => (await import("../dist/src/commands/report.js")).reportCommand(),
  },
  diff: {
    summary: "compare two reports",
    load: async () => (await import("../dist/src/commands/diff.js")).diffCommand(),
  },
  coverage: {
    summary: "show which requirements are checked",
    load: async () => (await import("../dist/src/commands/coverage.js")).coverageCommand(),
  },
  baseline: {
    summary: "keep the file of known failures",
    load: async () => (await import("../dist/src/commands/baseline.js")).baselineCommand(),
  },
  claim: {
    summary: "claim conformance to a profile by a report",
    load: async () => (await import("../dist/src/commands/claim.js")).claimCommand(),
  },
  verify: {
    summary: "verify a claim",
    load: async () => (await import("../dist/src/commands/verify.js")).verifyCommand(),
  },
  list: {
    summary: "list the vectors, the cases or the profiles",
    load: async () => (await import("../dist/src/commands/list.js")).listCommand(),
  },
  show: {
    summary: "show one vector, case or profile",
    load: async () => (await import("../dist/src/commands/show.js")).showCommand(),
  },
  schema: {
    summary: "print a JSON Schema",
    load: async () => (await import("../dist/src/commands/schema.js")).schemaCommand(),
  },
  export: {
    summary: "write vectors and cases as plain files",
    load: async () => (await import("../dist/src/commands/export.js")).exportCommand(),
  },
  "self-test": {
    summary: "prove that the kit judges right on this machine",
    load: async () => (await import("../dist/src/commands/self-test.js")).selfTestCommand(),
  },
};

const help = `
Examples:
  $ stdfn-conformance doctor -- ./my-function
  $ stdfn-conformance function -- ./my-function
  $ stdfn-conformance repro FN-SES-0048 -- ./my-function
  $ stdfn-conformance explain SES-068

Exit status: 0 as asked, and what is judged conforms; 1 it does not; 2 usage; 3 the kit itself is broken;
4 the baseline is stale; 5 nothing was shown; 130 interrupted.`;

/** Whether there is nothing more to be done, so that a status of 0 is true. */
let isDone = false;

process.on("uncaughtException", (error) => process.exit(told(error)));
process.on("exit", (status) => {
  if (isDone || status !== 0) return;
  process.exitCode = told(new Error("the command has ended without an answer"));
});
process.stdout.on("error", (error) => {
  // A reader that has seen enough, such as head, is no failure, but what is cut short for it shows nothing.
  isDone = error.code === "EPIPE";
  if (isDone) process.exit();
  process.stderr.write(
    `stdfn-conformance: cannot write to standard output: ${error.message}; free some space, or write it elsewhere\n`,
  );
  process.exit(exitStatus.kit);
});
// Nobody is left to tell.
process.stderr.on("error", () => {});
void run(process.argv.slice(2)).then(() => {
  isDone = true;
});

async function run(args) {
  try {
    const program = await programFor(args);
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) process.exitCode = told(error);
    else if (error.exitCode !== 0) process.exitCode = exitStatus.usage;
  }
}

/** The command line with the one command whole that is asked for: no option before it takes a value. */
async function programFor(args) {
  const program = new Command("stdfn-conformance")
    .description("The conformance kit of Stdfn, the standard function interface.")
    .version(version(), "--version", "print the version")
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText("after", help)
    .configureHelp({ subcommandTerm: (command) => command.name() });
  const asked = args.find((arg) => !arg.startsWith("-"));
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = name === asked ? await load() : new Command(name).summary(summary);
    program.addCommand(endingHere(command));
  }
  return endingHere(program);
}

/** A command that ends by an error here and never by itself. */
function endingHere(command) {
  const path = command.name() === "stdfn-conformance" ? "" : ` ${command.name()}`;
  return command
    .helpOption("--help", "print this help")
    .showHelpAfterError(`(stdfn-conformance${path} --help lists what there is)`)
    .exitOverride();
}

function version() {
  return JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")).version;
}

/** Tells people what a command has met, which is never taken for a verdict. Returns the exit status. */
function told(error) {
  const isOfKit = error?.name === "KitError";
  const text = isOfKit ? error.message : (limitText(error) ?? defectText(error));
  process.stderr.write(`stdfn-conformance: ${text}\n`);
  return isOfKit ? error.status : exitStatus.kit;
}

/** What to do where the system gives no more descriptors, which is no defect; undefined for anything else. */
function limitText(error) {
  if (error?.code !== "EMFILE" && error?.code !== "ENFILE") return undefined;
  return `too many files are open, and this says nothing of the candidate: raise the limit of open files, such as with \`ulimit -n 1024\`, or lower --jobs (${error.message})`;
}

/** A defect in one line, with the place where it was met. */
function defectText(error) {
  const [what = String(error), where] =
    error instanceof Error ? (error.stack ?? "").split(/\n\s+/) : [];
  return `this is a defect of the kit, and says nothing of the candidate: ${what}${where === undefined ? "" : ` ${where}`}; please report it with the command and --seed`;
}
