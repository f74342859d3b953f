export { missingTool, type ToolName, toolIsPresent, tools } from "./missing-tool.ts";
