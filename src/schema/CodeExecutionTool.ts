/**
 * Code execution by the API.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { AllowedCaller } from "./ClientTool.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * Code execution by the API, version 20250522.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionTool20250522 {
  readonly type: "code_execution_20250522"
  readonly name: "code_execution"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CodeExecutionTool20250522`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionTool20250522 = struct<CodeExecutionTool20250522>("CodeExecutionTool20250522", () => ({
  type: Schema.Literal("code_execution_20250522"),
  name: Schema.Literal("code_execution"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Code execution by the API, version 20250825.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionTool20250825 {
  readonly type: "code_execution_20250825"
  readonly name: "code_execution"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CodeExecutionTool20250825`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionTool20250825 = struct<CodeExecutionTool20250825>("CodeExecutionTool20250825", () => ({
  type: Schema.Literal("code_execution_20250825"),
  name: Schema.Literal("code_execution"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Code execution by the API, version 20260120.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionTool20260120 {
  readonly type: "code_execution_20260120"
  readonly name: "code_execution"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CodeExecutionTool20260120`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionTool20260120 = struct<CodeExecutionTool20260120>("CodeExecutionTool20260120", () => ({
  type: Schema.Literal("code_execution_20260120"),
  name: Schema.Literal("code_execution"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Code execution by the API, version 20260521.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionTool20260521 {
  readonly type: "code_execution_20260521"
  readonly name: "code_execution"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CodeExecutionTool20260521`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionTool20260521 = struct<CodeExecutionTool20260521>("CodeExecutionTool20260521", () => ({
  type: Schema.Literal("code_execution_20260521"),
  name: Schema.Literal("code_execution"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))
