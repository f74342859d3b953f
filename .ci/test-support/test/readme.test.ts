import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";

const root = new URL("../../../../", import.meta.url);
const readme: string = readFileSync(new URL("README.md", root), "utf8");
const errorCodes: string = readFileSync(new URL("spec/registries/error-codes.yaml", root), "utf8");

/** The text of the README's one fenced block with this information string. */
function block(info: string): string {
  const found = readme.split(`\n\`\`\`${info}\n`);
  if (found.length !== 2) throw new Error(`README.md has ${found.length - 1} blocks "${info}"`);
  return (found[1] ?? "").split("\n```")[0] ?? "";
}

t.test("the filter of the README greets whom it is given", (t) => {
  const folder = t.testdir({ "hello.sh": block("sh filter") });
  const { stdout, status } = spawnSync("sh", [join(folder, "hello.sh")], { input: "World" });
  t.equal(stdout.toString(), "Hello, World!");
  t.equal(status, 0);
  t.end();
});

t.test(
  "the pipe function of the README answers as shown, and never takes a torn stream for whole",
  (t) => {
    const folder = t.testdir({ "hello.sh": `${block("sh pipe")}\n` });
    const [command = "", ...shown] = block("console").split("\n");
    const answer = spawnSync("sh", ["-c", command.replace(/^\$ /, "")], { cwd: folder });
    t.equal(answer.stdout.toString(), `${shown.join("\n")}\n`, "as shown");
    t.equal(answer.status, 0);
    const torn = spawnSync("sh", ["hello.sh"], { cwd: folder, input: '{"stdfn":"1"}\n' });
    t.match(torn.stdout.toString().split("\n").at(-2), '{"error":{"code":"data_loss"');
    t.equal(torn.status, 65);
    t.end();
  },
);

t.test("the pipe function of the README passes an error on, with the status of its code", (t) => {
  const folder = t.testdir({ "hello.sh": `${block("sh pipe")}\n` });
  const codes = [...errorCodes.matchAll(/\bcode: (\w+), .*\bexit: (\d+)/g)];
  t.equal(codes.length, 16);
  for (const [, code = "", status] of codes) {
    const record = `{"error":{"message":"not \\"code\\":\\"cancelled\\"","code":"${code}"}}`;
    const input = `{"stdfn":"1"}\n${record}`;
    const answer = spawnSync("sh", ["hello.sh"], { cwd: folder, input });
    t.equal(answer.stdout.toString(), `{"stdfn":"1"}\n${record}\n`, `${code}: as it is`);
    t.equal(answer.status, Number(status), `${code}: its status`);
  }
  t.end();
});
