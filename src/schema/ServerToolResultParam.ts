/**
 * Results of server tools, as they are sent back in later requests.
 *
 * @since 0.1.0
 */

export * from "./CodeExecutionResult.js"
export * from "./TextEditorResult.js"
export * from "./ToolSearchResult.js"
export * from "./WebToolResultParam.js"
