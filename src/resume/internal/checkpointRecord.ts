/**
 * The records of a checkpoint's journal, and the state that they add up to; `Checkpoint` hands the public ones on.
 */
import * as Schema from "effect/Schema"
import { MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import { ResumeMarker } from "../../stream/ResumeMarker.js"
import { Seam } from "../Seam.js"
import { Segment } from "../Segment.js"

/**
 * The version of the journals that this library writes, and the highest that it reads.
 */
export const currentVersion = 1

/**
 * How far a consumer is: the block that it is in, and how much of it it has.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Cursor = Schema.Struct({
  /** The index of the block; 0 before any. */
  block: Schema.Number,
  /** What was delivered of it: UTF-16 units of its text, of its thinking, or of its tool input's JSON. */
  offset: Schema.Number
})

/**
 * How far a consumer is: the block that it is in, and how much of it it has.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cursor extends Schema.Schema.Type<typeof Cursor> {}

/**
 * What a resumable stream delivers: an event of the message, or a marker between them.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Delivered = Schema.Union(MessageStreamEvent, ResumeMarker)

/**
 * What a resumable stream delivers: an event of the message, or a marker between them.
 *
 * @since 0.1.0
 * @category models
 */
export type Delivered = typeof Delivered.Type

/**
 * A seam, and the attempt (counted from 1) that goes on behind it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AttemptSeam = Schema.Struct({ ...Seam.fields, attempt: Schema.Number })

/**
 * A seam, and the attempt (counted from 1) that goes on behind it.
 *
 * @since 0.1.0
 * @category models
 */
export interface AttemptSeam extends Schema.Schema.Type<typeof AttemptSeam> {}

/** When a record was written, in epoch milliseconds; the store sets it. */
const writtenAt = { at: Schema.optional(Schema.Number) }

/**
 * The first record: what was asked for. Times are in epoch milliseconds.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Opened = Schema.Struct({
  type: Schema.Literal("opened"),
  version: Schema.Literal(currentVersion),
  id: Schema.String,
  /** Tells requests apart; see {@link fingerprint}. */
  fingerprint: Schema.String,
  /** The request as JSON, without its secret fields. */
  request: Schema.Unknown,
  /** JSON pointers (RFC 6901) of the secret fields that were left out of the request. */
  omitted: Schema.Array(Schema.String),
  createdAt: Schema.Number,
  expiresAt: Schema.Number
})

/**
 * The first record: what was asked for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Opened extends Schema.Schema.Type<typeof Opened> {}

/**
 * What was delivered to the consumer, in order.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Emitted = Schema.Struct({
  type: Schema.Literal("emitted"),
  events: Schema.Array(Delivered),
  ...writtenAt
})

/**
 * What was delivered to the consumer, in order.
 *
 * @since 0.1.0
 * @category models
 */
export interface Emitted extends Schema.Schema.Type<typeof Emitted> {}

/**
 * An attempt ended.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Ended = Schema.Struct({
  type: Schema.Literal("ended"),
  segment: Segment,
  ...writtenAt
})

/**
 * An attempt ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ended extends Schema.Schema.Type<typeof Ended> {}

/**
 * A continuation was joined to what had been delivered.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Joined = Schema.Struct({
  type: Schema.Literal("seam"),
  seam: AttemptSeam,
  ...writtenAt
})

/**
 * A continuation was joined to what had been delivered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Joined extends Schema.Schema.Type<typeof Joined> {}

/**
 * The message is whole.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Completed = Schema.Struct({
  type: Schema.Literal("completed"),
  /** Epoch milliseconds. */
  at: Schema.Number
})

/**
 * The message is whole.
 *
 * @since 0.1.0
 * @category models
 */
export interface Completed extends Schema.Schema.Type<typeof Completed> {}

/**
 * A record of a checkpoint's journal: one line of JSON.
 *
 * @since 0.1.0
 * @category schemas
 */
export const JournalRecord = Schema.Union(Opened, Emitted, Ended, Joined, Completed)

/**
 * A record of a checkpoint's journal: one line of JSON.
 *
 * @since 0.1.0
 * @category models
 */
export type JournalRecord = typeof JournalRecord.Type

/**
 * All that is needed to go on after a cut, in this process or another: what the records of a journal add up to. Times
 * are in epoch milliseconds.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Checkpoint = Schema.Struct({
  version: Schema.Literal(currentVersion),
  id: Schema.String,
  fingerprint: Schema.String,
  /** The request as JSON, without its secret fields. */
  request: Schema.Unknown,
  /** JSON pointers (RFC 6901) of the secret fields that were left out of the request. */
  omitted: Schema.Array(Schema.String),
  createdAt: Schema.Number,
  /** When the last record was written. */
  updatedAt: Schema.Number,
  /** From then on no store gives it out. */
  expiresAt: Schema.Number,
  status: Schema.Literal("running", "complete"),
  /** All that was delivered, in order. */
  events: Schema.Array(Delivered),
  segments: Schema.Array(Segment),
  seams: Schema.Array(AttemptSeam)
})

/**
 * All that is needed to go on after a cut, in this process or another.
 *
 * @since 0.1.0
 * @category models
 */
export interface Checkpoint extends Schema.Schema.Type<typeof Checkpoint> {}
