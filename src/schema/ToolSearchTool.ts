/**
 * Search over tools by the API.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { AllowedCaller } from "./ClientTool.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * Search over deferred tools by words.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchToolBm2520251119 {
  readonly type: "tool_search_tool_bm25_20251119" | "tool_search_tool_bm25"
  readonly name: "tool_search_tool_bm25"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `ToolSearchToolBm2520251119`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolBm2520251119 = struct<ToolSearchToolBm2520251119>("ToolSearchToolBm2520251119", () => ({
  type: Schema.Literal("tool_search_tool_bm25_20251119", "tool_search_tool_bm25"),
  name: Schema.Literal("tool_search_tool_bm25"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Search over deferred tools by regular expressions.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchToolRegex20251119 {
  readonly type: "tool_search_tool_regex_20251119" | "tool_search_tool_regex"
  readonly name: "tool_search_tool_regex"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `ToolSearchToolRegex20251119`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolRegex20251119 = struct<ToolSearchToolRegex20251119>("ToolSearchToolRegex20251119", () => ({
  type: Schema.Literal("tool_search_tool_regex_20251119", "tool_search_tool_regex"),
  name: Schema.Literal("tool_search_tool_regex"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))
