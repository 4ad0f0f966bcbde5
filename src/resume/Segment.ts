/**
 * The part of one message that one attempt delivered.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Cut } from "../stream/ResumeMarker.js"

/**
 * How a segment was asked for: the first request, the same again, or one of the ways to go on.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SegmentMode = Schema.Literal("first", "restart", "quoted", "assistantTurn", "prefill")

/**
 * How a segment was asked for.
 *
 * @since 0.1.0
 * @category models
 */
export type SegmentMode = typeof SegmentMode.Type

/**
 * The tokens of a segment, or of all of them: as the API reported them, or estimated where the report was cut off.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BilledTokens = Schema.Struct({
  /** Cached ones included. */
  inputTokens: Schema.Number,
  outputTokens: Schema.Number,
  /** Whether a part of it is an estimate: the last usage report of a cut segment did not come. */
  estimated: Schema.Boolean
})

/**
 * The tokens of a segment, or of all of them.
 *
 * @since 0.1.0
 * @category models
 */
export interface BilledTokens extends Schema.Schema.Type<typeof BilledTokens> {}

/**
 * The part of one message that one attempt delivered.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Segment = Schema.Struct({
  /** Counted from 1. */
  attempt: Schema.Number,
  mode: SegmentMode,
  requestId: Schema.optional(Schema.String),
  messageId: Schema.optional(Schema.String),
  billed: BilledTokens,
  /** UTF-16 units of new text that it delivered. */
  characters: Schema.Number,
  /** What ended it before its time; absent for the one that came to its end. */
  cut: Schema.optional(Cut)
})

/**
 * The part of one message that one attempt delivered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Segment extends Schema.Schema.Type<typeof Segment> {}
