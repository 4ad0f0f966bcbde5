/**
 * How a model thinks.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Unknown } from "./Unknown.js"
import { openString, optionalNull, struct } from "./internal/struct.js"

/**
 * How thinking is shown in the answer.
 *
 * @since 0.1.0
 * @category models
 */
export type ThinkingDisplay = "summarized" | "omitted" | (string & {})

/**
 * Schema of `ThinkingDisplay`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingDisplay = openString<ThinkingDisplay>("ThinkingDisplay")

/**
 * Thinking with a budget; for models that know no adaptive thinking.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingConfigEnabled {
  readonly type: "enabled"
  /** At least 1024 and below `max_tokens`. */
  readonly budget_tokens: number
  readonly display?: ThinkingDisplay | null | undefined
}

/**
 * Schema of `ThinkingConfigEnabled`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingConfigEnabled = struct<ThinkingConfigEnabled>("ThinkingConfigEnabled", () => ({
  type: Schema.Literal("enabled"),
  budget_tokens: Schema.Number,
  display: optionalNull(ThinkingDisplay)
}))

/**
 * The model decides when and how long to think.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingConfigAdaptive {
  readonly type: "adaptive"
  readonly display?: ThinkingDisplay | null | undefined
}

/**
 * Schema of `ThinkingConfigAdaptive`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingConfigAdaptive = struct<ThinkingConfigAdaptive>("ThinkingConfigAdaptive", () => ({
  type: Schema.Literal("adaptive"),
  display: optionalNull(ThinkingDisplay)
}))

/**
 * No thinking.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingConfigDisabled {
  readonly type: "disabled"
}

/**
 * Schema of `ThinkingConfigDisabled`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingConfigDisabled = struct<ThinkingConfigDisabled>("ThinkingConfigDisabled", () => ({
  type: Schema.Literal("disabled")
}))

/**
 * No thinking, but short progress notes between tool calls, as thinking blocks.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingConfigBetweenTools {
  readonly type: "between_tools"
}

/**
 * Schema of `ThinkingConfigBetweenTools`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingConfigBetweenTools = struct<ThinkingConfigBetweenTools>("ThinkingConfigBetweenTools", () => ({
  type: Schema.Literal("between_tools")
}))

/**
 * How the model thinks; which ones a model takes is in its capabilities.
 *
 * @since 0.1.0
 * @category models
 */
export type ThinkingConfig =
  ThinkingConfigEnabled | ThinkingConfigAdaptive | ThinkingConfigDisabled | ThinkingConfigBetweenTools | Unknown

/**
 * Schema of `ThinkingConfig`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingConfig: Schema.Schema<ThinkingConfig> = Schema.Union(
  ThinkingConfigEnabled,
  ThinkingConfigAdaptive,
  ThinkingConfigDisabled,
  ThinkingConfigBetweenTools,
  Unknown
)
