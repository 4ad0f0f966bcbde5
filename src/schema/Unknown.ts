/**
 * Things that the API sends and this version does not know.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/**
 * A block, delta, event or other tagged thing whose `type` is not known here, or that is not shaped as its `type`
 * says.
 *
 * `raw` is the thing as it came. Where an `Unknown` is sent, `raw` goes out in its place, so that a conversation
 * that holds one can be continued.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unknown {
  readonly type: "unknown"
  readonly raw: Unknown.Raw
}

/**
 * @since 0.1.0
 */
export declare namespace Unknown {
  /**
   * A thing as it stands on the wire.
   *
   * @since 0.1.0
   * @category models
   */
  export type Raw = { readonly type: string; readonly [key: string]: unknown }
}

/**
 * Schema of `Unknown`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Unknown: Schema.Schema<Unknown> = Schema.Struct({
  type: Schema.Literal("unknown"),
  raw: Schema.Struct({ type: Schema.String }, { key: Schema.String, value: Schema.Unknown })
}).annotations({ identifier: "Unknown" })

/**
 * Wraps a thing that has no type here, so that it can stand in a request: a block or a tool of a beta, say.
 *
 * @example
 * ```ts
 * import type { ContentBlockParam } from "effect-claude"
 * import { Unknown } from "effect-claude"
 *
 * const block: ContentBlockParam.ContentBlockParam = Unknown.make({ type: "compaction", content: "So far: ..." })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (raw: Unknown.Raw): Unknown => ({ type: "unknown", raw })

/**
 * Whether a value is an `Unknown`.
 *
 * @since 0.1.0
 * @category guards
 */
export const isUnknown = (value: unknown): value is Unknown =>
  Predicate.hasProperty(value, "type")
  && value.type === "unknown"
  && Predicate.hasProperty(value, "raw")
  && Predicate.hasProperty(value.raw, "type")
  && Predicate.isString(value.raw.type)
