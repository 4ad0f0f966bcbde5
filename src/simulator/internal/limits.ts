import * as DateTime from "effect/DateTime"
import type { Rejection } from "./rejection.js"
import { rejection } from "./rejection.js"

/** Tokens or requests a minute. */
export interface Rates {
  readonly requests?: number | undefined
  readonly inputTokens?: number | undefined
  readonly outputTokens?: number | undefined
}

interface Bucket {
  level: number
  at: number
}

/** The rate limits of one limit group: token buckets that refill all the time. */
export interface Limits {
  /** Takes a request and its input, or says 429. */
  readonly admit: (group: string, inputTokens: number, now: number) => Rejection | undefined
  /** Takes output tokens as they are produced; the bucket may go into debt. */
  readonly spend: (group: string, outputTokens: number, now: number) => void
  readonly headers: (group: string, now: number) => Readonly<Record<string, string>>
  readonly clear: () => void
}

type Kind = "requests" | "inputTokens" | "outputTokens"

const kinds: ReadonlyArray<readonly [Kind, string, string]> = [
  ["requests", "requests", "requests"],
  ["inputTokens", "input-tokens", "input tokens"],
  ["outputTokens", "output-tokens", "output tokens"]
]

// What the Start tier allows: shown, not enforced, where no rate is given.
const shown = { inputTokens: 2_000_000, outputTokens: 400_000, requests: 1_000 }

const stamp = (now: number, waitMillis: number): string =>
  DateTime.formatIso(DateTime.unsafeMake(Math.ceil(now + waitMillis))).replace(/\.\d+Z$/, "Z")

/** The buckets of all groups, filled up to a moment when they are looked at. */
const makeBuckets = (rates: Rates) => {
  const buckets = new Map<string, Bucket>()
  const rateOf = (kind: Kind): number => rates[kind] ?? shown[kind]

  const at = (group: string, kind: Kind, now: number): Bucket => {
    const key = `${group}/${kind}`
    const rate = rateOf(kind)
    const old = buckets.get(key) ?? { at: now, level: rate }
    const next = { at: now, level: Math.min(rate, old.level + ((now - old.at) * rate) / 60_000) }
    buckets.set(key, next)
    return next
  }

  const wait = (kind: Kind, missing: number): number => Math.max(0, (missing * 60_000) / rateOf(kind))

  // What is not enforced stays full: a client that goes by the headers must not slow down for a limit that is none.
  const take = (group: string, kind: Kind, amount: number, now: number): void => {
    if (rates[kind] !== undefined) at(group, kind, now).level -= amount
  }

  return { at, clear: () => buckets.clear(), rateOf, take, wait }
}

type Buckets = ReturnType<typeof makeBuckets>

const headersOf = (buckets: Buckets, group: string, now: number): Readonly<Record<string, string>> => {
  const all: Record<string, string> = {}
  for (const [kind, name] of kinds) {
    const rate = buckets.rateOf(kind)
    const { level } = buckets.at(group, kind, now)
    const left = Math.max(0, Math.floor(level))
    all[`anthropic-ratelimit-${name}-limit`] = String(rate)
    // The API rounds what is left of tokens to thousands.
    const exact = kind === "requests" || rate < 10_000
    all[`anthropic-ratelimit-${name}-remaining`] = String(exact ? left : Math.round(left / 1000) * 1000)
    all[`anthropic-ratelimit-${name}-reset`] = stamp(now, buckets.wait(kind, rate - level))
  }
  return all
}

const refuse = (
  buckets: Buckets,
  group: string,
  kind: Kind,
  label: string,
  missing: number,
  now: number
): Rejection => {
  const rate = `${buckets.rateOf(kind).toLocaleString("en-US")} ${label} per minute`
  const seconds = Math.max(1, Math.ceil(buckets.wait(kind, missing) / 1000))
  return rejection(429, "rate_limit_error", `This request would exceed your organization's rate limit of ${rate}.`, {
    headers: { ...headersOf(buckets, group, now), "retry-after": String(seconds) }
  })
}

/** @internal */
export const make = (rates: Rates): Limits => {
  const buckets = makeBuckets(rates)
  return {
    admit: (group, inputTokens, now) => {
      // A request larger than the whole bucket passes when the bucket is full, and leaves a debt.
      const needs = { inputTokens: Math.min(inputTokens, buckets.rateOf("inputTokens")), outputTokens: 1, requests: 1 }
      for (const [kind, , label] of kinds) {
        const missing = needs[kind] - buckets.at(group, kind, now).level
        if (rates[kind] !== undefined && missing > 0) return refuse(buckets, group, kind, label, missing, now)
      }
      buckets.take(group, "requests", 1, now)
      buckets.take(group, "inputTokens", inputTokens, now)
      return undefined
    },
    clear: buckets.clear,
    headers: (group, now) => headersOf(buckets, group, now),
    spend: (group, outputTokens, now) => buckets.take(group, "outputTokens", outputTokens, now)
  }
}
