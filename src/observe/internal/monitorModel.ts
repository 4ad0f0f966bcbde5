import type * as Duration from "effect/Duration"

/**
 * How well something does.
 *
 * @since 0.1.0
 * @category models
 */
export type Level = "healthy" | "degraded" | "down"

/**
 * What a level goes by: calls that fail, attempts that fail, the 95th percentiles of the time to the first token and of
 * the whole time, and circuits that are open.
 *
 * @since 0.1.0
 * @category models
 */
export type Measure = "errorRate" | "attemptErrorRate" | "timeToFirstToken" | "latency" | "circuit"

/**
 * Durations in short. Percentiles are by nearest rank, and off by 2.5 % at most.
 *
 * @since 0.1.0
 * @category models
 */
export interface Percentiles {
  readonly count: number
  readonly p50: Duration.Duration
  readonly p90: Duration.Duration
  readonly p95: Duration.Duration
  readonly p99: Duration.Duration
  readonly max: Duration.Duration
}

/**
 * What happened within some time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Window {
  readonly length: Duration.Duration
  readonly calls: {
    readonly succeeded: number
    readonly failed: number
    readonly interrupted: number
    /** Failures that say something of the API's health, of these and the successes; 0 where there are none. */
    readonly errorRate: number
    /** All failures by tag. */
    readonly errors: Readonly<Record<string, number>>
  }
  readonly attempts: {
    readonly succeeded: number
    readonly failed: number
    readonly errorRate: number
    readonly errors: Readonly<Record<string, number>>
  }
  /** Of messages that came whole, to the end of the body; `undefined` where none came. */
  readonly latency: Percentiles | undefined
  /** Of streams, from the start of the call. */
  readonly timeToFirstToken: Percentiles | undefined
  /** Of calls that ended; input with the cache's. */
  readonly tokens: { readonly input: number; readonly output: number }
  readonly retries: number
  readonly cuts: number
  readonly resumes: number
}

/**
 * The error that most failures have in common.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cause {
  readonly tag: string
  readonly count: number
  /** Of all failures, 0 to 1. */
  readonly share: number
  /** The last error's message. */
  readonly message: string
  /** The last error's hint: its probable cause. */
  readonly hint: string | undefined
  readonly requestId: string | undefined
}

/**
 * Why the status is what it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reason {
  readonly measure: Measure
  readonly level: Level
  /** When it began, in epoch milliseconds: for errors, the first failure within the window in which they were seen. */
  readonly since: number
  /** What is the case, in one sentence. */
  readonly what: string
  readonly cause: Cause | undefined
  /** What to do, in one sentence. */
  readonly advice: string
}

/**
 * How the API does.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  readonly level: Level
  /** Of a status that is not healthy; the worst come first. */
  readonly reasons: ReadonlyArray<Reason>
}

/**
 * A measure changed its level.
 *
 * @since 0.1.0
 * @category models
 */
export interface Alert extends Reason {
  /** Epoch milliseconds. */
  readonly at: number
  /** `raised` from healthy, `escalated` to down, `eased` to degraded, `cleared`. */
  readonly change: "raised" | "escalated" | "eased" | "cleared"
  readonly previous: Level
}
