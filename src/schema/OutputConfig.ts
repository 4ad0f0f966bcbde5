/**
 * Effort and the form of the answer.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Unknown } from "./Unknown.js"
import { JsonObject, optionalNull, struct } from "./internal/struct.js"

/**
 * The answer is JSON that fits a JSON Schema.
 *
 * @since 0.1.0
 * @category models
 */
export interface JsonOutputFormat {
  readonly type: "json_schema"
  /** The JSON Schema, in the subset that the API accepts. */
  readonly schema: JsonObject
}

/**
 * Schema of `JsonOutputFormat`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const JsonOutputFormat = struct<JsonOutputFormat>("JsonOutputFormat", () => ({
  type: Schema.Literal("json_schema"),
  schema: JsonObject
}))

/**
 * The form of the answer.
 *
 * @since 0.1.0
 * @category models
 */
export type OutputFormat = JsonOutputFormat | Unknown

/**
 * Schema of `OutputFormat`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const OutputFormat: Schema.Schema<OutputFormat> = Schema.Union(JsonOutputFormat, Unknown)

/**
 * How much work goes into the answer, and its form.
 *
 * @since 0.1.0
 * @category models
 */
export interface OutputConfig {
  /** Which levels a model takes is in its capabilities. */
  readonly effort?: "low" | "medium" | "high" | "xhigh" | "max" | null | undefined
  readonly format?: OutputFormat | null | undefined
}

/**
 * Schema of `OutputConfig`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const OutputConfig = struct<OutputConfig>("OutputConfig", () => ({
  effort: optionalNull(Schema.Literal("low", "medium", "high", "xhigh", "max")),
  format: optionalNull(OutputFormat)
}))
