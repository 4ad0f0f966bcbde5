import type { Limit, Limits } from "../../ClaudeError.js"
import { Ramp } from "./ramp.js"
import { TokenBucket } from "./tokenBucket.js"

/** What the API meters. */
export interface Amounts {
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
}

type Kind = keyof Amounts

const kinds: ReadonlyArray<Kind> = ["requests", "inputTokens", "outputTokens"]

export const nothing: Amounts = { requests: 0, inputTokens: 0, outputTokens: 0 }

/** Rates a minute; what is not there is not limited. */
export type Rates = { readonly [K in Kind]?: number | undefined }

/** What a group is given by the options, resolved. */
export interface GroupSettings {
  readonly given: Rates
  readonly learn: boolean
  readonly share: number
  readonly burstMillis: number
  readonly maxRetryAfterMillis: number
  /** How long a spend limit closes the gate. */
  readonly spendPauseMillis: number
  readonly coldStart: number
  readonly outputTokens: number
}

const firstBackoff = 1000
const maxBackoff = 30_000

/** How much a new observation weighs in the averages. */
const weight = 0.2

/** A rule of thumb: English has about four bytes a token; JSON and code have fewer. */
export const tokensPerByte = 0.25

/**
 * The gate, the ramp and the buckets of one limit group. What a call costs is taken when it is let in, by estimate,
 * and put right when it is known.
 */
export class LimitGroup {
  /** Grows each time a rate limit closes the gate. */
  closings = 0
  private readonly buckets = new Map<Kind, TokenBucket>()
  private closedUntil = -Infinity
  /** Nothing goes until then, and then one call that finds out whether the limit still holds. */
  private spendClosedUntil = -Infinity
  private refusals = 0
  private ramp: Ramp | undefined
  private isCold = true
  private bytesRatio = tokensPerByte
  private meanOutput: number | undefined

  constructor(
    readonly name: string,
    private readonly settings: GroupSettings,
    now: number
  ) {
    for (const kind of kinds) this.setRate(kind, settings.given[kind], now)
    if (settings.coldStart !== Infinity) this.ramp = new Ramp(settings.coldStart, now)
  }

  /** Milliseconds until `cost` may go, when `ahead` has gone before; infinite while a spend limit holds. */
  waitFor(cost: Amounts, ahead: Amounts, now: number): number {
    if (this.spendClosedUntil > now) return Infinity
    let wait = Math.max(0, this.closedUntil - now)
    if (this.ramp !== undefined) wait = Math.max(wait, this.ramp.waitFor(ahead.requests, now))
    for (const [kind, bucket] of this.buckets) wait = Math.max(wait, bucket.waitFor(cost[kind], ahead[kind], now))
    return wait
  }

  admit(cost: Amounts, now: number): void {
    this.ramp?.take()
    this.take(cost, now)
  }

  /** Less than nothing gives back. */
  take(cost: Amounts, now: number): void {
    for (const [kind, bucket] of this.buckets) bucket.take(cost[kind], now)
  }

  estimateInput(bodyBytes: number): number {
    return Math.ceil(bodyBytes * this.bytesRatio)
  }

  estimateOutput(maxTokens: number | undefined): number {
    return Math.ceil(Math.min(maxTokens ?? Infinity, this.meanOutput ?? this.settings.outputTokens))
  }

  /** Learns from what a call really used. */
  observe(used: Omit<Amounts, "requests">, bodyBytes: number | undefined): void {
    const { inputTokens, outputTokens } = used
    const mean = this.meanOutput
    this.meanOutput = mean === undefined ? outputTokens : mean + weight * (outputTokens - mean)
    if (bodyBytes !== undefined && bodyBytes > 0) {
      this.bytesRatio += weight * (inputTokens / bodyBytes - this.bytesRatio)
    }
  }

  /** The API let a call in: it is there, and no longer angry if the call came after the last closing. */
  accepted(closings: number): void {
    this.endColdStart()
    if (closings === this.closings) this.refusals = 0
  }

  learn(limits: Limits, now: number): void {
    if (!this.settings.learn) return
    this.endColdStart()
    for (const kind of kinds) this.learnOne(kind, limits[kind], now)
  }

  /** Closes the gate. `spread` is a random number below 1: groups in other processes must not wake together. */
  rateLimited(retryAfter: number | undefined, limits: Limits | undefined, spread: number, now: number): void {
    if (now >= this.closedUntil) {
      this.refusals++
      this.closings++
    }
    const asked = retryAfter ?? this.exhausted(limits, now)
    const again = this.refusals > 1 || asked === undefined
    const backoff = again ? Math.min(maxBackoff, firstBackoff * 2 ** Math.min(this.refusals - 1, 30)) : 0
    const wait = Math.max(asked ?? 0, backoff)
    const until = now + Math.ceil(wait + spread * Math.min(1000, wait / 10))
    if (until <= this.closedUntil) return
    this.closedUntil = until
    this.isCold = false
    this.ramp = new Ramp(1, until)
  }

  spendLimitReached(now: number): void {
    this.spendClosedUntil = now + this.settings.spendPauseMillis
    // behind the pause one call goes first: its answer closes the gate again, or lets the others follow
    if (Number.isFinite(this.spendClosedUntil)) this.ramp = new Ramp(1, this.spendClosedUntil)
  }

  open(now: number): void {
    this.spendClosedUntil = -Infinity
    this.refusals = 0
    if (this.closedUntil > now) {
      this.closedUntil = now
      this.ramp = new Ramp(1, now)
    }
  }

  /** What keeps the gate closed, and until when if that is known. */
  gate(now: number): { readonly reason: "rate-limit" | "spend-limit"; readonly until: number | undefined } | undefined {
    if (this.spendClosedUntil > now) {
      return {
        reason: "spend-limit",
        until: Number.isFinite(this.spendClosedUntil) ? this.spendClosedUntil : undefined
      }
    }
    return this.closedUntil > now ? { reason: "rate-limit", until: this.closedUntil } : undefined
  }

  rates(): Rates {
    return this.byKind((bucket) => bucket.perMinute)
  }

  available(now: number): Rates {
    return this.byKind((bucket) => bucket.available(now))
  }

  private byKind(f: (bucket: TokenBucket) => number): Rates {
    return Object.fromEntries([...this.buckets].map(([kind, bucket]) => [kind, f(bucket)]))
  }

  private endColdStart(): void {
    if (this.isCold) {
      this.isCold = false
      this.ramp = undefined
    }
  }

  private learnOne(kind: Kind, limit: Limit | undefined, now: number): void {
    if (limit === undefined) return
    if (limit.limit !== undefined && limit.limit > 0) {
      const learnt = limit.limit * this.settings.share
      this.setRate(kind, Math.min(learnt, this.settings.given[kind] ?? Infinity), now)
    }
    // a reset that has passed tells of a bucket that is full by now
    const isStale = limit.reset !== undefined && limit.reset <= now
    if (limit.remaining !== undefined && !isStale) this.buckets.get(kind)?.cap(limit.remaining, now)
  }

  private setRate(kind: Kind, perMinute: number | undefined, now: number): void {
    if (perMinute === undefined || perMinute === Infinity) return
    const bucket = this.buckets.get(kind)
    if (bucket === undefined) this.buckets.set(kind, new TokenBucket(perMinute, this.settings.burstMillis, now))
    else if (bucket.perMinute !== perMinute) bucket.setRate(perMinute, now)
  }

  /** Until the last of the limits of which nothing is left is full again. */
  private exhausted(limits: Limits | undefined, now: number): number | undefined {
    if (limits === undefined) return undefined
    const { inputTokens, outputTokens, requests, tokens } = limits
    const resets = [requests, tokens, inputTokens, outputTokens].flatMap((limit) =>
      limit?.reset !== undefined && limit.reset > now && (limit.remaining ?? 0) === 0 ? [limit.reset - now] : []
    )
    return resets.length === 0 ? undefined : Math.min(this.settings.maxRetryAfterMillis, Math.max(...resets))
  }
}
