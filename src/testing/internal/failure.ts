/** Failures as they come over the wire: what the client makes of it is the error that was asked for. */
import * as Duration from "effect/Duration"
import type { ClaudeError, Limit, Limits } from "../../ClaudeError.js"
import type { FaultReason, TimeLimit } from "../../transport/TransportFault.js"
import { TransportFault } from "../../transport/TransportFault.js"

/**
 * The errors that can come from the other side. `CircuitOpen` and `QueueFull` are made by policies on this side: turn
 * those on, and they come.
 *
 * @since 0.1.0
 * @category models
 */
export type WireError = Exclude<ClaudeError, { readonly _tag: "CircuitOpen" | "QueueFull" }>

/**
 * How a call fails: the tag of an error, an error to be had again, or a fault of the transport.
 *
 * @since 0.1.0
 * @category models
 */
export type Failure = WireError["_tag"] | WireError | TransportFault

/**
 * What a failure named by its tag carries.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface FailureOptions {
  /** How long the API asks to wait, sent as `retry-after-ms`. Default: it does not say. */
  readonly retryAfter?: Duration.DurationInput | undefined
  /** The HTTP status. Default: the usual one of the tag. */
  readonly status?: number | undefined
  /** `error.type`. Default: the usual one of the tag. */
  readonly type?: string | undefined
  /** The API's own words. Default: its type. */
  readonly message?: string | undefined
  /** `error.details.error_code`. Default: none. */
  readonly code?: string | undefined
  /** Why no connection could be opened (`ConnectionFailed`). Default: `Refused`. */
  readonly reason?: "Dns" | "Refused" | "Unreachable" | "Tls" | "Proxy" | undefined
  /** Which limit ran out (`TimedOut`). Default: `headers`. */
  readonly limit?: TimeLimit | undefined
  /** How far the exchange had come (`ConnectionReset`). Default: `headers`, after content was sent `body`. */
  readonly phase?: TransportFault["phase"] | undefined
  /** More headers of the answer, names in lower case. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** An error answer, whether it comes as a response or as an event. */
export interface Refusal {
  readonly _tag: "Refusal"
  readonly status: number
  readonly type: string
  readonly message: string
  readonly code: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** A body that is not what the API speaks. */
export interface Garbage {
  readonly _tag: "Garbage"
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Fault {
  readonly _tag: "Fault"
  /** Of the response that it breaks, if there is one. */
  readonly headers: Readonly<Record<string, string>>
  readonly make: (bytesReceived: number, inBody: boolean) => TransportFault
}

/** The stream ends as if it were whole. */
export interface Truncation {
  readonly _tag: "Truncation"
  readonly headers: Readonly<Record<string, string>>
}

export type Wire = Refusal | Garbage | Fault | Truncation

const usual: { readonly [tag: string]: readonly [status: number, type: string] } = {
  RateLimited: [429, "rate_limit_error"],
  SpendLimitReached: [402, "billing_error"],
  Overloaded: [529, "overloaded_error"],
  ServerError: [500, "api_error"],
  InvalidRequest: [400, "invalid_request_error"],
  AuthenticationFailed: [401, "authentication_error"],
  PermissionDenied: [403, "permission_error"],
  NotFound: [404, "not_found_error"],
  Conflict: [409, "conflict_error"]
}

const page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

export const labelOf = (failure: Failure): string => (typeof failure === "string" ? failure : failure._tag)

/** What goes over the wire. */
export const toWire = (failure: Failure, options: FailureOptions): Wire => {
  if (failure instanceof TransportFault) return { _tag: "Fault", headers: {}, make: () => failure }
  return typeof failure === "string" ? named(failure, options) : again(failure)
}

const named = (tag: WireError["_tag"], options: FailureOptions): Wire => {
  const { code, headers = {}, limit = "headers", phase, reason = "Refused", retryAfter } = options
  switch (tag) {
    case "StreamTruncated":
      return { _tag: "Truncation", headers }
    case "ConnectionReset":
      return broken({ reason: "Reset", phase: phase ?? "headers", code: "ECONNRESET", requestSent: true }, phase)
    case "ConnectionFailed":
      return broken({ reason, phase: "connect", code: codes[reason], requestSent: false }, "connect")
    case "TimedOut":
      return broken({ reason: "TimedOut", phase: phaseOf(limit), limit, duration: Duration.zero }, phaseOf(limit))
    case "UnexpectedResponse":
      return {
        _tag: "Garbage",
        status: options.status ?? 502,
        headers: { "content-type": "text/html", ...headers },
        body: options.message ?? page
      }
    default: {
      const [status, type] = usual[tag] ?? [500, "api_error"]
      return {
        _tag: "Refusal",
        status: options.status ?? status,
        type: options.type ?? type,
        message: options.message ?? `a scripted ${options.type ?? type}`,
        code,
        headers: { ...waiting(retryAfter), ...headers }
      }
    }
  }
}

const codes: { readonly [R in FaultReason]?: string } = {
  Dns: "EAI_AGAIN",
  Refused: "ECONNREFUSED",
  Unreachable: "EHOSTUNREACH",
  Tls: "DEPTH_ZERO_SELF_SIGNED_CERT"
}

const phaseOf = (limit: TimeLimit): TransportFault["phase"] => {
  switch (limit) {
    case "pool":
      return "queue"
    case "connect":
    case "headers":
      return limit
    default:
      return "body"
  }
}

type FaultFields = Omit<ConstructorParameters<typeof TransportFault>[0], "bytesReceived">

/** A phase that was asked for stays; else a fault that comes in a body says so. */
const broken = (fields: FaultFields, phase: TransportFault["phase"] | undefined, bytes?: number): Fault => ({
  _tag: "Fault",
  headers: {},
  make: (bytesReceived, inBody) =>
    new TransportFault({
      reusedConnection: false,
      ...fields,
      phase: inBody ? "body" : (phase ?? fields.phase),
      bytesReceived: bytes ?? bytesReceived,
      ...(inBody ? { requestSent: true } : {})
    })
})

const waiting = (retryAfter: Duration.DurationInput | undefined): Readonly<Record<string, string>> =>
  retryAfter === undefined ? {} : { "retry-after-ms": String(Math.ceil(Duration.toMillis(retryAfter))) }

/** What makes the client fail with an error like this one. */
const again = (error: WireError): Wire => {
  const phase = error.phase === "validate" ? "headers" : error.phase
  switch (error._tag) {
    case "StreamTruncated":
      return { _tag: "Truncation", headers: idHeader(error) }
    case "ConnectionReset":
      return {
        ...broken(
          {
            reason: "Reset",
            phase,
            code: error.code,
            idleFor: error.idleFor,
            reusedConnection: error.reusedConnection,
            requestSent: error.mayHaveRun
          },
          phase
        ),
        headers: idHeader(error)
      }
    case "ConnectionFailed":
      return broken({ reason: error.reason, phase, code: error.code, proxyStatus: error.proxyStatus }, phase)
    case "TimedOut":
      return {
        ...broken(
          { reason: "TimedOut", phase, limit: error.limit, duration: error.duration, requestSent: error.mayHaveRun },
          phase,
          error.bytesReceived
        ),
        headers: idHeader(error)
      }
    case "UnexpectedResponse":
      return {
        _tag: "Garbage",
        status: error.status ?? 502,
        headers: { ...error.headers, ...answered(error), "content-type": error.contentType ?? "text/plain" },
        body: error.excerpt ?? ""
      }
    default:
      return refusal(error)
  }
}

type ApiError = Exclude<
  WireError,
  { readonly _tag: "StreamTruncated" | "ConnectionReset" | "ConnectionFailed" | "TimedOut" | "UnexpectedResponse" }
>

const refusal = (error: ApiError): Refusal => {
  const [status, type] = usual[error._tag] ?? [500, "api_error"]
  return {
    _tag: "Refusal",
    status: error.status ?? status,
    type: error.errorType ?? type,
    message: error.apiMessage ?? (error._tag === "InvalidRequest" ? issuesOf(error) : `a scripted ${type}`),
    code: error.errorCode,
    headers: {
      ...error.headers,
      ...answered(error),
      ...("retryAfter" in error ? waiting(error.retryAfter) : {}),
      ...("limits" in error ? limitHeaders(error.limits) : {})
    }
  }
}

const issuesOf = (error: Extract<WireError, { readonly _tag: "InvalidRequest" }>): string =>
  error.issues.map(({ message, path }) => `${path.join(".")}: ${message}`).join("; ") || "a scripted refusal"

const idHeader = ({ requestId }: WireError): Readonly<Record<string, string>> =>
  requestId === undefined ? {} : { "request-id": requestId }

const answered = (error: ApiError | Extract<WireError, { readonly _tag: "UnexpectedResponse" }>) => ({
  ...idHeader(error),
  ...(error.shouldRetry === undefined ? {} : { "x-should-retry": String(error.shouldRetry) })
})

const limitNames = {
  requests: "requests",
  tokens: "tokens",
  inputTokens: "input-tokens",
  outputTokens: "output-tokens"
}

const limitHeaders = (limits: Limits | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(limitNames).flatMap(([key, name]) => {
      // the keys of the table above are those of the limits
      const limit = limits?.[key as keyof typeof limitNames]
      return limit === undefined ? [] : headersOf(`anthropic-ratelimit-${name}`, limit)
    })
  )

const headersOf = (prefix: string, { limit, remaining, reset }: Limit): ReadonlyArray<readonly [string, string]> => [
  ...(limit === undefined ? [] : [[`${prefix}-limit`, String(limit)] as const]),
  ...(remaining === undefined ? [] : [[`${prefix}-remaining`, String(remaining)] as const]),
  ...(reset === undefined ? [] : [[`${prefix}-reset`, new Date(reset).toISOString()] as const])
]

/** The body of a refusal, and the data of an `error` event. */
export const refusalBody = ({ code, message, type }: Refusal): object => ({
  type: "error",
  error: { type, message, ...(code === undefined ? {} : { details: { error_code: code } }) }
})
