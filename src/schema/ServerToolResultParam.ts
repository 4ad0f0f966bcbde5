/**
 * Results of server tools, as they are sent back in later requests.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { Caller } from "./Caller.js"
import { DocumentBlockParam } from "./DocumentBlockParam.js"
import { Unknown } from "./Unknown.js"
import { openString, optionalNull, struct } from "./internal/struct.js"

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
export const ToolReferenceBlockParam: Schema.Schema<ToolReferenceBlockParam> = struct<ToolReferenceBlockParam>("ToolReferenceBlockParam", {
  type: Schema.Literal("tool_reference"),
  tool_name: Schema.String,
  cache_control: optionalNull(CacheControl)
})

/**
 * Why a web search failed.
 *
 * @since 0.1.0
 * @category models
 */
export type WebSearchErrorCode =
  | "invalid_tool_input"
  | "unavailable"
  | "max_uses_exceeded"
  | "too_many_requests"
  | "query_too_long"
  | "request_too_large"
  | (string & {})

/**
 * Schema of `WebSearchErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchErrorCode: Schema.Schema<WebSearchErrorCode> = openString<WebSearchErrorCode>("WebSearchErrorCode")

/**
 * A hit of a web search, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchResultParam {
  readonly type: "web_search_result"
  readonly url: string
  readonly title: string
  readonly encrypted_content: string
  readonly page_age?: string | null | undefined
}

/**
 * Schema of `WebSearchResultParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchResultParam: Schema.Schema<WebSearchResultParam> = struct<WebSearchResultParam>("WebSearchResultParam", {
  type: Schema.Literal("web_search_result"),
  url: Schema.String,
  title: Schema.String,
  encrypted_content: Schema.String,
  page_age: optionalNull(Schema.String)
})

/**
 * A web search that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchToolResultError {
  readonly type: "web_search_tool_result_error"
  readonly error_code: WebSearchErrorCode
}

/**
 * Schema of `WebSearchToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchToolResultError: Schema.Schema<WebSearchToolResultError> = struct<WebSearchToolResultError>("WebSearchToolResultError", {
  type: Schema.Literal("web_search_tool_result_error"),
  error_code: WebSearchErrorCode
})

/**
 * The hits of a web search, or its error, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export type WebSearchToolResultParamContent = WebSearchToolResultError | ReadonlyArray<WebSearchResultParam> | Unknown

/**
 * Schema of `WebSearchToolResultParamContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchToolResultParamContent: Schema.Schema<WebSearchToolResultParamContent> = Schema.Union(
  WebSearchToolResultError, Schema.Array(WebSearchResultParam), Unknown
)

/**
 * The result of a web search, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchToolResultBlockParam {
  readonly type: "web_search_tool_result"
  readonly tool_use_id: string
  readonly content: WebSearchToolResultParamContent
  readonly caller?: Caller | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `WebSearchToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchToolResultBlockParam: Schema.Schema<WebSearchToolResultBlockParam> = struct<WebSearchToolResultBlockParam>("WebSearchToolResultBlockParam", {
  type: Schema.Literal("web_search_tool_result"),
  tool_use_id: Schema.String,
  content: WebSearchToolResultParamContent,
  caller: Schema.optional(Caller),
  cache_control: optionalNull(CacheControl)
})

/**
 * Why a web fetch failed.
 *
 * @since 0.1.0
 * @category models
 */
export type WebFetchErrorCode =
  | "invalid_tool_input"
  | "url_too_long"
  | "url_not_allowed"
  | "url_not_in_prior_context"
  | "url_not_accessible"
  | "unsupported_content_type"
  | "too_many_requests"
  | "max_uses_exceeded"
  | "unavailable"
  | "content_too_large"
  | (string & {})

/**
 * Schema of `WebFetchErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchErrorCode: Schema.Schema<WebFetchErrorCode> = openString<WebFetchErrorCode>("WebFetchErrorCode")

/**
 * A fetched page, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchResultParam {
  readonly type: "web_fetch_result"
  readonly url: string
  readonly content: DocumentBlockParam
  /** RFC 3339. */
  readonly retrieved_at?: string | null | undefined
}

/**
 * Schema of `WebFetchResultParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchResultParam: Schema.Schema<WebFetchResultParam> = struct<WebFetchResultParam>("WebFetchResultParam", {
  type: Schema.Literal("web_fetch_result"),
  url: Schema.String,
  content: DocumentBlockParam,
  retrieved_at: optionalNull(Schema.String)
})

/**
 * A web fetch that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchToolResultError {
  readonly type: "web_fetch_tool_result_error"
  readonly error_code: WebFetchErrorCode
}

/**
 * Schema of `WebFetchToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchToolResultError: Schema.Schema<WebFetchToolResultError> = struct<WebFetchToolResultError>("WebFetchToolResultError", {
  type: Schema.Literal("web_fetch_tool_result_error"),
  error_code: WebFetchErrorCode
})

/**
 * A fetched page, or the error, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export type WebFetchToolResultParamContent = WebFetchResultParam | WebFetchToolResultError | Unknown

/**
 * Schema of `WebFetchToolResultParamContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchToolResultParamContent: Schema.Schema<WebFetchToolResultParamContent> = Schema.Union(
  WebFetchResultParam, WebFetchToolResultError, Unknown
)

/**
 * The result of a web fetch, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchToolResultBlockParam {
  readonly type: "web_fetch_tool_result"
  readonly tool_use_id: string
  readonly content: WebFetchToolResultParamContent
  readonly caller?: Caller | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `WebFetchToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchToolResultBlockParam: Schema.Schema<WebFetchToolResultBlockParam> = struct<WebFetchToolResultBlockParam>("WebFetchToolResultBlockParam", {
  type: Schema.Literal("web_fetch_tool_result"),
  tool_use_id: Schema.String,
  content: WebFetchToolResultParamContent,
  caller: Schema.optional(Caller),
  cache_control: optionalNull(CacheControl)
})

/**
 * Why code execution failed.
 *
 * @since 0.1.0
 * @category models
 */
export type CodeExecutionErrorCode =
  | "invalid_tool_input"
  | "unavailable"
  | "too_many_requests"
  | "execution_time_exceeded"
  | (string & {})

/**
 * Schema of `CodeExecutionErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionErrorCode: Schema.Schema<CodeExecutionErrorCode> = openString<CodeExecutionErrorCode>("CodeExecutionErrorCode")

/**
 * A file that the code made.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionOutput {
  readonly type: "code_execution_output"
  readonly file_id: string
}

/**
 * Schema of `CodeExecutionOutput`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionOutput: Schema.Schema<CodeExecutionOutput> = struct<CodeExecutionOutput>("CodeExecutionOutput", {
  type: Schema.Literal("code_execution_output"),
  file_id: Schema.String
})

/**
 * What the code printed and made.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionResult {
  readonly type: "code_execution_result"
  readonly stdout: string
  readonly stderr: string
  readonly return_code: number
  readonly content: ReadonlyArray<CodeExecutionOutput>
}

/**
 * Schema of `CodeExecutionResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionResult: Schema.Schema<CodeExecutionResult> = struct<CodeExecutionResult>("CodeExecutionResult", {
  type: Schema.Literal("code_execution_result"),
  stdout: Schema.String,
  stderr: Schema.String,
  return_code: Schema.Number,
  content: Schema.Array(CodeExecutionOutput)
})

/**
 * What the code made, with its output encrypted.
 *
 * @since 0.1.0
 * @category models
 */
export interface EncryptedCodeExecutionResult {
  readonly type: "encrypted_code_execution_result"
  readonly encrypted_stdout: string
  readonly stderr: string
  readonly return_code: number
  readonly content: ReadonlyArray<CodeExecutionOutput>
}

/**
 * Schema of `EncryptedCodeExecutionResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const EncryptedCodeExecutionResult: Schema.Schema<EncryptedCodeExecutionResult> = struct<EncryptedCodeExecutionResult>("EncryptedCodeExecutionResult", {
  type: Schema.Literal("encrypted_code_execution_result"),
  encrypted_stdout: Schema.String,
  stderr: Schema.String,
  return_code: Schema.Number,
  content: Schema.Array(CodeExecutionOutput)
})

/**
 * Code execution that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionToolResultError {
  readonly type: "code_execution_tool_result_error"
  readonly error_code: CodeExecutionErrorCode
}

/**
 * Schema of `CodeExecutionToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionToolResultError: Schema.Schema<CodeExecutionToolResultError> = struct<CodeExecutionToolResultError>("CodeExecutionToolResultError", {
  type: Schema.Literal("code_execution_tool_result_error"),
  error_code: CodeExecutionErrorCode
})

/**
 * The outcome of code execution.
 *
 * @since 0.1.0
 * @category models
 */
export type CodeExecutionToolResultContent =
  | CodeExecutionResult
  | EncryptedCodeExecutionResult
  | CodeExecutionToolResultError
  | Unknown

/**
 * Schema of `CodeExecutionToolResultContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionToolResultContent: Schema.Schema<CodeExecutionToolResultContent> = Schema.Union(
  CodeExecutionResult, EncryptedCodeExecutionResult, CodeExecutionToolResultError, Unknown
)

/**
 * The result of code execution, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionToolResultBlockParam {
  readonly type: "code_execution_tool_result"
  readonly tool_use_id: string
  readonly content: CodeExecutionToolResultContent
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `CodeExecutionToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionToolResultBlockParam: Schema.Schema<CodeExecutionToolResultBlockParam> = struct<CodeExecutionToolResultBlockParam>("CodeExecutionToolResultBlockParam", {
  type: Schema.Literal("code_execution_tool_result"),
  tool_use_id: Schema.String,
  content: CodeExecutionToolResultContent,
  cache_control: optionalNull(CacheControl)
})

/**
 * Why a bash command failed.
 *
 * @since 0.1.0
 * @category models
 */
export type BashCodeExecutionErrorCode =
  | "invalid_tool_input"
  | "unavailable"
  | "too_many_requests"
  | "execution_time_exceeded"
  | "output_file_too_large"
  | (string & {})

/**
 * Schema of `BashCodeExecutionErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BashCodeExecutionErrorCode: Schema.Schema<BashCodeExecutionErrorCode> = openString<BashCodeExecutionErrorCode>("BashCodeExecutionErrorCode")

/**
 * A file that a bash command made.
 *
 * @since 0.1.0
 * @category models
 */
export interface BashCodeExecutionOutput {
  readonly type: "bash_code_execution_output"
  readonly file_id: string
}

/**
 * Schema of `BashCodeExecutionOutput`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BashCodeExecutionOutput: Schema.Schema<BashCodeExecutionOutput> = struct<BashCodeExecutionOutput>("BashCodeExecutionOutput", {
  type: Schema.Literal("bash_code_execution_output"),
  file_id: Schema.String
})

/**
 * What a bash command printed and made.
 *
 * @since 0.1.0
 * @category models
 */
export interface BashCodeExecutionResult {
  readonly type: "bash_code_execution_result"
  readonly stdout: string
  readonly stderr: string
  readonly return_code: number
  readonly content: ReadonlyArray<BashCodeExecutionOutput>
}

/**
 * Schema of `BashCodeExecutionResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BashCodeExecutionResult: Schema.Schema<BashCodeExecutionResult> = struct<BashCodeExecutionResult>("BashCodeExecutionResult", {
  type: Schema.Literal("bash_code_execution_result"),
  stdout: Schema.String,
  stderr: Schema.String,
  return_code: Schema.Number,
  content: Schema.Array(BashCodeExecutionOutput)
})

/**
 * A bash command that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface BashCodeExecutionToolResultError {
  readonly type: "bash_code_execution_tool_result_error"
  readonly error_code: BashCodeExecutionErrorCode
}

/**
 * Schema of `BashCodeExecutionToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BashCodeExecutionToolResultError: Schema.Schema<BashCodeExecutionToolResultError> = struct<BashCodeExecutionToolResultError>("BashCodeExecutionToolResultError", {
  type: Schema.Literal("bash_code_execution_tool_result_error"),
  error_code: BashCodeExecutionErrorCode
})

/**
 * The outcome of a bash command.
 *
 * @since 0.1.0
 * @category models
 */
export type BashCodeExecutionToolResultContent = BashCodeExecutionResult | BashCodeExecutionToolResultError | Unknown

/**
 * Schema of `BashCodeExecutionToolResultContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BashCodeExecutionToolResultContent: Schema.Schema<BashCodeExecutionToolResultContent> = Schema.Union(
  BashCodeExecutionResult, BashCodeExecutionToolResultError, Unknown
)

/**
 * The result of a bash command, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface BashCodeExecutionToolResultBlockParam {
  readonly type: "bash_code_execution_tool_result"
  readonly tool_use_id: string
  readonly content: BashCodeExecutionToolResultContent
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `BashCodeExecutionToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BashCodeExecutionToolResultBlockParam: Schema.Schema<BashCodeExecutionToolResultBlockParam> = struct<BashCodeExecutionToolResultBlockParam>("BashCodeExecutionToolResultBlockParam", {
  type: Schema.Literal("bash_code_execution_tool_result"),
  tool_use_id: Schema.String,
  content: BashCodeExecutionToolResultContent,
  cache_control: optionalNull(CacheControl)
})

/**
 * Why an edit failed.
 *
 * @since 0.1.0
 * @category models
 */
export type TextEditorCodeExecutionErrorCode =
  | "invalid_tool_input"
  | "unavailable"
  | "too_many_requests"
  | "execution_time_exceeded"
  | "file_not_found"
  | (string & {})

/**
 * Schema of `TextEditorCodeExecutionErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorCodeExecutionErrorCode: Schema.Schema<TextEditorCodeExecutionErrorCode> = openString<TextEditorCodeExecutionErrorCode>("TextEditorCodeExecutionErrorCode")

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
export const TextEditorFileType: Schema.Schema<TextEditorFileType> = openString<TextEditorFileType>("TextEditorFileType")

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
export const TextEditorViewResult: Schema.Schema<TextEditorViewResult> = struct<TextEditorViewResult>("TextEditorViewResult", {
  type: Schema.Literal("text_editor_code_execution_view_result"),
  content: Schema.String,
  file_type: TextEditorFileType,
  num_lines: optionalNull(Schema.Number),
  start_line: optionalNull(Schema.Number),
  total_lines: optionalNull(Schema.Number)
})

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
export const TextEditorCreateResult: Schema.Schema<TextEditorCreateResult> = struct<TextEditorCreateResult>("TextEditorCreateResult", {
  type: Schema.Literal("text_editor_code_execution_create_result"),
  is_file_update: Schema.Boolean
})

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
export const TextEditorStrReplaceResult: Schema.Schema<TextEditorStrReplaceResult> = struct<TextEditorStrReplaceResult>("TextEditorStrReplaceResult", {
  type: Schema.Literal("text_editor_code_execution_str_replace_result"),
  lines: optionalNull(Schema.Array(Schema.String)),
  new_lines: optionalNull(Schema.Number),
  new_start: optionalNull(Schema.Number),
  old_lines: optionalNull(Schema.Number),
  old_start: optionalNull(Schema.Number)
})

/**
 * An edit that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorCodeExecutionToolResultError {
  readonly type: "text_editor_code_execution_tool_result_error"
  readonly error_code: TextEditorCodeExecutionErrorCode
  readonly error_message?: string | null | undefined
}

/**
 * Schema of `TextEditorCodeExecutionToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorCodeExecutionToolResultError: Schema.Schema<TextEditorCodeExecutionToolResultError> = struct<TextEditorCodeExecutionToolResultError>("TextEditorCodeExecutionToolResultError", {
  type: Schema.Literal("text_editor_code_execution_tool_result_error"),
  error_code: TextEditorCodeExecutionErrorCode,
  error_message: optionalNull(Schema.String)
})

/**
 * The outcome of an edit.
 *
 * @since 0.1.0
 * @category models
 */
export type TextEditorCodeExecutionToolResultContent =
  | TextEditorViewResult
  | TextEditorCreateResult
  | TextEditorStrReplaceResult
  | TextEditorCodeExecutionToolResultError
  | Unknown

/**
 * Schema of `TextEditorCodeExecutionToolResultContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorCodeExecutionToolResultContent: Schema.Schema<TextEditorCodeExecutionToolResultContent> = Schema.Union(
  TextEditorViewResult, TextEditorCreateResult, TextEditorStrReplaceResult, TextEditorCodeExecutionToolResultError,
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
  readonly content: TextEditorCodeExecutionToolResultContent
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `TextEditorCodeExecutionToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorCodeExecutionToolResultBlockParam: Schema.Schema<TextEditorCodeExecutionToolResultBlockParam> = struct<TextEditorCodeExecutionToolResultBlockParam>("TextEditorCodeExecutionToolResultBlockParam", {
  type: Schema.Literal("text_editor_code_execution_tool_result"),
  tool_use_id: Schema.String,
  content: TextEditorCodeExecutionToolResultContent,
  cache_control: optionalNull(CacheControl)
})

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
export const ToolSearchResultParam: Schema.Schema<ToolSearchResultParam> = struct<ToolSearchResultParam>("ToolSearchResultParam", {
  type: Schema.Literal("tool_search_tool_search_result"),
  tool_references: Schema.Array(ToolReferenceBlockParam)
})

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
export const ToolSearchToolResultError: Schema.Schema<ToolSearchToolResultError> = struct<ToolSearchToolResultError>("ToolSearchToolResultError", {
  type: Schema.Literal("tool_search_tool_result_error"),
  error_code: CodeExecutionErrorCode,
  error_message: optionalNull(Schema.String)
})

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
  ToolSearchResultParam, ToolSearchToolResultError, Unknown
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
export const ToolSearchToolResultBlockParam: Schema.Schema<ToolSearchToolResultBlockParam> = struct<ToolSearchToolResultBlockParam>("ToolSearchToolResultBlockParam", {
  type: Schema.Literal("tool_search_tool_result"),
  tool_use_id: Schema.String,
  content: ToolSearchToolResultParamContent,
  cache_control: optionalNull(CacheControl)
})
