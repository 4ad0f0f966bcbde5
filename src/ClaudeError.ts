/**
 * Every way a call to the Claude API can fail.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

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
  bodyBytes: Schema.optional(Schema.Number)
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

/**
 * A cause as plain data.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorCause: Schema.Schema<ErrorCause> = Schema.Struct({
  name: Schema.String,
  message: Schema.String,
  code: Schema.optional(Schema.String),
  syscall: Schema.optional(Schema.String),
  cause: Schema.optional(Schema.suspend((): Schema.Schema<ErrorCause> => ErrorCause)),
  errors: Schema.optional(Schema.Array(Schema.suspend((): Schema.Schema<ErrorCause> => ErrorCause)))
})

/**
 * What the `anthropic-ratelimit-*` headers said of one limit.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Limit = Schema.Struct({
  limit: Schema.optional(Schema.Number),
  remaining: Schema.optional(Schema.Number),
  /** When the bucket is full again, in epoch milliseconds. */
  reset: Schema.optional(Schema.Number)
})

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

const context = {
  phase: Phase,
  attempt: Schema.Number,
  elapsed: Schema.DurationFromMillis,
  requestId: Schema.optional(Schema.String),
  mayHaveRun: Schema.Boolean,
  request: RequestInfo,
  cause: Schema.optional(ErrorCause)
}

const answer = {
  ...context,
  status: Schema.optional(Schema.Number),
  errorType: Schema.optional(Schema.String),
  errorCode: Schema.optional(Schema.String),
  shouldRetry: Schema.optional(Schema.Boolean),
  /** The API's own words, redacted and capped. */
  apiMessage: Schema.optional(Schema.String)
}

/**
 * An open connection was torn down: RST, FIN in the middle of a response, socket hang up.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConnectionReset extends Schema.TaggedError<ConnectionReset>("effect-claude/ConnectionReset")(
  "ConnectionReset",
  {
    ...context,
    code: Schema.optional(Schema.String),
    /** Bytes of the response's body that came before. */
    bytesReceived: Schema.Number,
    /** How long no byte had come. */
    idleFor: Schema.optional(Schema.DurationFromMillis),
    reusedConnection: Schema.optional(Schema.Boolean)
  }
) {
  get isRetryable(): boolean {
    return true
  }
}

/**
 * No connection could be opened.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConnectionFailed extends Schema.TaggedError<ConnectionFailed>("effect-claude/ConnectionFailed")(
  "ConnectionFailed",
  {
    ...context,
    reason: Schema.Literal("Dns", "Refused", "Unreachable", "Tls", "Proxy"),
    code: Schema.optional(Schema.String),
    /** What a proxy answered to CONNECT. */
    proxyStatus: Schema.optional(Schema.Number)
  }
) {
  get isRetryable(): boolean {
    return this.reason !== "Tls" && this.code !== "ENOTFOUND" && this.proxyStatus !== 407
  }
}

/**
 * A time limit of ours ran out.
 *
 * @since 0.1.0
 * @category errors
 */
export class TimedOut extends Schema.TaggedError<TimedOut>("effect-claude/TimedOut")("TimedOut", {
  ...context,
  limit: Schema.Literal("pool", "connect", "headers", "idle", "stalled", "total"),
  duration: Schema.DurationFromMillis,
  bytesReceived: Schema.optional(Schema.Number)
}) {
  get isRetryable(): boolean {
    return this.limit !== "total"
  }
}

/**
 * A stream's body ended cleanly without `message_stop`.
 *
 * @since 0.1.0
 * @category errors
 */
export class StreamTruncated extends Schema.TaggedError<StreamTruncated>("effect-claude/StreamTruncated")(
  "StreamTruncated",
  {
    ...context,
    bytesReceived: Schema.Number,
    /** The type of the last event that came. */
    lastEvent: Schema.optional(Schema.String)
  }
) {
  get isRetryable(): boolean {
    return true
  }
}

/**
 * 429: a rate limit was reached; no sooner than `retryAfter`.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends Schema.TaggedError<RateLimited>("effect-claude/RateLimited")("RateLimited", {
  ...answer,
  retryAfter: Schema.optional(Schema.DurationFromMillis),
  limits: Schema.optional(Limits)
}) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }
}

/**
 * A spend limit was reached (402, and 429 with a spend-limit code): waiting does not help.
 *
 * @since 0.1.0
 * @category errors
 */
export class SpendLimitReached extends Schema.TaggedError<SpendLimitReached>("effect-claude/SpendLimitReached")(
  "SpendLimitReached",
  answer
) {
  get isRetryable(): boolean {
    return false
  }
}

/**
 * 529, or `overloaded_error` inside a stream.
 *
 * @since 0.1.0
 * @category errors
 */
export class Overloaded extends Schema.TaggedError<Overloaded>("effect-claude/Overloaded")("Overloaded", {
  ...answer,
  retryAfter: Schema.optional(Schema.DurationFromMillis)
}) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }
}

/**
 * Other 5xx, 408, `api_error`, `timeout_error`.
 *
 * @since 0.1.0
 * @category errors
 */
export class ServerError extends Schema.TaggedError<ServerError>("effect-claude/ServerError")("ServerError", {
  ...answer,
  retryAfter: Schema.optional(Schema.DurationFromMillis)
}) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }
}

/**
 * What is wrong with a request, and where.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Issue = Schema.Struct({
  path: Schema.Array(Schema.Union(Schema.String, Schema.Number)),
  rule: Schema.String,
  message: Schema.String,
  remedy: Schema.String
})

/**
 * The request is wrong: found before sending (`source: "local"`) or by the API (400, 413, 422, 431).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>("effect-claude/InvalidRequest")(
  "InvalidRequest",
  {
    ...answer,
    source: Schema.Literal("local", "api"),
    issues: Schema.Array(Issue)
  }
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }
}

/**
 * 401: the credential was not accepted.
 *
 * @since 0.1.0
 * @category errors
 */
export class AuthenticationFailed
  extends Schema.TaggedError<AuthenticationFailed>("effect-claude/AuthenticationFailed")("AuthenticationFailed", answer)
{
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }
}

/**
 * 403: the credential may not do this.
 *
 * @since 0.1.0
 * @category errors
 */
export class PermissionDenied extends Schema.TaggedError<PermissionDenied>("effect-claude/PermissionDenied")(
  "PermissionDenied",
  answer
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }
}

/**
 * 404: no such model, file, batch or path.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends Schema.TaggedError<NotFound>("effect-claude/NotFound")("NotFound", {
  ...answer,
  /** For a model that was retired: the one to use instead. */
  successor: Schema.optional(Schema.String)
}) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }
}

/**
 * 409 and 412: the resource changed meanwhile.
 *
 * @since 0.1.0
 * @category errors
 */
export class Conflict extends Schema.TaggedError<Conflict>("effect-claude/Conflict")("Conflict", answer) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }
}

/**
 * A reply that is not what the API speaks: HTML from a proxy, broken JSON.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnexpectedResponse extends Schema.TaggedError<UnexpectedResponse>("effect-claude/UnexpectedResponse")(
  "UnexpectedResponse",
  {
    ...answer,
    description: Schema.String,
    contentType: Schema.optional(Schema.String),
    /** The beginning of the reply, redacted, 8 KB at most. */
    excerpt: Schema.optional(Schema.String)
  }
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? (this.status !== undefined && this.status >= 500)
  }
}

/**
 * The circuit breaker refused the call.
 *
 * @since 0.1.0
 * @category errors
 */
export class CircuitOpen extends Schema.TaggedError<CircuitOpen>("effect-claude/CircuitOpen")("CircuitOpen", {
  ...context,
  retryAfter: Schema.optional(Schema.DurationFromMillis)
}) {
  get isRetryable(): boolean {
    return true
  }
}

/**
 * Admission refused the call: its queue is full, or the wait would be too long.
 *
 * @since 0.1.0
 * @category errors
 */
export class QueueFull extends Schema.TaggedError<QueueFull>("effect-claude/QueueFull")("QueueFull", {
  ...context,
  bound: Schema.Literal("length", "wait"),
  /** How long it would take. */
  wait: Schema.optional(Schema.DurationFromMillis)
}) {
  get isRetryable(): boolean {
    return false
  }
}

/**
 * Every way a call can fail.
 *
 * @since 0.1.0
 * @category errors
 */
export type CallError =
  | ConnectionReset
  | ConnectionFailed
  | TimedOut
  | RateLimited
  | SpendLimitReached
  | Overloaded
  | ServerError
  | InvalidRequest
  | AuthenticationFailed
  | PermissionDenied
  | NotFound
  | Conflict
  | UnexpectedResponse
  | CircuitOpen
  | QueueFull

/**
 * What only a stream can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type StreamError = StreamTruncated

/**
 * What feeds retry schedules.
 *
 * @since 0.1.0
 * @category errors
 */
export type ClaudeError = CallError | StreamError
