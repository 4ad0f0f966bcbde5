/**
 * Spans and metrics of calls, by the GenAI conventions of OpenTelemetry.
 *
 * A listener of the hub: it needs no exporter of its own, since it makes spans with the tracer of the caller's fiber
 * and keeps metrics in Effect's registry. What exports those (`@effect/opentelemetry`, say) exports these. The names,
 * units and attributes are listed in `docs/telemetry.md`.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as ClaudeEvent from "../ClaudeEvent.js"
import * as meter from "./internal/meter.js"
import { Tracing } from "./internal/tracing.js"

/**
 * The options of {@link layer}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** Whether spans are made. Default: `true`. */
  readonly spans?: boolean | undefined
  /** Whether metrics are kept. Default: `true`. */
  readonly metrics?: boolean | undefined
  /**
   * The names of the GenAI conventions: those that most backends know (`deployed`), those since September 2026
   * (`latest`), or `both` for a time of change. Default: `deployed`.
   */
  readonly names?: "deployed" | "latest" | "both" | undefined
  /**
   * Whether prompts, answers and the definitions of tools are written to the spans, as JSON. They are private: switch
   * it on only where the backend may have them. `maxLength` is how many characters of each text are kept; default
   * 32,768. Default: `false`.
   */
  readonly content?: boolean | { readonly maxLength?: number | undefined } | undefined
}

/**
 * The connections of one origin, as `NodeTransport.stats` gives them.
 *
 * @since 0.1.0
 * @category models
 */
export interface PoolStats {
  readonly connected: number
  readonly free: number
  readonly queued: number
  readonly running: number
}

const contentLength = (content: Options["content"]): number | undefined => {
  if (content === undefined || content === false) return undefined
  return (content === true ? undefined : content.maxLength) ?? 32_768
}

/**
 * Makes spans and metrics of the calls of the context's hub until the scope closes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const listen = (options: Options = {}): Effect.Effect<void, never, Scope.Scope> =>
  Effect.flatMap(ClaudeEvent.CurrentHub, (hub) => {
    const names = options.names ?? "deployed"
    const metering = new meter.Meter({ deployed: names !== "latest", latest: names !== "deployed" })
    const tracing = new Tracing({ content: contentLength(options.content), latest: names === "latest" })
    const hasSpans = options.spans ?? true
    const hasMetrics = options.metrics ?? true
    const listeners = [
      ...(hasSpans ? [() => hub.unsafeListen(tracing.onEvent)] : []),
      ...(hasSpans && contentLength(options.content) !== undefined
        ? [() => hub.unsafeListenOutput(tracing.onOutput)]
        : []),
      ...(hasMetrics ? [() => hub.unsafeListen(metering.onEvent), () => hub.unsafeListenOutput(metering.onOutput)] : [])
    ]
    return Effect.forEach(
      listeners,
      (start) => Effect.acquireRelease(Effect.sync(start), (stop) => Effect.sync(stop)),
      { discard: true }
    )
  })

/**
 * Spans and metrics of the calls of the context's hub.
 *
 * A call's span (`chat {model}`) is a child of the span in which the call is made, covers its body, and has a child for
 * each attempt. Whatever exports Effect's spans and metrics is provided beside or below it.
 *
 * @example
 * ```ts
 * import { FetchHttpClient } from "@effect/platform"
 * import { Otlp } from "@effect/opentelemetry"
 * import { Telemetry } from "effect-claude"
 * import { Layer } from "effect"
 *
 * const Observed = Telemetry.layer().pipe(
 *   Layer.provideMerge(Otlp.layerJson({ baseUrl: "http://localhost:4318", resource: { serviceName: "shop" } })),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<never> => Layer.scopedDiscard(listen(options))

/**
 * Keeps gauges of a pool until the scope closes, by asking it every while (default: 10 seconds). Of an origin that is
 * no longer in use the gauges go to 0.
 *
 * @example
 * ```ts
 * import { Telemetry } from "effect-claude"
 * import { NodeClaude } from "effect-claude/node"
 * import { Effect, Layer } from "effect"
 *
 * const Gauges = Layer.scopedDiscard(
 *   Effect.flatMap(NodeClaude.Pool, (pool) => Telemetry.samplePool(pool.stats))
 * )
 * const Observed = Gauges.pipe(Layer.provideMerge(NodeClaude.layerWithPool()))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const samplePool = (
  stats: Effect.Effect<ReadonlyMap<string, PoolStats>>,
  every: Duration.DurationInput = "10 seconds"
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.suspend(() => {
    let seen: ReadonlySet<string> = new Set()
    const sample = Effect.map(stats, (origins) => {
      for (const origin of seen) if (!origins.has(origin)) meter.pool(origin, nothing)
      for (const [origin, found] of origins) meter.pool(origin, found)
      seen = new Set(origins.keys())
    })
    return Effect.asVoid(Effect.forkScoped(Effect.repeat(sample, Schedule.spaced(every))))
  })

const nothing: PoolStats = { connected: 0, free: 0, queued: 0, running: 0 }
