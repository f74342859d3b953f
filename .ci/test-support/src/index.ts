export { missingTool, type ToolName, toolIsPresent, tools } from "./missing-tool.ts";
export { type PythonWithProtobuf, pythonWithProtobuf } from "./python-with-protobuf.ts";
