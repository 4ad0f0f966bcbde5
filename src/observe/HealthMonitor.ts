/**
 * How the API does, as this program sees it: rolling windows, a status with its reasons, and alerts.
 *
 * A listener of the hub. It keeps fifteen minutes in slots of five seconds and durations in buckets, so that its memory
 * is bounded whatever the load. A level goes up at once, given enough volume, and down only after it has been well
 * below for a while.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ClaudeError } from "../ClaudeError.js"
import * as ClaudeEvent from "../ClaudeEvent.js"
import { historyMillis, Monitor, type MonitorSettings, slotMillis } from "./internal/monitor.js"
import type { Alert, Status, Window } from "./internal/monitorModel.js"

export type { Alert, Cause, Level, Measure, Percentiles, Reason, Status, Window } from "./internal/monitorModel.js"

/**
 * What is known of the API's health.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The last while, 15 minutes at most, to slots of five seconds of which the running one counts as whole. */
  readonly window: (length: Duration.DurationInput) => Effect.Effect<Window>
  /** The last minute, the last five and the last fifteen. */
  readonly windows: Effect.Effect<Windows>
  readonly status: Effect.Effect<Status>
  /** Every change of a level from the moment the stream runs. A reader that is 4,096 behind loses the oldest. */
  readonly alerts: Stream.Stream<Alert>
}

/**
 * The usual windows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Windows {
  readonly oneMinute: Window
  readonly fiveMinutes: Window
  readonly fifteenMinutes: Window
}

/**
 * What is known of the API's health.
 *
 * @since 0.1.0
 * @category tags
 */
export class HealthMonitor extends Context.Tag("effect-claude/HealthMonitor")<HealthMonitor, Service>() {}

/**
 * From where on a measure is bad; `Infinity` for never.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Thresholds {
  /**
   * Part of the calls that fail, retries and all; a cut that `Resumable` mended does not count. Default: degraded from
   * 0.1, down from 0.5.
   */
  readonly errorRate?: number | undefined
  /** Part of the attempts that fail, though their calls may succeed. Default: degraded from 0.3, never down. */
  readonly attemptErrorRate?: number | undefined
  /** The 95th percentile of the time to the first token. Default: degraded from 30 seconds, never down. */
  readonly timeToFirstToken?: Duration.DurationInput | undefined
  /** The 95th percentile of the time a message takes. Default: none, since it goes by the length of the answers. */
  readonly latency?: Duration.DurationInput | undefined
}

/**
 * The options of {@link make}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** From where on the status is `degraded`. Default: as {@link Thresholds} says. */
  readonly degraded?: Thresholds | undefined
  /** From where on the status is `down`. Default: as {@link Thresholds} says. */
  readonly down?: Thresholds | undefined
  /** What the levels look at, 15 minutes at most. Default: 1 minute. */
  readonly window?: Duration.DurationInput | undefined
  /** With fewer in the window nothing is raised. Default: 10. */
  readonly minimumVolume?: number | undefined
  /** A level ends below this part of its threshold... Default: 0.5. */
  readonly clearBelow?: number | undefined
  /** ...once it has been there for so long. Default: 30 seconds. */
  readonly holdFor?: Duration.DurationInput | undefined
  /**
   * Which errors say something of the API's health. Default: all but `InvalidRequest`, `NotFound`, `Conflict` and the
   * caller's own deadline.
   */
  readonly counts?: ((error: ClaudeError) => boolean) | undefined
}

const isTelling = (error: ClaudeError): boolean => {
  switch (error._tag) {
    case "InvalidRequest":
    case "NotFound":
    case "Conflict":
      return false
    case "QueueFull":
      return error.bound !== "draining"
    case "TimedOut":
      return error.limit !== "total" && error.limit !== "drain"
    default:
      return true
  }
}

const millis = (threshold: Duration.DurationInput | undefined, otherwise: number): number =>
  threshold === undefined ? otherwise : Duration.toMillis(threshold)

const settingsOf = ({ degraded, down, ...options }: Options): MonitorSettings => ({
  windowMillis: Math.min(Duration.toMillis(options.window ?? "1 minute"), historyMillis),
  minimumVolume: options.minimumVolume ?? 10,
  clearBelow: options.clearBelow ?? 0.5,
  holdMillis: Duration.toMillis(options.holdFor ?? "30 seconds"),
  counts: options.counts ?? isTelling,
  thresholds: {
    errorRate: [degraded?.errorRate ?? 0.1, down?.errorRate ?? 0.5],
    attemptErrorRate: [degraded?.attemptErrorRate ?? 0.3, down?.attemptErrorRate ?? Infinity],
    timeToFirstToken: [millis(degraded?.timeToFirstToken, 30_000), millis(down?.timeToFirstToken, Infinity)],
    latency: [millis(degraded?.latency, Infinity), millis(down?.latency, Infinity)]
  }
})

/**
 * Watches the calls of the context's hub until the scope closes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.gen(function* () {
    const monitor = new Monitor(settingsOf(options))
    yield* ClaudeEvent.listen(monitor.onEvent)
    const now = <A>(f: (millis: number) => A): Effect.Effect<A> => Effect.map(Clock.currentTimeMillis, f)
    yield* Effect.forkScoped(Effect.repeat(now(monitor.evaluate), Schedule.spaced(Duration.millis(slotMillis))))
    const window = (length: Duration.DurationInput) =>
      now((millis) => monitor.window(millis, Duration.toMillis(length)))
    return {
      window,
      windows: Effect.all({
        oneMinute: window("1 minute"),
        fiveMinutes: window("5 minutes"),
        fifteenMinutes: window("15 minutes")
      }),
      status: now(monitor.status),
      alerts: monitor.alerts
    }
  })

/**
 * Watches the calls of the context's hub.
 *
 * @example
 * ```ts
 * import { HealthMonitor } from "effect-claude"
 * import { Effect, Stream } from "effect"
 *
 * const watch = Effect.flatMap(HealthMonitor.HealthMonitor, ({ alerts }) =>
 *   Stream.runForEach(alerts, (alert) =>
 *     Effect.logWarning(`${alert.change}: ${alert.what}`, { cause: alert.cause?.hint, advice: alert.advice })
 *   )
 * )
 *
 * const program = watch.pipe(Effect.provide(HealthMonitor.layer({ down: { errorRate: 0.8 } })))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<HealthMonitor> => Layer.scoped(HealthMonitor, make(options))

/**
 * How the API does now, and why.
 *
 * @since 0.1.0
 * @category combinators
 */
export const status: Effect.Effect<Status, never, HealthMonitor> = Effect.flatMap(HealthMonitor, ({ status }) => status)

/**
 * Every change of a level, as it happens.
 *
 * @since 0.1.0
 * @category combinators
 */
export const alerts: Stream.Stream<Alert, never, HealthMonitor> = Stream.unwrap(
  Effect.map(HealthMonitor, ({ alerts }) => alerts)
)
