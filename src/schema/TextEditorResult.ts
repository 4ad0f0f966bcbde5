/**
 * Results of the text editor of code execution.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { Unknown } from "./Unknown.js"
import { openString, optionalNull, struct } from "./internal/struct.js"

/**
 * Why an edit failed.
 *
 * @since 0.1.0
 * @category models
 */
export type TextEditorErrorCode =
  | "invalid_tool_input"
  | "unavailable"
  | "too_many_requests"
  | "execution_time_exceeded"
  | "file_not_found"
  | (string & {})

/**
 * Schema of `TextEditorErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorErrorCode = openString<TextEditorErrorCode>("TextEditorErrorCode")

/**
 * What kind of file was viewed.
 *
 * @since 0.1.0
 * @category models
 */
export type TextEditorFileType = "text" | "image" | "pdf" | (string & {})

/**
 * Schema of `TextEditorFileType`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorFileType = openString<TextEditorFileType>("TextEditorFileType")

/**
 * A viewed file.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorViewResult {
  readonly type: "text_editor_code_execution_view_result"
  readonly content: string
  readonly file_type: TextEditorFileType
  readonly num_lines?: number | null | undefined
  readonly start_line?: number | null | undefined
  readonly total_lines?: number | null | undefined
}

/**
 * Schema of `TextEditorViewResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorViewResult = struct<TextEditorViewResult>("TextEditorViewResult", () => ({
  type: Schema.Literal("text_editor_code_execution_view_result"),
  content: Schema.String,
  file_type: TextEditorFileType,
  num_lines: optionalNull(Schema.Number),
  start_line: optionalNull(Schema.Number),
  total_lines: optionalNull(Schema.Number)
}))

/**
 * A created file.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorCreateResult {
  readonly type: "text_editor_code_execution_create_result"
  readonly is_file_update: boolean
}

/**
 * Schema of `TextEditorCreateResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorCreateResult = struct<TextEditorCreateResult>("TextEditorCreateResult", () => ({
  type: Schema.Literal("text_editor_code_execution_create_result"),
  is_file_update: Schema.Boolean
}))

/**
 * An edited file.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorStrReplaceResult {
  readonly type: "text_editor_code_execution_str_replace_result"
  readonly lines?: ReadonlyArray<string> | null | undefined
  readonly new_lines?: number | null | undefined
  readonly new_start?: number | null | undefined
  readonly old_lines?: number | null | undefined
  readonly old_start?: number | null | undefined
}

/**
 * Schema of `TextEditorStrReplaceResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorStrReplaceResult = struct<TextEditorStrReplaceResult>("TextEditorStrReplaceResult", () => ({
  type: Schema.Literal("text_editor_code_execution_str_replace_result"),
  lines: optionalNull(Schema.Array(Schema.String)),
  new_lines: optionalNull(Schema.Number),
  new_start: optionalNull(Schema.Number),
  old_lines: optionalNull(Schema.Number),
  old_start: optionalNull(Schema.Number)
}))

/**
 * An edit that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorCodeExecutionToolResultError {
  readonly type: "text_editor_code_execution_tool_result_error"
  readonly error_code: TextEditorErrorCode
  readonly error_message?: string | null | undefined
}

/**
 * Schema of `TextEditorCodeExecutionToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorCodeExecutionToolResultError = struct<TextEditorCodeExecutionToolResultError>(
  "TextEditorCodeExecutionToolResultError",
  () => ({
    type: Schema.Literal("text_editor_code_execution_tool_result_error"),
    error_code: TextEditorErrorCode,
    error_message: optionalNull(Schema.String)
  })
)

/**
 * The outcome of an edit.
 *
 * @since 0.1.0
 * @category models
 */
export type TextEditorToolResultContent =
  | TextEditorViewResult
  | TextEditorCreateResult
  | TextEditorStrReplaceResult
  | TextEditorCodeExecutionToolResultError
  | Unknown

/**
 * Schema of `TextEditorToolResultContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorToolResultContent: Schema.Schema<TextEditorToolResultContent> = Schema.Union(
  TextEditorViewResult,
  TextEditorCreateResult,
  TextEditorStrReplaceResult,
  TextEditorCodeExecutionToolResultError,
  Unknown
)

/**
 * The result of an edit, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorCodeExecutionToolResultBlockParam {
  readonly type: "text_editor_code_execution_tool_result"
  readonly tool_use_id: string
  readonly content: TextEditorToolResultContent
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `TextEditorCodeExecutionToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorCodeExecutionToolResultBlockParam = struct<TextEditorCodeExecutionToolResultBlockParam>(
  "TextEditorCodeExecutionToolResultBlockParam",
  () => ({
    type: Schema.Literal("text_editor_code_execution_tool_result"),
    tool_use_id: Schema.String,
    content: TextEditorToolResultContent,
    cache_control: optionalNull(CacheControl)
  })
)
