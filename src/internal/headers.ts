/**
 * What the headers of a response say: how long to wait, what is left of the limits, and which of them may be kept.
 */
import * as Duration from "effect/Duration"
import type { Limit, Limits } from "../ClaudeError.js"
import { oneLine } from "./redact.js"

type Headers = Readonly<Record<string, string>>

const decimal = /^\d+(?:\.\d+)?$/

/** Whole milliseconds, rounded up: to come a little late is fine, to come early is not. */
const wait = (millis: number): Duration.Duration | undefined =>
  millis > 0 ? Duration.millis(Math.min(Math.ceil(Number(millis.toFixed(3))), Number.MAX_SAFE_INTEGER)) : undefined

/**
 * A number, or the largest of a list: a header that came twice arrives joined by commas, and the longest wait is the
 * safe one.
 */
const largest = (value: string): number | undefined => {
  const parts = value.split(",").map((part) => part.trim())
  return parts.every((part) => decimal.test(part)) ? Math.max(...parts.map(Number)) : undefined
}

const day = "(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
const month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
const clock = "\\d{2}:\\d{2}:\\d{2}"
const imfDate = new RegExp(`^${day}, \\d{1,2} ${month} \\d{4} ${clock} GMT$`, "i")
const rfc850Date = new RegExp(`^${day}, \\d{2}-${month}-\\d{2,4} ${clock} GMT$`, "i")
const asctimeDate = new RegExp(`^${day} ${month} [ \\d]\\d ${clock} \\d{4}$`, "i")

/** The three forms of RFC 9110, 5.6.7. `Date.parse` alone makes dates out of almost anything. */
export const httpDate = (value: string): number | undefined => {
  const millis =
    imfDate.test(value) || rfc850Date.test(value)
      ? Date.parse(value)
      : asctimeDate.test(value)
        ? Date.parse(`${value} GMT`)
        : Number.NaN
  return Number.isNaN(millis) ? undefined : millis
}

const retryAfterSeconds = (value: string, nowMillis: number): Duration.Duration | undefined => {
  const seconds = largest(value)
  if (seconds !== undefined) return wait(seconds * 1000)
  const date = httpDate(value)
  return date === undefined ? undefined : wait(date - nowMillis)
}

/**
 * How long the server asks to wait: `retry-after-ms` first, then `retry-after` in seconds or as an HTTP date. A value
 * that is zero, past or garbage counts as absent, since to obey it would mean to try again at once.
 */
export const parseRetryAfter = (headers: Headers, nowMillis: number): Duration.Duration | undefined => {
  const millis = largest((headers["retry-after-ms"] ?? "").trim())
  const exact = millis === undefined ? undefined : wait(millis)
  if (exact !== undefined) return exact
  const value = headers["retry-after"]
  return value === undefined ? undefined : retryAfterSeconds(value.trim(), nowMillis)
}

const count = (value: string | undefined): number | undefined => {
  if (value === undefined || !/^\d+$/.test(value.trim())) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

const instant = (value: string | undefined): number | undefined => {
  const trimmed = value?.trim()
  if (trimmed === undefined || !rfc3339.test(trimmed)) return undefined
  const millis = Date.parse(trimmed)
  return Number.isNaN(millis) ? undefined : millis
}

const parseLimit = (headers: Headers, prefix: string): Limit | undefined => {
  const limit = count(headers[`${prefix}-limit`])
  const remaining = count(headers[`${prefix}-remaining`])
  const reset = instant(headers[`${prefix}-reset`])
  if (limit === undefined && remaining === undefined && reset === undefined) return undefined
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(reset === undefined ? {} : { reset })
  }
}

/**
 * What the `anthropic-ratelimit-*` headers say, resets in epoch milliseconds; `undefined` where there are none.
 */
export const parseLimits = (headers: Headers): Limits | undefined => {
  const requests = parseLimit(headers, "anthropic-ratelimit-requests")
  const tokens = parseLimit(headers, "anthropic-ratelimit-tokens")
  const inputTokens = parseLimit(headers, "anthropic-ratelimit-input-tokens")
  const outputTokens = parseLimit(headers, "anthropic-ratelimit-output-tokens")
  const limits = {
    ...(requests === undefined ? {} : { requests }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens })
  }
  return Object.keys(limits).length === 0 ? undefined : limits
}

/**
 * What `x-should-retry` says; `undefined` where it is absent or neither `true` nor `false`.
 */
export const parseShouldRetry = (headers: Headers): boolean | undefined => {
  const value = headers["x-should-retry"]?.trim().toLowerCase()
  return value === "true" ? true : value === "false" ? false : undefined
}

/**
 * The id that support asks for: the API's own, or that of the cloud in front of it.
 */
export const parseRequestId = (headers: Headers): string | undefined => {
  const id = oneLine(headers["request-id"] ?? headers["x-amzn-requestid"] ?? "", 256)
  return id === "" ? undefined : id
}

const kept = new Set([
  "request-id",
  "x-amzn-requestid",
  "anthropic-organization-id",
  "anthropic-workspace-id",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "cf-ray",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "server",
  "via"
])

const keptPrefixes = ["anthropic-ratelimit-", "anthropic-priority-", "anthropic-fast-"]

/**
 * Whether a response header may be kept in errors and in the facts about a call. All others are dropped unread.
 */
export const isKept = (name: string): boolean =>
  kept.has(name) || keptPrefixes.some((prefix) => name.startsWith(prefix))

/**
 * The response headers that may be kept, each value redacted and at most 256 bytes.
 */
export const keepHeaders = (headers: Headers): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (isKept(name) ? [[name, oneLine(value, 256)]] : []))
  )
