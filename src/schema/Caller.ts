/**
 * Who called a tool.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Unknown } from "./Unknown.js"
import { struct } from "./internal/struct.js"

/**
 * The model called the tool itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface DirectCaller {
  readonly type: "direct"
}

/**
 * Schema of `DirectCaller`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DirectCaller = struct<DirectCaller>("DirectCaller", () => ({
  type: Schema.Literal("direct")
}))

/**
 * The tool was called from code that ran in code execution, version 20250825.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionCaller20250825 {
  readonly type: "code_execution_20250825"
  /** The id of the `server_tool_use` block whose code made the call. */
  readonly tool_id: string
}

/**
 * Schema of `CodeExecutionCaller20250825`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionCaller20250825 = struct<CodeExecutionCaller20250825>("CodeExecutionCaller20250825", () => ({
  type: Schema.Literal("code_execution_20250825"),
  tool_id: Schema.String
}))

/**
 * The tool was called from code that ran in code execution, version 20260120.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionCaller20260120 {
  readonly type: "code_execution_20260120"
  /** The id of the `server_tool_use` block whose code made the call. */
  readonly tool_id: string
}

/**
 * Schema of `CodeExecutionCaller20260120`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionCaller20260120 = struct<CodeExecutionCaller20260120>("CodeExecutionCaller20260120", () => ({
  type: Schema.Literal("code_execution_20260120"),
  tool_id: Schema.String
}))

/**
 * Who called a tool: the model, or code that the model wrote.
 *
 * @since 0.1.0
 * @category models
 */
export type Caller = DirectCaller | CodeExecutionCaller20250825 | CodeExecutionCaller20260120 | Unknown

/**
 * Schema of `Caller`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Caller: Schema.Schema<Caller> = Schema.Union(
  DirectCaller,
  CodeExecutionCaller20250825,
  CodeExecutionCaller20260120,
  Unknown
)
