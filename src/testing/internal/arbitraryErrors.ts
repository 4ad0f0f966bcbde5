import * as Duration from "effect/Duration"
import * as FastCheck from "effect/FastCheck"
import * as ClaudeError from "../../ClaudeError.js"
import { TransportFault } from "../../transport/TransportFault.js"
import { compact, idTail, model } from "./arbitraryRequests.js"
import type { WireError } from "./failure.js"

const duration = (max: number) => FastCheck.integer({ min: 1, max }).map((millis) => Duration.millis(millis))

const optional = <A>(arbitrary: FastCheck.Arbitrary<A>) => FastCheck.option(arbitrary, { nil: undefined })

const requestId = idTail.map((tail) => `req_${tail}`)

const words = FastCheck.lorem({ maxCount: 8 })

/** What every error has; its request was one for a message. */
const context = (phase: ClaudeError.Phase, mayHaveRun: FastCheck.Arbitrary<boolean> = FastCheck.constant(true)) =>
  FastCheck.record({
    phase: FastCheck.constant(phase),
    attempt: FastCheck.integer({ min: 1, max: 5 }),
    elapsed: duration(600_000),
    mayHaveRun,
    request: model.map((model) => ({ method: "POST", path: "/v1/messages", model, bodyBytes: 200, stream: false }))
  })

const never = FastCheck.constant(false)

/** What every answer of the API that is an error has. */
const answer = (kinds: ReadonlyArray<readonly [status: number, type: string, code?: string]>) =>
  FastCheck.tuple(
    context("headers"),
    FastCheck.constantFrom(...kinds),
    FastCheck.record({ requestId, apiMessage: words, shouldRetry: optional(FastCheck.boolean()) })
  ).map(([context, [status, errorType, errorCode], said]) =>
    compact({ ...context, ...said, status, errorType, errorCode })
  )

const limit = FastCheck.record({
  limit: FastCheck.integer({ min: 1, max: 1_000_000 }),
  remaining: FastCheck.integer({ min: 0, max: 1_000_000 }),
  reset: FastCheck.integer({ min: 1_700_000_000, max: 1_900_000_000 }).map((seconds) => seconds * 1000)
})

const retryAfter = optional(duration(3_600_000))

const withRetryAfter = <A extends object>(arbitrary: FastCheck.Arbitrary<A>) =>
  FastCheck.tuple(arbitrary, retryAfter).map(([fields, retryAfter]) => compact({ ...fields, retryAfter }))

const answers: ReadonlyArray<FastCheck.Arbitrary<WireError>> = [
  FastCheck.tuple(
    withRetryAfter(
      answer([
        [429, "rate_limit_error"],
        [429, "rate_limit_error", "ramp_limit_exceeded"]
      ])
    ),
    optional(FastCheck.record({ requests: limit, inputTokens: limit, outputTokens: limit }))
  ).map(([fields, limits]) => new ClaudeError.RateLimited({ ...fields, limits })),
  answer([
    [402, "billing_error"],
    [429, "rate_limit_error", "enforced_spend_limit_reached"]
  ]).map((fields) => new ClaudeError.SpendLimitReached(fields)),
  withRetryAfter(answer([[529, "overloaded_error"]])).map((fields) => new ClaudeError.Overloaded(fields)),
  withRetryAfter(
    answer([
      [500, "api_error"],
      [504, "timeout_error"],
      [503, "api_error"]
    ])
  ).map((fields) => new ClaudeError.ServerError(fields)),
  answer([
    [400, "invalid_request_error"],
    [413, "request_too_large"]
  ]).map((fields) => new ClaudeError.InvalidRequest({ ...fields, source: "api", issues: [] })),
  answer([[401, "authentication_error"]]).map((fields) => new ClaudeError.AuthenticationFailed(fields)),
  answer([[403, "permission_error"]]).map((fields) => new ClaudeError.PermissionDenied(fields)),
  answer([[404, "not_found_error"]]).map((fields) => new ClaudeError.NotFound(fields)),
  answer([
    [409, "conflict_error"],
    [412, "memory_precondition_failed_error"]
  ]).map((fields) => new ClaudeError.Conflict(fields))
]

/** A response had begun to come, and said which it was. */
const identified = <A extends object>(context: FastCheck.Arbitrary<A>) =>
  FastCheck.tuple(context, requestId).map(([context, requestId]) => ({ ...context, requestId }))

const reset = FastCheck.oneof(
  FastCheck.tuple(context("send", never), FastCheck.constant(0)),
  FastCheck.tuple(context("headers"), FastCheck.constant(0)),
  FastCheck.tuple(identified(context("body")), FastCheck.integer({ min: 0, max: 100_000 }))
).chain(([context, bytesReceived]) =>
  FastCheck.constantFrom("ECONNRESET", "UND_ERR_SOCKET", "EPIPE").map(
    (code) => new ClaudeError.ConnectionReset({ ...context, bytesReceived, code, reusedConnection: false })
  )
)

const refusals = [
  ["Dns", "EAI_AGAIN"],
  ["Dns", "ENOTFOUND"],
  ["Refused", "ECONNREFUSED"],
  ["Unreachable", "EHOSTUNREACH"],
  ["Tls", "CERT_HAS_EXPIRED"]
] as const

const failed = FastCheck.tuple(context("connect", never), FastCheck.constantFrom(...refusals)).map(
  ([context, [reason, code]]) => new ClaudeError.ConnectionFailed({ ...context, reason, code })
)

const limits = [
  ["pool", "queue"],
  ["connect", "connect"],
  ["headers", "headers"],
  ["idle", "body"],
  ["stalled", "body"],
  ["total", "body"]
] as const

const timedOut = FastCheck.constantFrom(...limits).chain(([limit, phase]) => {
  const known = context(phase, FastCheck.constant(phase === "headers" || phase === "body"))
  return FastCheck.tuple(phase === "body" ? identified(known) : known, duration(600_000)).map(
    ([context, duration]) => new ClaudeError.TimedOut({ ...context, limit, duration, bytesReceived: 0 })
  )
})

const unexpected = FastCheck.tuple(
  identified(context("headers")),
  FastCheck.constantFrom(502, 503, 504, 404),
  words
).map(
  ([context, status, words]) =>
    new ClaudeError.UnexpectedResponse({
      ...context,
      status,
      description: "a body of type text/plain",
      contentType: "text/plain",
      excerpt: words
    })
)

const truncated = FastCheck.tuple(identified(context("body")), FastCheck.integer({ min: 0, max: 100_000 })).map(
  ([context, bytesReceived]) => new ClaudeError.StreamTruncated({ ...context, bytesReceived })
)

export const wireError: FastCheck.Arbitrary<WireError> = FastCheck.oneof(
  ...answers,
  reset,
  failed,
  timedOut,
  unexpected,
  truncated
)

const refusedHere: FastCheck.Arbitrary<ClaudeError.ClaudeError> = FastCheck.oneof(
  withRetryAfter(context("queue", never)).map((fields) => new ClaudeError.CircuitOpen(fields)),
  FastCheck.tuple(context("queue", never), FastCheck.constantFrom("length" as const, "wait" as const)).map(
    ([context, bound]) => new ClaudeError.QueueFull({ ...context, bound })
  )
)

export const error: FastCheck.Arbitrary<ClaudeError.ClaudeError> = FastCheck.oneof(
  { weight: 7, arbitrary: wireError },
  { weight: 1, arbitrary: refusedHere }
)

export const transportFault: FastCheck.Arbitrary<TransportFault> = FastCheck.oneof(
  reset.map(
    ({ bytesReceived, code, mayHaveRun, phase }) =>
      new TransportFault({
        reason: "Reset",
        phase: phase === "validate" ? "headers" : phase,
        code,
        bytesReceived,
        reusedConnection: false,
        requestSent: mayHaveRun
      })
  ),
  failed.map(
    ({ code, reason }) => new TransportFault({ reason, phase: "connect", code, bytesReceived: 0, requestSent: false })
  ),
  FastCheck.tuple(FastCheck.constantFrom(...limits), duration(600_000)).map(
    ([[limit, phase], duration]) => new TransportFault({ reason: "TimedOut", phase, limit, duration, bytesReceived: 0 })
  ),
  FastCheck.constantFrom("headers" as const, "body" as const).map(
    (phase) => new TransportFault({ reason: "Malformed", phase, code: "HPE_INVALID_CONSTANT", bytesReceived: 0 })
  )
)
