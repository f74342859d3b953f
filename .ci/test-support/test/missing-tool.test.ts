import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missingTool, type ToolName, toolIsPresent, tools } from "@stdfn/test-support";
import t from "tap";

t.test("a program counts as present only where it is an executable file", (t) => {
  const folder = t.testdir();
  writeFileSync(join(folder, "present"), "#!/bin/sh\n");
  chmodSync(join(folder, "present"), 0o755);
  mkdirSync(join(folder, "folder"));
  const cases: ReadonlyArray<readonly [string, string, boolean]> = [
    ["present", folder, true],
    ["present", `/nonexistent:${folder}`, true],
    ["absent", folder, false],
    ["folder", folder, false],
    ["present", "", false],
  ];
  for (const [name, path, expected] of cases) {
    t.equal(
      toolIsPresent(name, path),
      expected,
      `${name} in ${path === "" ? "an empty PATH" : "PATH"}`,
    );
  }
  t.end();
});

t.test("a missing program skips at a desk and fails in CI, by name", (t) => {
  for (const name of Object.keys(tools) as ToolName[]) {
    const reason = missingTool(name, { PATH: "/nonexistent" });
    t.match(reason, new RegExp(`^${name} is not on the PATH`));
    t.match(reason, tools[name].debian);
    t.throws(() => missingTool(name, { PATH: "/nonexistent", CI: "true" }), {
      message: /CI=true requires it/,
    });
  }
  t.throws(() => missingTool("abacus" as ToolName), { message: /"abacus".*lists protoc, jq/ });
  t.end();
});

t.test("a program that is present never skips, in CI or not", (t) => {
  const folder = t.testdir({ jq: "#!/bin/sh\n" });
  chmodSync(join(folder, "jq"), 0o755);
  t.equal(missingTool("jq", { PATH: folder }), false);
  t.equal(missingTool("jq", { PATH: folder, CI: "true" }), false);
  t.end();
});
