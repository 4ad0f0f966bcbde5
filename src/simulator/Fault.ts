/**
 * Faults: what goes wrong with a request, and which request it happens to.
 *
 * A fault is given to one request, the next that fits it. `onRequest`, `onRoute`, `onMatch`, `withProbability`, `times`
 * and `always` say otherwise. In a list of faults the first that fits a request is the one it gets, so that
 * `[Fault.resetBeforeHeaders(), Fault.rateLimited({ retryAfter: 1 })]` resets the first request, refuses the second
 * and leaves the third alone.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { dual } from "effect/Function"
import type { Dialect } from "./internal/sse.js"

/**
 * A place in the body of an answer: a number of bytes, or after so many events, after so many UTF-16 units of text, or
 * after the nth event or delta of a type (`"message_delta"`, `"thinking_delta"`; `nth` counts from 1, the default). `plus` adds
 * bytes: the place is then inside of the next event. A place that the body does not reach is its end.
 *
 * @since 0.1.0
 * @category models
 */
export type Position =
  | number
  | { readonly event: number; readonly plus?: number | undefined }
  | { readonly text: number; readonly plus?: number | undefined }
  | { readonly after: string; readonly nth?: number | undefined; readonly plus?: number | undefined }

/**
 * The routes of the simulator.
 *
 * @since 0.1.0
 * @category models
 */
export type Route = "messages" | "count_tokens" | "models" | "model" | "unknown"

/**
 * What a fault may look at to decide whether it fits. `body` is absent for faults that act before it was read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Seen {
  /** How many requests came before, plus one. */
  readonly nth: number
  readonly method: string
  readonly path: string
  readonly route: Route
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly connection: { readonly id: number; readonly nth: number }
}

/**
 * The `error` object of an answer or an event.
 *
 * @since 0.1.0
 * @category models
 */
export interface ErrorObject {
  readonly type: string
  readonly message: string
  readonly details?: { readonly [key: string]: unknown } | undefined
}

/**
 * One thing that goes wrong. Made by the constructors of this module.
 *
 * @since 0.1.0
 * @category models
 */
export type Disturbance =
  | { readonly _tag: "Drop"; readonly moment: "accept" | "reuse" | "beforeHeaders" | "insideHeaders"; readonly how: "reset" | "fin" }
  | { readonly _tag: "DropUpload"; readonly after: number }
  | { readonly _tag: "Wait"; readonly millis: number | undefined }
  | { readonly _tag: "Head"; readonly text: string }
  | {
    readonly _tag: "Answer"
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | ErrorObject
    /** Milliseconds from now that a `retry-after` HTTP date names. */
    readonly retryAt?: number | undefined
    /** Answered while the body is still being sent, and closed. */
    readonly early?: boolean | undefined
  }
  | {
    readonly _tag: "Cut"
    readonly at: Position
    readonly how: "reset" | "fin" | "end" | "stall" | "pings" | "badChunk"
    readonly every?: number | undefined
    readonly millis?: number | undefined
  }
  | { readonly _tag: "Length"; readonly by: number }
  | { readonly _tag: "Gzip"; readonly how: "corrupt" | "truncated" }
  | { readonly _tag: "Truncate"; readonly keep: number }
  | { readonly _tag: "Pace"; readonly bytes: number; readonly every: number }
  | { readonly _tag: "Speak"; readonly dialect: Dialect }
  | { readonly _tag: "Insert"; readonly at: Position; readonly event: string; readonly data: string; readonly last: boolean }
  | { readonly _tag: "Malform"; readonly at: Position }
  | { readonly _tag: "UnknownBlock" }
  | { readonly _tag: "Stop"; readonly at: Position | undefined; readonly reason: string; readonly details: { readonly [key: string]: unknown } | null }

/**
 * A fault: what goes wrong, for whom, how often.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault {
  /** The name under which the log tells of it. */
  readonly name: string
  readonly disturbances: ReadonlyArray<Disturbance>
  /** How many requests get it. */
  readonly times: number
  /** How many fitting requests pass before the first gets it. */
  readonly skip: number
  readonly route?: Route | undefined
  readonly fits?: ((seen: Seen) => boolean) | undefined
  readonly probability?: number | undefined
}

const make = (name: string, ...disturbances: ReadonlyArray<Disturbance>): Fault => ({ name, disturbances, skip: 0, times: 1 })

// --- before the answer ---

/**
 * The connection is reset as soon as it is accepted, before a request. Of the conditions only `onRequest`, `times` and
 * `withProbability` apply, and they count connections.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetOnAccept = (): Fault => make("reset-on-accept", { _tag: "Drop", moment: "accept", how: "reset" })

/**
 * A kept-alive connection is closed (`"fin"`) or reset at the very moment its next request arrives, without an answer: the stale
 * keep-alive race. Fits only requests on a connection that served one before.
 *
 * @since 0.1.0
 * @category constructors
 */
export const staleKeepAlive = (how: "reset" | "fin" = "reset"): Fault =>
  make("stale-keep-alive", { _tag: "Drop", moment: "reuse", how })

/**
 * The connection is reset after this many bytes of the request's body were read (or at its end), without an answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetDuringUpload = (afterBytes = 1): Fault => make("reset-during-upload", { _tag: "DropUpload", after: afterBytes })

/**
 * The request is read, then the connection is reset before a byte of the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetBeforeHeaders = (): Fault =>
  make("reset-before-headers", { _tag: "Drop", moment: "beforeHeaders", how: "reset" })

/**
 * The request is read, then the connection is closed in order (FIN) before a byte of the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finBeforeHeaders = (): Fault => make("fin-before-headers", { _tag: "Drop", moment: "beforeHeaders", how: "fin" })

/**
 * The connection is reset within the headers of the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetInHeaders = (): Fault => make("reset-in-headers", { _tag: "Drop", moment: "insideHeaders", how: "reset" })

/**
 * The connection is closed (FIN) within the headers of the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finInHeaders = (): Fault => make("fin-in-headers", { _tag: "Drop", moment: "insideHeaders", how: "fin" })

/**
 * Nothing comes after the request was read: for ever, or for a time, after which the answer follows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stallBeforeHeaders = (duration?: Duration.DurationInput): Fault =>
  make("stall-before-headers", { _tag: "Wait", millis: duration === undefined ? undefined : Duration.toMillis(duration) })

/**
 * The answer begins with something that is no HTTP status line.
 *
 * @since 0.1.0
 * @category constructors
 */
export const garbageStatusLine = (): Fault => make("garbage-status-line", { _tag: "Head", text: "SSH-2.0-OpenSSH_9.6\r\n" })

/**
 * A header of the answer has no name.
 *
 * @since 0.1.0
 * @category constructors
 */
export const garbageHeader = (): Fault =>
  make("garbage-header", { _tag: "Head", text: "HTTP/1.1 200 OK\r\n: no name\u0001\r\n\r\n" })

/**
 * The headers of the answer are larger than clients take: 256 KB by default.
 *
 * @since 0.1.0
 * @category constructors
 */
export const headerOverflow = (bytes = 262_144): Fault =>
  make("header-overflow", { _tag: "Head", text: `HTTP/1.1 200 OK\r\nx-filler: ${"x".repeat(bytes)}\r\n\r\n` })

// --- another answer ---

/**
 * An error answer of the API, of any status, type, message, details and headers.
 *
 * @since 0.1.0
 * @category constructors
 */
export const apiError = (options: {
  readonly status: number
  readonly type: string
  readonly message?: string | undefined
  readonly code?: string | undefined
  readonly details?: { readonly [key: string]: unknown } | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as `x-should-retry`, which clients obey first. Default: absent. */
  readonly shouldRetry?: boolean | undefined
}): Fault =>
  make(`${options.status}-${options.type.replaceAll("_", "-")}`, {
    _tag: "Answer",
    status: options.status,
    headers: {
      ...options.headers,
      ...(options.shouldRetry === undefined ? {} : { "x-should-retry": String(options.shouldRetry) })
    },
    body: {
      type: options.type,
      message: options.message ?? options.type,
      ...(options.code === undefined && options.details === undefined
        ? {}
        : { details: { ...options.details, ...(options.code === undefined ? {} : { error_code: options.code }) } })
    }
  })

/**
 * 429 `rate_limit_error`. `retryAfter` is the header as it is sent: a number of seconds or any text; `retryAfterMs` the
 * non-standard header in milliseconds; `retryAt` an HTTP date so far from now (a negative number of seconds is a past
 * one). Without any of them the header is absent. `code` is `error.details.error_code`: `ramp_limit_exceeded` passes,
 * `enforced_spend_limit_reached` and `contract_spend_limit_reached` do not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const rateLimited = (options?: {
  readonly retryAfter?: number | string | undefined
  readonly retryAfterMs?: number | string | undefined
  readonly retryAt?: number | undefined
  readonly code?: string | undefined
  readonly message?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}): Fault =>
  make("429", {
    _tag: "Answer",
    status: 429,
    headers: {
      ...options?.headers,
      ...(options?.retryAfter === undefined ? {} : { "retry-after": String(options.retryAfter) }),
      ...(options?.retryAfterMs === undefined ? {} : { "retry-after-ms": String(options.retryAfterMs) })
    },
    body: {
      type: "rate_limit_error",
      message: options?.message ?? "This request would exceed your organization's rate limit. Please try again later.",
      ...(options?.code === undefined ? {} : { details: { error_code: options.code } })
    },
    retryAt: options?.retryAt === undefined ? undefined : options.retryAt * 1000
  })

/**
 * 529 `overloaded_error`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const overloaded = (): Fault => ({ ...apiError({ status: 529, type: "overloaded_error", message: "Overloaded" }), name: "529" })

/**
 * A 5xx of the API, 500 by default (504 is a `timeout_error`, the others `api_error`).
 *
 * @since 0.1.0
 * @category constructors
 */
export const serverError = (status = 500): Fault => ({
  ...apiError({ status, type: status === 504 ? "timeout_error" : "api_error", message: "Internal server error" }),
  name: String(status)
})

const pages: Record<number, string> = {
  200: "Sign in to the network",
  413: "413 Request Entity Too Large",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out"
}

const page = (status: number): string => {
  const title = pages[status] ?? String(status)
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
}

/**
 * A page of HTML as a proxy answers it, 502 by default, without a request id. With 200 it is a captive portal's.
 *
 * @since 0.1.0
 * @category constructors
 */
export const html = (status = 502): Fault =>
  make(`html-${status}`, { _tag: "Answer", status, headers: { "content-type": "text/html" }, body: page(status) })

/**
 * 413 with HTML while the body is still being sent, and the connection closed: what an edge does with a large request.
 *
 * @since 0.1.0
 * @category constructors
 */
export const tooLargeDuringUpload = (): Fault =>
  make("413-during-upload", {
    _tag: "Answer",
    status: 413,
    headers: { "content-type": "text/html", connection: "close" },
    body: page(413),
    early: true
  })

/**
 * 200 without a body.
 *
 * @since 0.1.0
 * @category constructors
 */
export const emptyBody = (): Fault =>
  make("empty-body", { _tag: "Answer", status: 200, headers: { "content-type": "application/json" }, body: "" })

/**
 * An answer of your own: status, headers and body as given.
 *
 * @since 0.1.0
 * @category constructors
 */
export const answer = (options: {
  readonly status: number
  readonly body?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}): Fault =>
  make(`answer-${options.status}`, {
    _tag: "Answer",
    status: options.status,
    headers: options.headers ?? {},
    body: options.body ?? ""
  })

// --- a broken body ---

/**
 * The connection is reset (RST) when exactly this much of the body was sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resetAt = (at: Position): Fault => make("reset-in-body", { _tag: "Cut", at, how: "reset" })

/**
 * The connection is closed (FIN) in the middle of a chunk when exactly this much of the body was sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const finAt = (at: Position): Fault => make("fin-in-body", { _tag: "Cut", at, how: "fin" })

/**
 * The body ends here as if it were whole: by HTTP nothing is wrong. `endAt({ after: "message_delta" })` leaves out just
 * `message_stop`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const endAt = (at: Position): Fault => make("clean-end", { _tag: "Cut", at, how: "end" })

/**
 * Silence from here: for ever, or for a time, after which the rest follows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stallAt = (at: Position, duration?: Duration.DurationInput): Fault =>
  make("stall", { _tag: "Cut", at, how: "stall", millis: duration === undefined ? undefined : Duration.toMillis(duration) })

/**
 * Nothing but `ping` events from here (one a second by default): for ever, or for a time, after which the rest follows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const pingsAt = (at: Position, options?: {
  readonly every?: Duration.DurationInput | undefined
  readonly duration?: Duration.DurationInput | undefined
}): Fault =>
  make("pings-only", {
    _tag: "Cut",
    at,
    every: Duration.toMillis(options?.every ?? "1 second"),
    how: "pings",
    millis: options?.duration === undefined ? undefined : Duration.toMillis(options.duration)
  })

/**
 * A chunk whose size is no number, from here. For streams.
 *
 * @since 0.1.0
 * @category constructors
 */
export const badChunkAt = (at: Position): Fault => make("bad-chunk", { _tag: "Cut", at, how: "badChunk" })

/**
 * `content-length` says this many bytes more than are sent; then the connection is closed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lengthTooLong = (by = 100): Fault => make("content-length-too-long", { _tag: "Length", by })

/**
 * `content-length` says this many bytes fewer than are sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lengthTooShort = (by = 20): Fault => make("content-length-too-short", { _tag: "Length", by: -by })

/**
 * The JSON of a unary answer (or the text of a stream) is cut to this share of itself, with a matching length: by HTTP
 * nothing is wrong.
 *
 * @since 0.1.0
 * @category constructors
 */
export const brokenJson = (keep = 0.5): Fault => make("broken-json", { _tag: "Truncate", keep })

/**
 * The body says it is gzip, and is damaged in the middle.
 *
 * @since 0.1.0
 * @category constructors
 */
export const gzipCorrupt = (): Fault => make("gzip-corrupt", { _tag: "Gzip", how: "corrupt" })

/**
 * The body is gzip that ends too early, cleanly.
 *
 * @since 0.1.0
 * @category constructors
 */
export const gzipTruncated = (): Fault => make("gzip-truncated", { _tag: "Gzip", how: "truncated" })

// --- odd, but whole ---

/**
 * The body comes this many bytes at a time, with a pause after each.
 *
 * @since 0.1.0
 * @category constructors
 */
export const trickle = (bytes: number, every: Duration.DurationInput): Fault =>
  make("trickle", { _tag: "Pace", bytes, every: Duration.toMillis(every) })

/**
 * The body comes in slices of this many bytes, one by default, each its own chunk.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sliced = (bytes = 1): Fault => make("sliced", { _tag: "Pace", bytes, every: 0 })

/**
 * The events of a stream are written in another valid way: other line ends, a byte order mark, comments, no blanks after
 * colons, `id` and `retry` fields, data in two lines.
 *
 * @since 0.1.0
 * @category constructors
 */
export const dialect = (kind: Dialect): Fault => make(`sse-${kind}`, { _tag: "Speak", dialect: kind })

// --- events ---

/**
 * The stream ends with an `error` event of this type here (`overloaded_error` after the third event by default).
 *
 * @since 0.1.0
 * @category constructors
 */
export const errorEvent = (options?: {
  readonly at?: Position | undefined
  readonly type?: string | undefined
  readonly message?: string | undefined
  readonly code?: string | undefined
}): Fault => {
  const type = options?.type ?? "overloaded_error"
  const error: ErrorObject = {
    type,
    message: options?.message ?? (type === "overloaded_error" ? "Overloaded" : type),
    ...(options?.code === undefined ? {} : { details: { error_code: options.code } })
  }
  return make("error-event", {
    _tag: "Insert",
    at: options?.at ?? { event: 3 },
    data: JSON.stringify({ type: "error", error }),
    event: "error",
    last: true
  })
}

/**
 * The event that begins here carries JSON that does not parse.
 *
 * @since 0.1.0
 * @category constructors
 */
export const malformedEvent = (at: Position): Fault => make("malformed-event", { _tag: "Malform", at })

/**
 * An event of a type that nobody knows comes here, between the others.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownEvent = (at: Position = { event: 1 }): Fault =>
  make("unknown-event", {
    _tag: "Insert",
    at,
    data: JSON.stringify({ type: "message_weather", outlook: { sky: "clear" } }),
    event: "message_weather",
    last: false
  })

/**
 * A delta of a type that nobody knows comes here, for the first block.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownDelta = (at: Position = { event: 3 }): Fault =>
  make("unknown-delta", {
    _tag: "Insert",
    at,
    data: JSON.stringify({ type: "content_block_delta", index: 0, delta: { type: "colour_delta", colour: "green" } }),
    event: "content_block_delta",
    last: false
  })

/**
 * The message begins with a block of a type that nobody knows.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownBlock = (): Fault => make("unknown-block", { _tag: "UnknownBlock" })

/**
 * The message stops for this reason (`refusal`, `pause_turn`, `model_context_window_exceeded`…), here or at its end. A
 * refusal has `stop_details`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stopsWith = (reason: string, at?: Position): Fault =>
  make(`stops-with-${reason.replaceAll("_", "-")}`, {
    _tag: "Stop",
    at,
    details: reason === "refusal" ? { type: "refusal", category: "cyber", explanation: null } : null,
    reason
  })

// --- who gets it ---

/**
 * Several faults on one request, as `both(Fault.sliced(), Fault.resetAt(300))`. Conditions are those of the first.
 *
 * @since 0.1.0
 * @category combinators
 */
export const both: {
  (that: Fault): (self: Fault) => Fault
  (self: Fault, that: Fault): Fault
} = dual(2, (self: Fault, that: Fault): Fault => ({
  ...self,
  name: `${self.name}+${that.name}`,
  disturbances: [...self.disturbances, ...that.disturbances]
}))

/**
 * Only the nth of the requests that fit otherwise, counted from 1.
 *
 * @since 0.1.0
 * @category combinators
 */
export const onRequest: {
  (nth: number): (self: Fault) => Fault
  (self: Fault, nth: number): Fault
} = dual(2, (self: Fault, nth: number): Fault => ({ ...self, skip: Math.max(0, nth - 1) }))

/**
 * Only requests of a route.
 *
 * @since 0.1.0
 * @category combinators
 */
export const onRoute: {
  (route: Route): (self: Fault) => Fault
  (self: Fault, route: Route): Fault
} = dual(2, (self: Fault, route: Route): Fault => ({ ...self, route }))

/**
 * Only requests that the predicate holds for.
 *
 * @since 0.1.0
 * @category combinators
 */
export const onMatch: {
  (predicate: (seen: Seen) => boolean): (self: Fault) => Fault
  (self: Fault, predicate: (seen: Seen) => boolean): Fault
} = dual(2, (self: Fault, predicate: (seen: Seen) => boolean): Fault => ({ ...self, fits: predicate }))

/**
 * Each fitting request gets it with this probability (0 to 1), drawn from the simulator's seed, without end; `times`
 * set afterwards bounds it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withProbability: {
  (probability: number): (self: Fault) => Fault
  (self: Fault, probability: number): Fault
} = dual(2, (self: Fault, probability: number): Fault => ({ ...self, probability, times: Infinity }))

/**
 * So many requests get it, one after the other. Default: 1.
 *
 * @since 0.1.0
 * @category combinators
 */
export const times: {
  (count: number): (self: Fault) => Fault
  (self: Fault, count: number): Fault
} = dual(2, (self: Fault, count: number): Fault => ({ ...self, times: count }))

/**
 * Every fitting request gets it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const always = (self: Fault): Fault => ({ ...self, times: Infinity })
