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

/** @internal */
export const make = (rates: Rates): Limits => {
  const buckets = new Map<string, Bucket>()
  const rateOf = (kind: Kind) => rates[kind] ?? shown[kind]

  const bucket = (group: string, kind: Kind, now: number): Bucket => {
    const key = `${group}/${kind}`
    const rate = rateOf(kind)
    const old = buckets.get(key) ?? { at: now, level: rate }
    const level = Math.min(rate, old.level + ((now - old.at) * rate) / 60_000)
    const next = { at: now, level }
    buckets.set(key, next)
    return next
  }

  const wait = (kind: Kind, missing: number): number => Math.max(0, (missing * 60_000) / rateOf(kind))

  const headers = (group: string, now: number): Readonly<Record<string, string>> => {
    const all: Record<string, string> = {}
    for (const [kind, name] of kinds) {
      const rate = rateOf(kind)
      const { level } = bucket(group, kind, now)
      const left = Math.max(0, Math.floor(level))
      all[`anthropic-ratelimit-${name}-limit`] = String(rate)
      // The API rounds what is left of tokens to thousands.
      const exact = kind === "requests" || rate < 10_000
      all[`anthropic-ratelimit-${name}-remaining`] = String(exact ? left : Math.round(left / 1000) * 1000)
      all[`anthropic-ratelimit-${name}-reset`] = stamp(now, wait(kind, rate - level))
    }
    return all
  }

  const refuse = (group: string, kind: Kind, label: string, missing: number, now: number): Rejection => {
    const rate = `${rateOf(kind).toLocaleString("en-US")} ${label} per minute`
    const seconds = Math.max(1, Math.ceil(wait(kind, missing) / 1000))
    return rejection(
      429,
      "rate_limit_error",
      `This request would exceed your organization's rate limit of ${rate}.`,
      { headers: { ...headers(group, now), "retry-after": String(seconds) } }
    )
  }

  const admit = (group: string, inputTokens: number, now: number): Rejection | undefined => {
    // A request larger than the whole bucket passes when the bucket is full, and leaves a debt.
    const needs = { inputTokens: Math.min(inputTokens, rateOf("inputTokens")), outputTokens: 1, requests: 1 }
    for (const [kind, , label] of kinds) {
      const { level } = bucket(group, kind, now)
      if (rates[kind] !== undefined && level < needs[kind]) return refuse(group, kind, label, needs[kind] - level, now)
    }
    bucket(group, "requests", now).level -= 1
    bucket(group, "inputTokens", now).level -= inputTokens
    return undefined
  }

  const spend = (group: string, outputTokens: number, now: number): void => {
    bucket(group, "outputTokens", now).level -= outputTokens
  }

  return { admit, clear: () => buckets.clear(), headers, spend }
}
