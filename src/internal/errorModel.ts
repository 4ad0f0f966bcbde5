/**
 * The parts that errors are made of; `ClaudeError` hands the public ones on.
 */
import * as Duration from "effect/Duration"
import type * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"

/**
 * A count or a size: finite, as JSON has no word for anything else.
 */
export const Count = Schema.JsonNumber.pipe(Schema.nonNegative())

/**
 * A finite duration, encoded in milliseconds.
 */
export const Millis: Schema.Schema<Duration.Duration, number> = Schema.transform(
  Count,
  Schema.DurationFromSelf.pipe(
    Schema.filter(Duration.isFinite, {
      description: "a finite duration",
      // Nanoseconds up to three days: beyond 2^53 ns a number of milliseconds could not tell them apart.
      arbitrary: () => (fc) => fc.integer({ min: 0, max: 2 ** 48 }).map((nanos) => Duration.nanos(BigInt(nanos)))
    })
  ),
  { strict: true, decode: Duration.millis, encode: Duration.toMillis }
)

/**
 * Where in an attempt it broke.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Phase = Schema.Literal("validate", "queue", "connect", "send", "headers", "body")

/**
 * Where in an attempt it broke.
 *
 * @since 0.1.0
 * @category models
 */
export type Phase = typeof Phase.Type

/**
 * The request an error speaks of: never its body, never its headers.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RequestInfo = Schema.Struct({
  method: Schema.String,
  path: Schema.String,
  model: Schema.optional(Schema.String),
  bodyBytes: Schema.optional(Count),
  /** Whether the answer was asked for as a stream. */
  stream: Schema.optional(Schema.Boolean)
})

/**
 * The request an error speaks of: never its body, never its headers.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestInfo extends Schema.Schema.Type<typeof RequestInfo> {}

/**
 * A cause as plain data, rebuilt from what was thrown, so that no live object and no secret stays in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorCause {
  readonly name: string
  readonly message: string
  readonly code?: string | undefined
  readonly syscall?: string | undefined
  readonly cause?: ErrorCause | undefined
  readonly errors?: ReadonlyArray<ErrorCause> | undefined
}

const causeFields = {
  name: Schema.String,
  message: Schema.String,
  code: Schema.optional(Schema.String),
  syscall: Schema.optional(Schema.String)
}

/** So many levels and no more, since what comes from another process could be nested deeper than any stack. */
const causeOf = (levels: number): Schema.Schema<ErrorCause> => {
  if (levels === 0) return Schema.Struct(causeFields)
  const inner = causeOf(levels - 1)
  return Schema.Struct({
    ...causeFields,
    cause: Schema.optional(inner),
    errors: Schema.optional(Schema.Array(inner))
  })
}

type Maker = Pick<typeof FastCheck, "string" | "record" | "array">

const arbitraryCause = (fc: Maker, levels: number): FastCheck.Arbitrary<ErrorCause> => {
  const leaf = { name: fc.string(), message: fc.string(), code: fc.string(), syscall: fc.string() }
  if (levels === 0) return fc.record(leaf, { requiredKeys: ["name", "message"] })
  const inner = arbitraryCause(fc, levels - 1)
  const whole = { ...leaf, cause: inner, errors: fc.array(inner, { maxLength: 2 }) }
  return fc.record(whole, { requiredKeys: ["name", "message"] })
}

/** How deep a cause is told, and read. */
export const maxCauseDepth = 8

/**
 * A cause as plain data, 8 levels deep; what lies deeper is left out.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorCause: Schema.Schema<ErrorCause> = causeOf(maxCauseDepth).annotations({
  // deeper ones take long to make and show nothing more
  arbitrary: () => (fc) => arbitraryCause(fc, 2)
})

/**
 * What the `anthropic-ratelimit-*` headers said of one limit.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Limit = Schema.Struct({
  limit: Schema.optional(Count),
  remaining: Schema.optional(Count),
  /** When the bucket is full again, in epoch milliseconds. */
  reset: Schema.optional(Schema.JsonNumber)
})

/**
 * What the `anthropic-ratelimit-*` headers said of one limit.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limit extends Schema.Schema.Type<typeof Limit> {}

/**
 * What the `anthropic-ratelimit-*` headers of a response said.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Limits = Schema.Struct({
  requests: Schema.optional(Limit),
  tokens: Schema.optional(Limit),
  inputTokens: Schema.optional(Limit),
  outputTokens: Schema.optional(Limit)
})

/**
 * What the `anthropic-ratelimit-*` headers of a response said.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits extends Schema.Schema.Type<typeof Limits> {}

/**
 * What every error carries.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorContext {
  readonly phase: Phase
  /** The attempt's number from 1; 0 before any. */
  readonly attempt: number
  /** From the start of the call. */
  readonly elapsed: Duration.Duration
  readonly requestId?: string | undefined
  /** `true` unless it is proven that the request was not fully sent: it may have been run and billed. */
  readonly mayHaveRun: boolean
  readonly request: RequestInfo
  readonly cause?: ErrorCause | undefined
}

/**
 * What is wrong with a request, and where: the type of what was found, never its value.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Issue = Schema.Struct({
  path: Schema.Array(Schema.Union(Schema.String, Schema.JsonNumber)),
  rule: Schema.String,
  message: Schema.String,
  remedy: Schema.String
})

/**
 * What is wrong with a request, and where.
 *
 * @since 0.1.0
 * @category models
 */
export interface Issue extends Schema.Schema.Type<typeof Issue> {}
