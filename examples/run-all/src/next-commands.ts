/** What somebody who has seen the table can type, from the root of the repository. */
export const nextCommands: readonly string[] = [
  "npx stdfn run --file examples/thumbnail/landscape.jpg --attribute width=640 examples/thumbnail > thumb.jpg",
  "echo hello | npx stdfn run -- tr a-z A-Z",
  "npx stdfn run --json --file README.md --attribute subject=README.md examples/notify",
  "examples/pipeline/photo-event.sh examples/thumbnail/landscape.jpg | examples/pipeline/pipeline.sh",
];
