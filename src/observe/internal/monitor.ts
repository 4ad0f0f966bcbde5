import * as Duration from "effect/Duration"
import type { ClaudeError } from "../../ClaudeError.js"
import type { BreakerChanged, CallFinished, ClaudeEvent } from "../../ClaudeEvent.js"
import { makeEmitter } from "../../policy/internal/emitter.js"
import { adviceFor } from "./advice.js"
import { Alarm, type Change, type Severity } from "./alarm.js"
import type { Histogram } from "./histogram.js"
import type { Alert, Cause, Level, Measure, Percentiles, Reason, Status, Window } from "./monitorModel.js"
import { type Rate, Rolling, type Tallies, type Totals } from "./rolling.js"
import * as sentences from "./sentences.js"
import { inputTokens } from "./usage.js"

export const slotMillis = 5000

export const historyMillis = 900_000

export interface MonitorSettings {
  readonly windowMillis: number
  readonly minimumVolume: number
  readonly clearBelow: number
  readonly holdMillis: number
  readonly counts: (error: ClaudeError) => boolean
  /** From where on a measure is degraded, and down. */
  readonly thresholds: Readonly<Record<Exclude<Measure, "circuit">, readonly [degraded: number, down: number]>>
}

const levels: Readonly<Record<Severity, Level>> = { 0: "healthy", 1: "degraded", 2: "down" }

const measures: ReadonlyArray<Measure> = ["errorRate", "attemptErrorRate", "circuit", "timeToFirstToken", "latency"]

/** A measure over the window. */
interface Measured extends Rate {
  readonly began: number
}

type ErrorInShort = Pick<ClaudeError, "message" | "hint" | "requestId">

/** Counts events, and judges now and then how it goes. */
export class Monitor {
  private readonly rolling = new Rolling(slotMillis, historyMillis)
  private readonly alarms = new Map<Measure, Alarm>()
  private readonly emitter = makeEmitter<Alert>()
  private readonly openCircuits = new Map<string, number>()
  /** One of each tag. */
  private readonly lastErrors = new Map<string, ErrorInShort>()

  readonly alerts = this.emitter.stream

  constructor(private readonly settings: MonitorSettings) {
    const { clearBelow, holdMillis, minimumVolume, thresholds } = settings
    for (const measure of measures) {
      const [degraded, down] = measure === "circuit" ? [1, Infinity] : thresholds[measure]
      this.alarms.set(
        measure,
        measure === "circuit"
          ? // a breaker has a hysteresis of its own
            new Alarm({ degraded, down, clearBelow: 1, holdMillis: 0, minimumVolume: 0 })
          : new Alarm({ degraded, down, clearBelow, holdMillis, minimumVolume })
      )
    }
  }

  readonly onEvent = (event: ClaudeEvent): void => {
    const slot = this.rolling.at(event.at)
    switch (event._tag) {
      case "AttemptFailed":
        return this.attemptFailed(slot, event.error, event.at)
      case "StreamCut":
        slot.cuts++
        return this.attemptFailed(slot, event.error, event.at)
      case "StreamResumed":
        slot.resumes++
        // the call that this process lost had no end here that could be mended
        if (event.cut !== "Interrupted") slot.mended++
        return
      case "RetryScheduled":
        slot.retries++
        return
      case "FirstContent":
        return slot.firstToken.add(Duration.toMillis(event.elapsed))
      case "CallFinished":
        return this.finished(slot, event)
      case "BreakerChanged":
        return this.breaker(event)
      default:
        return
    }
  }

  window(now: number, length: number): Window {
    const bounded = Math.min(length, historyMillis)
    return windowOf(this.rolling.sum(now, bounded), bounded)
  }

  readonly status = (now: number): Status => {
    this.evaluate(now)
    const totals = this.rolling.sum(now, this.settings.windowMillis)
    const reasons = measures.flatMap((measure): ReadonlyArray<Reason> => {
      const alarm = this.alarms.get(measure)
      if (alarm === undefined || alarm.level === 0) return []
      return [this.reason(measure, { from: alarm.level, to: alarm.level, since: alarm.since }, totals, now)]
    })
    const worst = (["down", "degraded"] as const).find((level) => reasons.some((reason) => reason.level === level))
    const byLevel = (level: Level) => reasons.filter((reason) => reason.level === level)
    return { level: worst ?? "healthy", reasons: [...byLevel("down"), ...byLevel("degraded")] }
  }

  /** Looks whether a level changed, and tells it. */
  readonly evaluate = (now: number): void => {
    const totals = this.rolling.sum(now, this.settings.windowMillis)
    for (const measure of measures) {
      const change = this.alarms.get(measure)?.update({ ...this.measure(measure, totals, now), now })
      if (change === undefined || !this.emitter.isActive()) continue
      this.emitter.emit({
        ...this.reason(measure, change, totals, now),
        at: now,
        change: nameOf(change),
        previous: levels[change.from]
      })
    }
  }

  private attemptFailed(slot: Totals, error: ClaudeError, at: number): void {
    this.remember(error)
    // what was held back was no attempt of the API's
    slot.attemptFailed(error._tag, !isRefusal(error._tag) && this.settings.counts(error), at)
  }

  private remember(error: ClaudeError): void {
    // the error of an unexpected reply keeps the whole of it alive
    const kept =
      error._tag === "UnexpectedResponse"
        ? { message: error.message, hint: error.hint, requestId: error.requestId }
        : error
    this.lastErrors.set(error._tag, kept)
  }

  private finished(slot: Totals, { at, elapsed, error, outcome, request, usage }: CallFinished): void {
    if (usage !== undefined) {
      slot.inputTokens += inputTokens(usage)
      slot.outputTokens += usage.output_tokens
    }
    if (error !== undefined) {
      this.remember(error)
      slot.callFailed(error._tag, this.settings.counts(error), at)
    } else if (outcome === "success") {
      slot.succeeded++
      if (request.path === "/v1/messages") slot.latency.add(Duration.toMillis(elapsed))
    } else slot.interrupted++
  }

  private breaker({ at, key, to }: BreakerChanged): void {
    if (to === "Closed") this.openCircuits.delete(key)
    else if (!this.openCircuits.has(key)) this.openCircuits.set(key, at)
    this.evaluate(at)
  }

  private measure(measure: Measure, totals: Totals, now: number): Measured {
    const began = totals.firstFailureAt ?? now
    switch (measure) {
      case "errorRate":
        return { ...totals.callRate, began }
      case "attemptErrorRate":
        return { ...totals.attemptRate, began }
      case "timeToFirstToken":
        return { value: totals.firstToken.p95, volume: totals.firstToken.count, began: now }
      case "latency":
        return { value: totals.latency.p95, volume: totals.latency.count, began: now }
      case "circuit": {
        const { size } = this.openCircuits
        return { value: size, volume: size, began: Math.min(now, ...this.openCircuits.values()) }
      }
    }
  }

  private reason(measure: Measure, { since, to }: Change, totals: Totals, now: number): Reason {
    const isOfErrors = measure !== "timeToFirstToken" && measure !== "latency"
    const cause = isOfErrors && to > 0 ? this.cause(totals, now) : undefined
    return {
      measure,
      level: levels[to],
      since,
      what: this.what(measure, to, totals, now),
      cause,
      advice: to === 0 ? "Nothing is left to do." : adviceFor(cause?.tag)
    }
  }

  private what(measure: Measure, to: Severity, totals: Totals, now: number): string {
    const { windowMillis } = this.settings
    const last = `in the last ${Duration.format(Duration.millis(windowMillis))}`
    const before = this.rolling.sum(now, historyMillis, windowMillis)
    switch (measure) {
      case "errorRate":
        return sentences.failing("calls", totals.callRate, last, before.callRate)
      case "attemptErrorRate":
        return sentences.failing("attempts", totals.attemptRate, last, before.attemptRate)
      case "timeToFirstToken":
        return sentences.slow("first tokens", totals.firstToken, last, before.firstToken)
      case "latency":
        return sentences.slow("messages", totals.latency, last, before.latency)
      case "circuit":
        return sentences.circuits([...this.openCircuits.keys()], to === 0)
    }
  }

  /** The error that most have in common; that calls were held back comes last, as it says nothing of why. */
  private cause(totals: Totals, now: number): Cause | undefined {
    const found =
      dominant(totals.attemptErrors)
      ?? dominant(this.rolling.sum(now, historyMillis).attemptErrors)
      ?? dominant(totals.callErrors)
    if (found === undefined) return undefined
    const error = this.lastErrors.get(found.tag)
    return { ...found, message: error?.message ?? found.tag, hint: error?.hint, requestId: error?.requestId }
  }
}

const isRefusal = (tag: string): boolean => tag === "CircuitOpen" || tag === "QueueFull"

const nameOf = ({ from, to }: Change): Alert["change"] => {
  if (to === 0) return "cleared"
  return from === 0 ? "raised" : to > from ? "escalated" : "eased"
}

const dominant = (errors: Tallies) => {
  const counted = [...errors].flatMap(([tag, { counted }]) => (counted > 0 ? [{ tag, count: counted }] : []))
  const all = counted.reduce((sum, { count }) => sum + count, 0)
  const [most] = counted.sort((a, b) => b.count - a.count)
  return most === undefined ? undefined : { ...most, share: most.count / all }
}

const percentilesOf = (histogram: Histogram): Percentiles | undefined => {
  if (histogram.count === 0) return undefined
  const [p50, p90, p95, p99] = histogram.percentiles([0.5, 0.9, 0.95, 0.99]).map(Duration.millis)
  const max = Duration.millis(histogram.max)
  return { count: histogram.count, p50: p50 ?? max, p90: p90 ?? max, p95: p95 ?? max, p99: p99 ?? max, max }
}

const countsOf = (errors: Tallies): Readonly<Record<string, number>> =>
  Object.fromEntries([...errors].map(([tag, { all }]) => [tag, all]))

const sumOf = (errors: Tallies): number => [...errors.values()].reduce((sum, { all }) => sum + all, 0)

const windowOf = (totals: Totals, length: number): Window => ({
  length: Duration.millis(length),
  calls: {
    succeeded: totals.succeeded,
    failed: sumOf(totals.callErrors),
    interrupted: totals.interrupted,
    errorRate: totals.callRate.value,
    errors: countsOf(totals.callErrors)
  },
  attempts: {
    succeeded: totals.succeeded,
    failed: sumOf(totals.attemptErrors),
    errorRate: totals.attemptRate.value,
    errors: countsOf(totals.attemptErrors)
  },
  latency: percentilesOf(totals.latency),
  timeToFirstToken: percentilesOf(totals.firstToken),
  tokens: { input: totals.inputTokens, output: totals.outputTokens },
  retries: totals.retries,
  cuts: totals.cuts,
  resumes: totals.resumes
})
