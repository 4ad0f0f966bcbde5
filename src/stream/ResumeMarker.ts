/**
 * What a resumable stream says between the events of the message when it was cut and when it goes on.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Phase } from "../ClaudeError.js"

/**
 * What cut a stream: the tag, phase and message of the error.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Cut = Schema.Struct({
  /** The `_tag` of the error, as `ConnectionReset`. */
  tag: Schema.String,
  phase: Phase,
  message: Schema.String
})

/**
 * What cut a stream: the tag, phase and message of the error.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cut extends Schema.Schema.Type<typeof Cut> {}

/**
 * The place in the text where one segment ends and the next begins.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MarkedSeam = Schema.Struct({
  /** Whether it is verified that no character is lost or doubled here. */
  certain: Schema.Boolean,
  /** The last characters that were delivered before the seam. */
  before: Schema.String,
  /** The first characters that follow it. */
  after: Schema.String
})

/**
 * The place in the text where one segment ends and the next begins.
 *
 * @since 0.1.0
 * @category models
 */
export interface MarkedSeam extends Schema.Schema.Type<typeof MarkedSeam> {}

/**
 * A block that was delivered in part and is no longer part of the message: thinking that starts anew, half a tool
 * input, or the text before a restart.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WithdrawnBlock = Schema.Struct({
  /** The index under which the block's events came. */
  index: Schema.Number,
  /** The block's type, as `thinking` or `tool_use`. */
  type: Schema.String
})

/**
 * A block that was delivered in part and is no longer part of the message.
 *
 * @since 0.1.0
 * @category models
 */
export interface WithdrawnBlock extends Schema.Schema.Type<typeof WithdrawnBlock> {}

/**
 * Stands in a resumable stream where it was cut (`"cut"`) and where it goes on (`"resumed"`). A consumer of the message
 * alone may ignore it, but for `withdrawn` where it shows thinking or tool input live.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ResumeMarker = Schema.Struct({
  type: Schema.Literal("resume"),
  status: Schema.Literal("cut", "resumed"),
  /** The attempt that was cut, or the one that goes on, counted from 1. */
  attempt: Schema.Number,
  /** What cut the stream. */
  cut: Cut,
  /** Only on `"resumed"`, and only where text was delivered before. */
  seam: Schema.optional(MarkedSeam),
  /** The blocks that this cut takes back. */
  withdrawn: Schema.optional(Schema.Array(WithdrawnBlock))
})

/**
 * Stands in a resumable stream where it was cut and where it goes on.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResumeMarker extends Schema.Schema.Type<typeof ResumeMarker> {}

/**
 * Tells a marker from the events of a message.
 *
 * @since 0.1.0
 * @category guards
 */
export const isResumeMarker = <A extends { readonly type: string }>(event: A | ResumeMarker): event is ResumeMarker =>
  event.type === "resume"
