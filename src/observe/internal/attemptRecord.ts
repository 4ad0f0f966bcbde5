import * as Schema from "effect/Schema"
import { ClaudeError, Limits, RequestInfo } from "../../ClaudeError.js"

const Count = Schema.JsonNumber.pipe(Schema.nonNegative())

/**
 * One attempt. Times are epoch milliseconds, by the Clock.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AttemptRecord = Schema.Struct({
  /** The number of the call within its hub, and of the attempt within its call. */
  call: Count,
  attempt: Count,
  request: RequestInfo,
  startedAt: Schema.JsonNumber,
  /** Absent while it runs. */
  endedAt: Schema.optional(Schema.JsonNumber),
  /** `cut`: a stream that broke after its first content. */
  state: Schema.Literal("running", "succeeded", "failed", "cut", "interrupted"),
  /** How long it waited for admission, in milliseconds. */
  waited: Schema.optional(Count),
  /** When the headers came. */
  headersAt: Schema.optional(Schema.JsonNumber),
  /** When the first content of a stream came. */
  firstContentAt: Schema.optional(Schema.JsonNumber),
  status: Schema.optional(Count),
  requestId: Schema.optional(Schema.String),
  reusedConnection: Schema.optional(Schema.Boolean),
  limits: Schema.optional(Limits),
  /** Which segment of a message it brings, for a stream that goes on. */
  segment: Schema.optional(Count),
  warnings: Schema.optional(Schema.Array(Schema.String)),
  stopReason: Schema.optional(Schema.String),
  inputTokens: Schema.optional(Count),
  outputTokens: Schema.optional(Count),
  /** What it failed with. */
  error: Schema.optional(ClaudeError),
  /** The error's hint, for who reads the data without this library. */
  hint: Schema.optional(Schema.String),
  /** The attempt that follows: after how many milliseconds, and why so. */
  retry: Schema.optional(Schema.Struct({ delay: Count, reason: Schema.Literal("stale-connection", "schedule") }))
})

/**
 * One attempt.
 *
 * @since 0.1.0
 * @category models
 */
export interface AttemptRecord extends Schema.Schema.Type<typeof AttemptRecord> {}
