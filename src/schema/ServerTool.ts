/**
 * Tools that the API runs.
 *
 * @since 0.1.0
 */

export * from "./CodeExecutionTool.js"
export * from "./ToolSearchTool.js"
export * from "./WebFetchTool.js"
export * from "./WebSearchTool.js"
