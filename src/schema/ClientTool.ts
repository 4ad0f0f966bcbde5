/**
 * Tools that the caller runs.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { JsonObject, openString, optionalNull, struct } from "./internal/struct.js"

export * from "./Toolset.js"

/**
 * Who may call a tool.
 *
 * @since 0.1.0
 * @category models
 */
export type AllowedCaller =
  "direct" | "code_execution_20250825" | "code_execution_20260120" | "code_execution_20260521" | (string & {})

/**
 * Schema of `AllowedCaller`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AllowedCaller = openString<AllowedCaller>("AllowedCaller")

/**
 * The JSON Schema of a tool's input; any keyword of JSON Schema may stand in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface InputSchema {
  readonly type: "object"
  readonly properties?: unknown
  readonly required?: ReadonlyArray<string> | null | undefined
  readonly [keyword: string]: unknown
}

/**
 * Schema of `InputSchema`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const InputSchema: Schema.Schema<InputSchema> = Schema.Struct(
  {
    type: Schema.Literal("object"),
    properties: Schema.optional(Schema.Unknown),
    required: optionalNull(Schema.Array(Schema.String))
  },
  { key: Schema.String, value: Schema.Unknown }
)

/**
 * A tool of your own: the model asks for it, you run it.
 *
 * @since 0.1.0
 * @category models
 */
export interface CustomTool {
  readonly type?: "custom" | null | undefined
  /** 1 to 128 letters, digits, `_` and `-`. */
  readonly name: string
  readonly description?: string | undefined
  readonly input_schema: InputSchema
  readonly input_examples?: ReadonlyArray<JsonObject> | undefined
  /** The input always fits the schema. */
  readonly strict?: boolean | undefined
  readonly eager_input_streaming?: boolean | null | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CustomTool`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CustomTool = struct<CustomTool>("CustomTool", () => ({
  type: optionalNull(Schema.Literal("custom")),
  name: Schema.String,
  description: Schema.optional(Schema.String),
  input_schema: InputSchema,
  input_examples: Schema.optional(Schema.Array(JsonObject)),
  strict: Schema.optional(Schema.Boolean),
  eager_input_streaming: optionalNull(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * A shell that you run for the model.
 *
 * @since 0.1.0
 * @category models
 */
export interface BashTool20250124 {
  readonly type: "bash_20250124"
  readonly name: "bash"
  readonly input_examples?: ReadonlyArray<JsonObject> | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `BashTool20250124`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BashTool20250124 = struct<BashTool20250124>("BashTool20250124", () => ({
  type: Schema.Literal("bash_20250124"),
  name: Schema.Literal("bash"),
  input_examples: Schema.optional(Schema.Array(JsonObject)),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * A text editor that you run for the model, version 20250124.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorTool20250124 {
  readonly type: "text_editor_20250124"
  readonly name: "str_replace_editor"
  readonly input_examples?: ReadonlyArray<JsonObject> | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `TextEditorTool20250124`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorTool20250124 = struct<TextEditorTool20250124>("TextEditorTool20250124", () => ({
  type: Schema.Literal("text_editor_20250124"),
  name: Schema.Literal("str_replace_editor"),
  input_examples: Schema.optional(Schema.Array(JsonObject)),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * A text editor that you run for the model, version 20250429.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorTool20250429 {
  readonly type: "text_editor_20250429"
  readonly name: "str_replace_based_edit_tool"
  readonly input_examples?: ReadonlyArray<JsonObject> | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `TextEditorTool20250429`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorTool20250429 = struct<TextEditorTool20250429>("TextEditorTool20250429", () => ({
  type: Schema.Literal("text_editor_20250429"),
  name: Schema.Literal("str_replace_based_edit_tool"),
  input_examples: Schema.optional(Schema.Array(JsonObject)),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * A text editor that you run for the model, version 20250728.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorTool20250728 {
  readonly type: "text_editor_20250728"
  readonly name: "str_replace_based_edit_tool"
  /** How much of a file a view shows; all of it when absent. */
  readonly max_characters?: number | null | undefined
  readonly input_examples?: ReadonlyArray<JsonObject> | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `TextEditorTool20250728`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorTool20250728 = struct<TextEditorTool20250728>("TextEditorTool20250728", () => ({
  type: Schema.Literal("text_editor_20250728"),
  name: Schema.Literal("str_replace_based_edit_tool"),
  max_characters: optionalNull(Schema.Number),
  input_examples: Schema.optional(Schema.Array(JsonObject)),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * A memory that you keep for the model.
 *
 * @since 0.1.0
 * @category models
 */
export interface MemoryTool20250818 {
  readonly type: "memory_20250818"
  readonly name: "memory"
  readonly input_examples?: ReadonlyArray<JsonObject> | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `MemoryTool20250818`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MemoryTool20250818 = struct<MemoryTool20250818>("MemoryTool20250818", () => ({
  type: Schema.Literal("memory_20250818"),
  name: Schema.Literal("memory"),
  input_examples: Schema.optional(Schema.Array(JsonObject)),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))
