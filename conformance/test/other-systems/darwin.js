// Makes a program take the paths of a system that is not Linux.
Object.defineProperty(process, "platform", { value: "darwin" });
