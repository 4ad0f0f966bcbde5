import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { TransportFault } from "../../transport/TransportFault.js"
import type { Exchange, Fault, Moment } from "./faultPlan.js"
import { fault } from "./faultPlan.js"
import { withinHeaders } from "../../transport/internal/headersLimit.js"
import { make as scriptedBody, text } from "./scriptedBody.js"

type Fields = ConstructorParameters<typeof TransportFault>[0]

/** The request goes nowhere. */
const refused = (name: string, fields: Omit<Fields, "bytesReceived">, fits?: Fault["fits"]): Fault =>
  fault(
    name,
    (_, { note }) =>
      Effect.suspend(() => {
        note(`instead of sending, in phase ${fields.phase}`)
        return new TransportFault({ bytesReceived: 0, requestSent: false, reusedConnection: false, ...fields })
      }),
    fits
  )

/** The request is sent and answered, and its answer lost: its connection closes. */
const lost = (name: string, fields: Omit<Fields, "bytesReceived" | "phase">): Fault =>
  fault(name, (exchange, { note }) =>
    Effect.flatMap(Effect.scoped(exchange), () => {
      note("in place of the headers")
      return new TransportFault({
        bytesReceived: 0,
        phase: "headers",
        requestSent: true,
        reusedConnection: false,
        ...fields
      })
    })
  )

const timedOut = (limit: "pool" | "connect", { request }: Moment): Effect.Effect<never, TransportFault> => {
  const duration = request.limits[limit]
  return duration === undefined
    ? Effect.never
    : Effect.zipRight(
        Effect.sleep(duration),
        new TransportFault({
          reason: "TimedOut",
          phase: limit === "pool" ? "queue" : "connect",
          limit,
          duration,
          bytesReceived: 0,
          requestSent: false
        })
      )
}

/**
 * No connection of the pool gets free until the limit on waiting for one ends the wait.
 *
 * @since 0.1.0
 * @category constructors
 */
export const poolExhausted = (): Fault =>
  fault("pool-exhausted", (_, moment) =>
    Effect.suspend(() => {
      moment.note("in the queue")
      return timedOut("pool", moment)
    })
  )

/**
 * The host's name cannot be found: for now (`EAI_AGAIN`, the default), or at all (`ENOTFOUND`).
 *
 * @since 0.1.0
 * @category constructors
 */
export const dns = (code: "EAI_AGAIN" | "ENOTFOUND" = "EAI_AGAIN"): Fault =>
  refused("dns", { reason: "Dns", phase: "connect", code })

/**
 * The connection is refused.
 *
 * @since 0.1.0
 * @category constructors
 */
export const connectionRefused = (): Fault =>
  refused("connection-refused", { reason: "Refused", phase: "connect", code: "ECONNREFUSED" })

/**
 * There is no way to the host.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unreachable = (): Fault =>
  refused("unreachable", { reason: "Unreachable", phase: "connect", code: "EHOSTUNREACH" })

/**
 * TLS fails, by default for a certificate that is not trusted.
 *
 * @since 0.1.0
 * @category constructors
 */
export const tls = (code = "DEPTH_ZERO_SELF_SIGNED_CERT"): Fault =>
  refused("tls", { reason: "Tls", phase: "connect", code })

/**
 * The proxy answers CONNECT with this status, 502 by default.
 *
 * @since 0.1.0
 * @category constructors
 */
export const proxyRefused = (status = 502): Fault =>
  refused(`proxy-${status}`, { reason: "Proxy", phase: "connect", proxyStatus: status })

/**
 * The connection does not open until the limit on that ends the wait.
 *
 * @since 0.1.0
 * @category constructors
 */
export const connectStall = (): Fault =>
  fault("connect-stall", (_, moment) =>
    Effect.suspend(() => {
      moment.note("while connecting")
      return timedOut("connect", moment)
    })
  )

/**
 * The request goes out on a connection that the other side has just closed. Requests that ask for a fresh connection
 * are spared.
 *
 * @since 0.1.0
 * @category constructors
 */
export const staleKeepAlive = (): Fault =>
  refused(
    "stale-keep-alive",
    { reason: "Reset", phase: "headers", code: "ECONNRESET", reusedConnection: true, requestSent: undefined },
    ({ fresh }) => !fresh
  )

/**
 * The connection is reset while the request is being sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetDuringUpload = (): Fault =>
  refused("reset-during-upload", { reason: "Reset", phase: "send", code: "EPIPE" })

/**
 * The request is sent and run, and the connection reset before the answer's headers.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetBeforeHeaders = (): Fault => lost("reset-before-headers", { reason: "Reset", code: "ECONNRESET" })

/**
 * The request is sent and run, and the connection closed (FIN) before the answer's headers.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finBeforeHeaders = (): Fault => lost("fin-before-headers", { reason: "Reset", code: "UND_ERR_SOCKET" })

/**
 * The request is sent and run, and what comes is no HTTP.
 *
 * @since 0.1.0
 * @category constructors
 */
export const garbageHead = (): Fault => lost("garbage-head", { reason: "Malformed", code: "HPE_INVALID_CONSTANT" })

/**
 * Silence before the headers: for ever, so that the limit on them ends it, or for a time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stallBeforeHeaders = (duration?: Duration.DurationInput): Fault =>
  fault("stall-before-headers", (exchange, { note, request }) =>
    Effect.suspend(() => {
      note("before the headers")
      if (duration !== undefined) {
        return Effect.flatMap(exchange, (response) =>
          Effect.as(withinHeaders(Effect.sleep(duration), request.limits.headers), response)
        )
      }
      return Effect.zipRight(exchange, withinHeaders(Effect.never, request.limits.headers))
    })
  )

/** An answer that comes in place of that of the API, which never sees the request. */
const instead = (name: string, status: number, headers: Readonly<Record<string, string>>, body: string): Fault =>
  fault(name, (_, { note }): Exchange =>
    Effect.sync(() => {
      note(`an answer ${status}`)
      return { status, headers, reusedConnection: false, body: scriptedBody(body === "" ? [] : [text(body)]) }
    })
  )

/**
 * An answer of your own in place of the API's: status, headers (names in lower case) and body.
 *
 * @since 0.1.0
 * @category constructors
 */
export const answer = (options: {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
}): Fault => instead(`answer-${options.status}`, options.status, options.headers ?? {}, options.body ?? "")

/**
 * An error answer of the API, of any status and type.
 *
 * @since 0.1.0
 * @category constructors
 */
export const apiError = (options: {
  readonly status: number
  readonly type: string
  readonly message?: string | undefined
  /** `error.details.error_code`. */
  readonly code?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as `x-should-retry`, which clients obey first. Default: absent. */
  readonly shouldRetry?: boolean | undefined
}): Fault => {
  const { code, headers, message, shouldRetry, status, type } = options
  const details = code === undefined ? {} : { details: { error_code: code } }
  return instead(
    `${status}-${type.replaceAll("_", "-")}`,
    status,
    {
      "content-type": "application/json",
      ...(shouldRetry === undefined ? {} : { "x-should-retry": String(shouldRetry) }),
      ...headers
    },
    JSON.stringify({ type: "error", error: { type, message: message ?? type, ...details } })
  )
}

/**
 * 429 `rate_limit_error`, with `retry-after` in seconds if it is given.
 *
 * @since 0.1.0
 * @category constructors
 */
export const rateLimited = (
  options: {
    readonly retryAfter?: number | string | undefined
    readonly code?: string | undefined
  } = {}
): Fault => ({
  ...apiError({
    status: 429,
    type: "rate_limit_error",
    code: options.code,
    headers: options.retryAfter === undefined ? {} : { "retry-after": String(options.retryAfter) }
  }),
  name: "429"
})

/**
 * 529 `overloaded_error`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const overloaded = (): Fault => ({
  ...apiError({ status: 529, type: "overloaded_error", message: "Overloaded" }),
  name: "529"
})

/**
 * A 5xx of the API, 500 by default.
 *
 * @since 0.1.0
 * @category constructors
 */
export const serverError = (status = 500): Fault => ({
  ...apiError({ status, type: "api_error", message: "Internal server error" }),
  name: String(status)
})

/**
 * A page of HTML as a proxy answers it, 502 by default.
 *
 * @since 0.1.0
 * @category constructors
 */
export const html = (status = 502): Fault =>
  instead(
    `html-${status}`,
    status,
    { "content-type": "text/html" },
    `<html><head><title>${status}</title></head><body><h1>${status}</h1><hr>nginx</body></html>`
  )
