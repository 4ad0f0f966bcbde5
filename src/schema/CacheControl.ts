/**
 * Prompt cache markers.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { struct } from "./internal/struct.js"

/**
 * A prompt cache marker on a block, a tool or the whole request.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheControl {
  readonly type: "ephemeral"
  /** How long the entry lives after its last use; `"5m"` when absent. */
  readonly ttl?: "5m" | "1h" | undefined
}

/**
 * Schema of `CacheControl`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheControl = struct<CacheControl>("CacheControl", () => ({
  type: Schema.Literal("ephemeral"),
  ttl: Schema.optional(Schema.Literal("5m", "1h"))
}))
