/**
 * Every way a call to the Claude API can fail.
 *
 * The errors are Schemas: they cross RPC, workflows and caches, and come back equal. They are plain, redacted and
 * capped data; no live response, no key, no header but a few harmless ones.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { tagged, TypeId } from "./internal/errorClass.js"
import { Count, ErrorCause, Issue, Limits, Millis, Phase, RequestInfo } from "./internal/errorModel.js"
import { bodyOf } from "./internal/replyBodies.js"

export { ErrorCause, type ErrorContext, Issue, Limit, Limits, Phase, RequestInfo } from "./internal/errorModel.js"

const context = {
  phase: Phase,
  attempt: Count,
  elapsed: Millis,
  requestId: Schema.optional(Schema.String),
  mayHaveRun: Schema.Boolean,
  request: RequestInfo,
  cause: Schema.optional(ErrorCause)
}

const answer = {
  ...context,
  status: Schema.optional(Count),
  /** `error.type` of the API's answer. */
  errorType: Schema.optional(Schema.String),
  /** `error.details.error_code`: names the cause more exactly than the type. */
  errorCode: Schema.optional(Schema.String),
  /** What `x-should-retry` said; it overrides what the tag says. */
  shouldRetry: Schema.optional(Schema.Boolean),
  /** The API's own words, redacted and capped. */
  apiMessage: Schema.optional(Schema.String),
  /** The few response headers that may be kept: ids, limits, and who answered. */
  headers: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String }))
}

/**
 * An open connection was torn down: RST, FIN in the middle of a response, socket hang up. Worth another try.
 *
 * @example
 * ```ts
 * import { Effect } from "effect"
 * import type { ClaudeError } from "effect-claude"
 *
 * const told = (call: Effect.Effect<string, ClaudeError.ClaudeError>) =>
 *   call.pipe(
 *     Effect.catchTag("ConnectionReset", (error) =>
 *       Effect.logWarning(error.message, { phase: error.phase, hint: error.hint }).pipe(Effect.as("no answer"))
 *     )
 *   )
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export class ConnectionReset extends tagged<ConnectionReset>()("ConnectionReset", {
  ...context,
  code: Schema.optional(Schema.String),
  /** Bytes of the response's body that came before. */
  bytesReceived: Count,
  /** How long no byte had come. */
  idleFor: Schema.optional(Millis),
  reusedConnection: Schema.optional(Schema.Boolean)
}) {
  get isRetryable(): boolean {
    return true
  }
}

/**
 * No connection could be opened. Worth another try but for TLS, an unknown host (`ENOTFOUND`) and a proxy's 407.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConnectionFailed extends tagged<ConnectionFailed>()("ConnectionFailed", {
  ...context,
  reason: Schema.Literal("Dns", "Refused", "Unreachable", "Tls", "Proxy"),
  code: Schema.optional(Schema.String),
  /** What a proxy answered to CONNECT. */
  proxyStatus: Schema.optional(Count)
}) {
  get isRetryable(): boolean {
    return this.reason !== "Tls" && this.code !== "ENOTFOUND" && this.proxyStatus !== 407
  }
}

/**
 * A time limit of ours ran out. Worth another try, unless it was the deadline of the whole call (`total`) or the client
 * was drained and waited for the call no longer (`drain`).
 *
 * @since 0.1.0
 * @category errors
 */
export class TimedOut extends tagged<TimedOut>()("TimedOut", {
  ...context,
  limit: Schema.Literal("pool", "connect", "headers", "idle", "stalled", "total", "drain"),
  duration: Millis,
  bytesReceived: Schema.optional(Count)
}) {
  get isRetryable(): boolean {
    return this.limit !== "total" && this.limit !== "drain"
  }
}

/**
 * A stream's body ended cleanly without `message_stop`: the answer is not whole. Worth another try.
 *
 * @since 0.1.0
 * @category errors
 */
export class StreamTruncated extends tagged<StreamTruncated>()("StreamTruncated", {
  ...context,
  bytesReceived: Count,
  /** The type of the last event that came. */
  lastEvent: Schema.optional(Schema.String)
}) {
  get isRetryable(): boolean {
    return true
  }
}

/**
 * 429: a rate limit was reached. Worth another try, no sooner than `retryAfter`.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends tagged<RateLimited>()("RateLimited", {
  ...answer,
  retryAfter: Schema.optional(Millis),
  limits: Schema.optional(Limits)
}) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }
}

/**
 * A spend limit was reached (402, 429 with a spend-limit code, or 400 for a limit that you set): waiting does not
 * help, and not even `x-should-retry: true` makes it worth another try.
 *
 * @since 0.1.0
 * @category errors
 */
export class SpendLimitReached extends tagged<SpendLimitReached>()("SpendLimitReached", answer) {
  get isRetryable(): boolean {
    return false
  }
}

/**
 * 529, or `overloaded_error` inside a stream. Worth another try, with patience.
 *
 * @since 0.1.0
 * @category errors
 */
export class Overloaded extends tagged<Overloaded>()("Overloaded", {
  ...answer,
  retryAfter: Schema.optional(Millis)
}) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }
}

/**
 * Other 5xx, 408, and `api_error`, `timeout_error` or an unknown error inside a stream. Worth another try.
 *
 * @since 0.1.0
 * @category errors
 */
export class ServerError extends tagged<ServerError>()("ServerError", {
  ...answer,
  retryAfter: Schema.optional(Millis)
}) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }
}

/**
 * The request is wrong: found before sending (`source: "local"`) or by the API (400, 413, 422, 431 and the 4xx that
 * have no tag of their own).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends tagged<InvalidRequest>()("InvalidRequest", {
  ...answer,
  source: Schema.Literal("local", "api"),
  issues: Schema.Array(Issue)
}) {
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
export class AuthenticationFailed extends tagged<AuthenticationFailed>()("AuthenticationFailed", answer) {
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
export class PermissionDenied extends tagged<PermissionDenied>()("PermissionDenied", answer) {
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
export class NotFound extends tagged<NotFound>()("NotFound", {
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
export class Conflict extends tagged<Conflict>()("Conflict", answer) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }
}

/**
 * A reply that is not what the API speaks: HTML from a proxy, broken JSON. Worth another try if its status is 5xx.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnexpectedResponse extends tagged<UnexpectedResponse>()("UnexpectedResponse", {
  ...answer,
  description: Schema.String,
  contentType: Schema.optional(Schema.String),
  /** The beginning of the reply, redacted, 8 KB at most; of an HTML page its words alone. */
  excerpt: Schema.optional(Schema.String)
}) {
  /**
   * The whole reply, as it came: an answer that could not be read was paid for all the same. 32 MB at most; it stays
   * in this process, so an error that was decoded has none. Treat it as private: it is not redacted.
   */
  static body(error: UnexpectedResponse): string | undefined {
    return bodyOf(error)
  }
  get isRetryable(): boolean {
    return this.shouldRetry ?? (this.status !== undefined && this.status >= 500)
  }
}

/**
 * The circuit breaker refused the call. Worth another try, no sooner than `retryAfter`.
 *
 * @since 0.1.0
 * @category errors
 */
export class CircuitOpen extends tagged<CircuitOpen>()("CircuitOpen", {
  ...context,
  retryAfter: Schema.optional(Millis)
}) {
  get isRetryable(): boolean {
    return true
  }
}

/**
 * The call was not let in: the queue of admission is full (`length`), the wait would be too long (`wait`), or the
 * client is being drained and takes no new calls (`draining`).
 *
 * @since 0.1.0
 * @category errors
 */
export class QueueFull extends tagged<QueueFull>()("QueueFull", {
  ...context,
  bound: Schema.Literal("length", "wait", "draining"),
  /** How long it would take, by the rates, the gate, and how long other calls run. */
  wait: Schema.optional(Millis)
}) {
  get isRetryable(): boolean {
    return false
  }
}

/**
 * Every way a call can fail.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CallError = Schema.Union(
  ConnectionReset,
  ConnectionFailed,
  TimedOut,
  RateLimited,
  SpendLimitReached,
  Overloaded,
  ServerError,
  InvalidRequest,
  AuthenticationFailed,
  PermissionDenied,
  NotFound,
  Conflict,
  UnexpectedResponse,
  CircuitOpen,
  QueueFull
)

/**
 * Every way a call can fail.
 *
 * @since 0.1.0
 * @category models
 */
export type CallError = typeof CallError.Type

/**
 * What only a stream can fail with.
 *
 * @since 0.1.0
 * @category schemas
 */
export const StreamError = StreamTruncated

/**
 * What only a stream can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type StreamError = StreamTruncated

/**
 * What feeds retry schedules: every way a call or a stream can fail.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ClaudeError = Schema.Union(...CallError.members, StreamTruncated)

/**
 * What feeds retry schedules: every way a call or a stream can fail.
 *
 * @since 0.1.0
 * @category models
 */
export type ClaudeError = CallError | StreamError

const isOneOf = (members: ReadonlyArray<{ readonly _tag: string }>) => {
  const tags = new Set(members.map((member) => member._tag))
  return (u: unknown): boolean =>
    Predicate.hasProperty(u, TypeId)
    && Predicate.hasProperty(u, "_tag")
    && Predicate.isString(u._tag)
    && tags.has(u._tag)
}

const oneOfAll = isOneOf(ClaudeError.members)
const oneOfCall = isOneOf(CallError.members)

/**
 * Whether a value is an error of this module.
 *
 * @since 0.1.0
 * @category guards
 */
export const isClaudeError = (u: unknown): u is ClaudeError => oneOfAll(u)

/**
 * Whether a value is an error that any call can fail with.
 *
 * @since 0.1.0
 * @category guards
 */
export const isCallError = (u: unknown): u is CallError => oneOfCall(u)
