import { apiError, reply } from "../support/answers.js"
import {
  answers,
  borrowed,
  type Ending,
  failed,
  type Failed,
  final,
  givesUp,
  heals,
  type Row,
  sendsAndResets
} from "../support/row.js"

const html = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`

const page = (status: number, title: string): string => reply(status, html(title), { "content-type": "text/html" })

const answered = (name: string, answer: string, tag: Failed["tag"], standard: Ending, fields: object): Row => ({
  name,
  server: answers(() => answer),
  expected: failed(tag, "headers", standard, { mayHaveRun: true, fields: { ...fields } })
})

const error = (
  status: number,
  type: string,
  tag: Failed["tag"],
  standard: Ending,
  more: { readonly headers?: Readonly<Record<string, string>>; readonly code?: string; readonly fields?: object } = {}
): Row => {
  const { code, fields, headers } = more
  const signs = [...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`), code ?? []].flat()
  const named = code === undefined ? {} : { errorCode: code }
  return answered(
    `${status} ${type}${signs.length === 0 ? "" : ` (${signs.join(", ")})`}`,
    apiError(status, type, headers, code === undefined ? undefined : { error_code: code }),
    tag,
    standard,
    { status, errorType: type, requestId: `req_${status}`, ...named, ...fields }
  )
}

const inTime = "Sun, 06 Nov 2094 08:49:37 GMT"

/** Refusals, of the API and of what stands before it. */
export const refusals: ReadonlyArray<Row> = [
  error(400, "invalid_request_error", "InvalidRequest", final, { fields: { source: "api" } }),
  error(401, "authentication_error", "AuthenticationFailed", final),
  error(402, "billing_error", "SpendLimitReached", final),
  error(403, "permission_error", "PermissionDenied", final),
  error(404, "not_found_error", "NotFound", final),
  error(409, "conflict_error", "Conflict", final),
  error(429, "rate_limit_error", "RateLimited", heals, {
    headers: { "retry-after-ms": "30" },
    fields: { retryAfter: 30 }
  }),
  error(429, "rate_limit_error", "RateLimited", final, {
    headers: { "retry-after": "90000" },
    fields: { retryAfter: 90_000_000 }
  }),
  error(429, "rate_limit_error", "RateLimited", heals, { headers: { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" } }),
  error(429, "rate_limit_error", "RateLimited", final, { headers: { "retry-after": inTime } }),
  error(429, "rate_limit_error", "RateLimited", final, {
    headers: { "retry-after-ms": "302539000" },
    fields: { retryAfter: 302_539_000 }
  }),
  error(429, "rate_limit_error", "RateLimited", heals),
  error(429, "rate_limit_error", "RateLimited", heals, {
    headers: { "retry-after-ms": "30" },
    code: "ramp_limit_exceeded",
    fields: { retryAfter: 30 }
  }),
  {
    ...error(429, "rate_limit_error", "RateLimited", final, {
      headers: { "retry-after": "30" },
      fields: { retryAfter: 30_000 }
    }),
    name: "429 rate_limit_error (retry-after: 30) to a call that has five seconds",
    setting: { timeouts: { total: "5 seconds" } }
  },
  error(429, "rate_limit_error", "SpendLimitReached", final, { code: "enforced_spend_limit_reached" }),
  error(429, "rate_limit_error", "SpendLimitReached", final, { code: "contract_spend_limit_reached" }),
  error(400, "invalid_request_error", "InvalidRequest", final, { code: "thread_continue_in_flight" }),
  error(404, "not_found_error", "NotFound", final, { code: "thread_not_found" }),
  error(500, "api_error", "ServerError", heals),
  error(500, "api_error", "ServerError", final, {
    headers: { "x-should-retry": "false" },
    fields: { shouldRetry: false }
  }),
  error(400, "invalid_request_error", "InvalidRequest", heals, {
    headers: { "x-should-retry": "true" },
    fields: { shouldRetry: true }
  }),
  error(529, "overloaded_error", "Overloaded", heals),
  answered("500 as a page of a proxy", page(500, "Internal Server Error"), "UnexpectedResponse", heals, {
    status: 500,
    description: 'an HTML page, "Internal Server Error"'
  }),
  answered("502 as a page of a proxy", page(502, "502 Bad Gateway"), "UnexpectedResponse", heals, {
    status: 502,
    description: 'an HTML page, "502 Bad Gateway"'
  }),
  answered("503 with an empty body", reply(503, ""), "ServerError", heals, { status: 503 }),
  answered(
    "504 as plain text",
    reply(504, "upstream timed out", { "content-type": "text/plain" }),
    "UnexpectedResponse",
    heals,
    { status: 504 }
  ),
  answered("413 as a page of the edge", page(413, "413 Request Entity Too Large"), "InvalidRequest", final, {
    status: 413,
    source: "api"
  }),
  {
    name: "an early 413, and the connection closed while the request is uploaded",
    server: borrowed("an early 413, and the connection closed while the request is uploaded"),
    setting: { upload: 20 * 1024 * 1024 },
    expected: failed("InvalidRequest", "headers", final, { fields: { status: 413, source: "api" } }),
    since: {
      node: 24,
      "node:http": { tag: "ConnectionReset", phase: ["send", "headers"], standard: givesUp, fields: {} }
    }
  },
  {
    name: "a redirect",
    server: borrowed("a redirect"),
    expected: failed("UnexpectedResponse", "headers", final, { mayHaveRun: true, fields: { status: 307 } })
  },
  {
    name: "529 whose body is cut by RST",
    server: sendsAndResets(() => apiError(529, "overloaded_error").slice(0, -20)),
    expected: failed("Overloaded", "headers", heals, { mayHaveRun: true, fields: { status: 529 } })
  },
  {
    name: "529 to every attempt",
    server: answers(() => apiError(529, "overloaded_error")),
    expected: failed("Overloaded", "headers", givesUp, { mayHaveRun: true, fields: { status: 529 } })
  }
]
