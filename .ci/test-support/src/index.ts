export { missingTool, type ToolName, toolIsPresent, tools } from "./missing-tool.ts";
export type { PythonEnvironment } from "./python-environment.ts";
export { pythonWithChecks, pythonWithProtobuf } from "./python-packages.ts";
