/**
 * Results of code execution and of its shell.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { Unknown } from "./Unknown.js"
import { openString, optionalNull, struct } from "./internal/struct.js"

/**
 * Why code execution failed.
 *
 * @since 0.1.0
 * @category models
 */
export type CodeExecutionErrorCode =
  "invalid_tool_input" | "unavailable" | "too_many_requests" | "execution_time_exceeded" | (string & {})

/**
 * Schema of `CodeExecutionErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionErrorCode = openString<CodeExecutionErrorCode>("CodeExecutionErrorCode")

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
export const CodeExecutionOutput = struct<CodeExecutionOutput>("CodeExecutionOutput", () => ({
  type: Schema.Literal("code_execution_output"),
  file_id: Schema.String
}))

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
export const CodeExecutionResult = struct<CodeExecutionResult>("CodeExecutionResult", () => ({
  type: Schema.Literal("code_execution_result"),
  stdout: Schema.String,
  stderr: Schema.String,
  return_code: Schema.Number,
  content: Schema.Array(CodeExecutionOutput)
}))

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
export const EncryptedCodeExecutionResult = struct<EncryptedCodeExecutionResult>(
  "EncryptedCodeExecutionResult",
  () => ({
    type: Schema.Literal("encrypted_code_execution_result"),
    encrypted_stdout: Schema.String,
    stderr: Schema.String,
    return_code: Schema.Number,
    content: Schema.Array(CodeExecutionOutput)
  })
)

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
export const CodeExecutionToolResultError = struct<CodeExecutionToolResultError>(
  "CodeExecutionToolResultError",
  () => ({
    type: Schema.Literal("code_execution_tool_result_error"),
    error_code: CodeExecutionErrorCode
  })
)

/**
 * The outcome of code execution.
 *
 * @since 0.1.0
 * @category models
 */
export type CodeExecutionToolResultContent =
  CodeExecutionResult | EncryptedCodeExecutionResult | CodeExecutionToolResultError | Unknown

/**
 * Schema of `CodeExecutionToolResultContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionToolResultContent: Schema.Schema<CodeExecutionToolResultContent> = Schema.Union(
  CodeExecutionResult,
  EncryptedCodeExecutionResult,
  CodeExecutionToolResultError,
  Unknown
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
export const CodeExecutionToolResultBlockParam = struct<CodeExecutionToolResultBlockParam>(
  "CodeExecutionToolResultBlockParam",
  () => ({
    type: Schema.Literal("code_execution_tool_result"),
    tool_use_id: Schema.String,
    content: CodeExecutionToolResultContent,
    cache_control: optionalNull(CacheControl)
  })
)

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
export const BashCodeExecutionErrorCode = openString<BashCodeExecutionErrorCode>("BashCodeExecutionErrorCode")

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
export const BashCodeExecutionOutput = struct<BashCodeExecutionOutput>("BashCodeExecutionOutput", () => ({
  type: Schema.Literal("bash_code_execution_output"),
  file_id: Schema.String
}))

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
export const BashCodeExecutionResult = struct<BashCodeExecutionResult>("BashCodeExecutionResult", () => ({
  type: Schema.Literal("bash_code_execution_result"),
  stdout: Schema.String,
  stderr: Schema.String,
  return_code: Schema.Number,
  content: Schema.Array(BashCodeExecutionOutput)
}))

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
export const BashCodeExecutionToolResultError = struct<BashCodeExecutionToolResultError>(
  "BashCodeExecutionToolResultError",
  () => ({
    type: Schema.Literal("bash_code_execution_tool_result_error"),
    error_code: BashCodeExecutionErrorCode
  })
)

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
  BashCodeExecutionResult,
  BashCodeExecutionToolResultError,
  Unknown
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
export const BashCodeExecutionToolResultBlockParam = struct<BashCodeExecutionToolResultBlockParam>(
  "BashCodeExecutionToolResultBlockParam",
  () => ({
    type: Schema.Literal("bash_code_execution_tool_result"),
    tool_use_id: Schema.String,
    content: BashCodeExecutionToolResultContent,
    cache_control: optionalNull(CacheControl)
  })
)
