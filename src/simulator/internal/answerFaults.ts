import type { Fault } from "../Disturbance.js"
import { fault } from "./fault.js"

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
  fault(`${options.status}-${options.type.replaceAll("_", "-")}`, {
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
  fault("429", {
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
export const overloaded = (): Fault => ({
  ...apiError({ status: 529, type: "overloaded_error", message: "Overloaded" }),
  name: "529"
})

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
  return [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "<hr><center>nginx</center>",
    "</body>",
    "</html>\r\n"
  ].join("\r\n")
}

/**
 * A page of HTML as a proxy answers it, 502 by default, without a request id. With 200 it is a captive portal's.
 *
 * @since 0.1.0
 * @category constructors
 */
export const html = (status = 502): Fault =>
  fault(`html-${status}`, { _tag: "Answer", status, headers: { "content-type": "text/html" }, body: page(status) })

/**
 * 413 with HTML while the body is still being sent, and the connection closed: what an edge does with a large request.
 *
 * @since 0.1.0
 * @category constructors
 */
export const tooLargeDuringUpload = (): Fault =>
  fault("413-during-upload", {
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
  fault("empty-body", { _tag: "Answer", status: 200, headers: { "content-type": "application/json" }, body: "" })

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
  fault(`answer-${options.status}`, {
    _tag: "Answer",
    status: options.status,
    headers: options.headers ?? {},
    body: options.body ?? ""
  })
