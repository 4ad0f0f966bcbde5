/**
 * Tools, and which of them the model may use.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import {
  BashTool20250124,
  CustomTool,
  MemoryTool20250818,
  TextEditorTool20250124,
  TextEditorTool20250429,
  TextEditorTool20250728
} from "./ClientTool.js"
import {
  CodeExecutionTool20250522,
  CodeExecutionTool20250825,
  CodeExecutionTool20260120,
  CodeExecutionTool20260521,
  ToolSearchToolBm2520251119,
  ToolSearchToolRegex20251119,
  WebFetchTool20250910,
  WebFetchTool20260209,
  WebFetchTool20260309,
  WebFetchTool20260318,
  WebSearchTool20250305,
  WebSearchTool20260209,
  WebSearchTool20260318
} from "./ServerTool.js"
import { BrowserToolset20260801, ComputerToolset20260801 } from "./Toolset.js"
import { Unknown } from "./Unknown.js"
import { struct } from "./internal/struct.js"

export * from "./ClientTool.js"
export * from "./ServerTool.js"

/**
 * A tool that the model may use.
 *
 * @since 0.1.0
 * @category models
 */
export type Tool =
  | CustomTool
  | BashTool20250124
  | TextEditorTool20250124
  | TextEditorTool20250429
  | TextEditorTool20250728
  | MemoryTool20250818
  | BrowserToolset20260801
  | ComputerToolset20260801
  | CodeExecutionTool20250522
  | CodeExecutionTool20250825
  | CodeExecutionTool20260120
  | CodeExecutionTool20260521
  | WebSearchTool20250305
  | WebSearchTool20260209
  | WebSearchTool20260318
  | WebFetchTool20250910
  | WebFetchTool20260209
  | WebFetchTool20260309
  | WebFetchTool20260318
  | ToolSearchToolBm2520251119
  | ToolSearchToolRegex20251119
  | Unknown

/**
 * Schema of `Tool`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Tool: Schema.Schema<Tool> = Schema.Union(
  CustomTool,
  BashTool20250124,
  TextEditorTool20250124,
  TextEditorTool20250429,
  TextEditorTool20250728,
  MemoryTool20250818,
  BrowserToolset20260801,
  ComputerToolset20260801,
  CodeExecutionTool20250522,
  CodeExecutionTool20250825,
  CodeExecutionTool20260120,
  CodeExecutionTool20260521,
  WebSearchTool20250305,
  WebSearchTool20260209,
  WebSearchTool20260318,
  WebFetchTool20250910,
  WebFetchTool20260209,
  WebFetchTool20260309,
  WebFetchTool20260318,
  ToolSearchToolBm2520251119,
  ToolSearchToolRegex20251119,
  Unknown
)

/**
 * The model decides whether to use a tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolChoiceAuto {
  readonly type: "auto"
  readonly disable_parallel_tool_use?: boolean | undefined
}

/**
 * Schema of `ToolChoiceAuto`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolChoiceAuto = struct<ToolChoiceAuto>("ToolChoiceAuto", () => ({
  type: Schema.Literal("auto"),
  disable_parallel_tool_use: Schema.optional(Schema.Boolean)
}))

/**
 * The model must use some tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolChoiceAny {
  readonly type: "any"
  readonly disable_parallel_tool_use?: boolean | undefined
}

/**
 * Schema of `ToolChoiceAny`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolChoiceAny = struct<ToolChoiceAny>("ToolChoiceAny", () => ({
  type: Schema.Literal("any"),
  disable_parallel_tool_use: Schema.optional(Schema.Boolean)
}))

/**
 * The model must use this tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolChoiceTool {
  readonly type: "tool"
  readonly name: string
  readonly disable_parallel_tool_use?: boolean | undefined
}

/**
 * Schema of `ToolChoiceTool`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolChoiceTool = struct<ToolChoiceTool>("ToolChoiceTool", () => ({
  type: Schema.Literal("tool"),
  name: Schema.String,
  disable_parallel_tool_use: Schema.optional(Schema.Boolean)
}))

/**
 * The model must use no tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolChoiceNone {
  readonly type: "none"
}

/**
 * Schema of `ToolChoiceNone`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolChoiceNone = struct<ToolChoiceNone>("ToolChoiceNone", () => ({
  type: Schema.Literal("none")
}))

/**
 * Whether and which tool the model uses.
 *
 * @since 0.1.0
 * @category models
 */
export type ToolChoice = ToolChoiceAuto | ToolChoiceAny | ToolChoiceTool | ToolChoiceNone | Unknown

/**
 * Schema of `ToolChoice`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolChoice: Schema.Schema<ToolChoice> = Schema.Union(
  ToolChoiceAuto,
  ToolChoiceAny,
  ToolChoiceTool,
  ToolChoiceNone,
  Unknown
)
