/**
 * Results of tool search, as they are sent back.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { CodeExecutionErrorCode } from "./CodeExecutionResult.js"
import { Unknown } from "./Unknown.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * A tool that is named so that the model may use it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolReferenceBlockParam {
  readonly type: "tool_reference"
  readonly tool_name: string
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `ToolReferenceBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolReferenceBlockParam = struct<ToolReferenceBlockParam>("ToolReferenceBlockParam", () => ({
  type: Schema.Literal("tool_reference"),
  tool_name: Schema.String,
  cache_control: optionalNull(CacheControl)
}))

/**
 * The tools that a tool search found, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchResultParam {
  readonly type: "tool_search_tool_search_result"
  readonly tool_references: ReadonlyArray<ToolReferenceBlockParam>
}

/**
 * Schema of `ToolSearchResultParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchResultParam = struct<ToolSearchResultParam>("ToolSearchResultParam", () => ({
  type: Schema.Literal("tool_search_tool_search_result"),
  tool_references: Schema.Array(ToolReferenceBlockParam)
}))

/**
 * A tool search that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchToolResultError {
  readonly type: "tool_search_tool_result_error"
  readonly error_code: CodeExecutionErrorCode
  readonly error_message?: string | null | undefined
}

/**
 * Schema of `ToolSearchToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolResultError = struct<ToolSearchToolResultError>("ToolSearchToolResultError", () => ({
  type: Schema.Literal("tool_search_tool_result_error"),
  error_code: CodeExecutionErrorCode,
  error_message: optionalNull(Schema.String)
}))

/**
 * The outcome of a tool search, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export type ToolSearchToolResultParamContent = ToolSearchResultParam | ToolSearchToolResultError | Unknown

/**
 * Schema of `ToolSearchToolResultParamContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolResultParamContent: Schema.Schema<ToolSearchToolResultParamContent> = Schema.Union(
  ToolSearchResultParam,
  ToolSearchToolResultError,
  Unknown
)

/**
 * The result of a tool search, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchToolResultBlockParam {
  readonly type: "tool_search_tool_result"
  readonly tool_use_id: string
  readonly content: ToolSearchToolResultParamContent
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `ToolSearchToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolResultBlockParam = struct<ToolSearchToolResultBlockParam>(
  "ToolSearchToolResultBlockParam",
  () => ({
    type: Schema.Literal("tool_search_tool_result"),
    tool_use_id: Schema.String,
    content: ToolSearchToolResultParamContent,
    cache_control: optionalNull(CacheControl)
  })
)
