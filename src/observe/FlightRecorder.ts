/**
 * The last attempts as data: when, what, how far, how they ended.
 *
 * For the moment after something went wrong: what a support team asks for is here, by request id, and nothing of what
 * was said. No prompt, no answer, no key; errors are redacted as they always are.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as ClaudeEvent from "../ClaudeEvent.js"
import type { AttemptRecord } from "./internal/attemptRecord.js"
import { type Draft, Flights } from "./internal/flights.js"
import { Ring } from "./internal/ring.js"

export { AttemptRecord } from "./internal/attemptRecord.js"

/**
 * The last attempts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Those that began last, in that order; some may still run. */
  readonly records: Effect.Effect<ReadonlyArray<AttemptRecord>>
  /** Forgets those that ended. */
  readonly clear: Effect.Effect<void>
}

/**
 * The last attempts.
 *
 * @since 0.1.0
 * @category tags
 */
export class FlightRecorder extends Context.Tag("effect-claude/FlightRecorder")<FlightRecorder, Service>() {}

/**
 * The options of {@link make}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** How many attempts are kept, 1 at least. Default: 200. */
  readonly capacity?: number | undefined
}

/**
 * Tells `listener` each attempt of the context's hub as it stands when it begins, when its headers come, when it ends
 * and when a retry of it is scheduled, until the scope closes. What is told later holds all that was told before. The
 * listener is called synchronously and must neither throw nor block.
 *
 * @since 0.1.0
 * @category constructors
 */
export const track = (listener: (record: AttemptRecord) => void): Effect.Effect<void, never, Scope.Scope> =>
  Effect.suspend(() => {
    const tell = (draft: Draft) => listener({ ...draft })
    return ClaudeEvent.listen(new Flights({ began: tell, changed: tell }).onEvent)
  })

/**
 * Records the attempts of the context's hub until the scope closes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.gen(function* () {
    const ring = new Ring<Draft>(options.capacity ?? 200)
    yield* ClaudeEvent.listen(new Flights({ began: (draft) => ring.add(draft), changed: () => {} }).onEvent)
    return {
      records: Effect.sync(() => ring.values().map((draft) => ({ ...draft }))),
      clear: Effect.sync(() => ring.keep((draft) => draft.state === "running"))
    }
  })

/**
 * Records the attempts of the context's hub.
 *
 * @example
 * ```ts
 * import { FlightRecorder } from "effect-claude"
 * import { Effect, Schema } from "effect"
 *
 * const toJson = Schema.encodeSync(Schema.Array(FlightRecorder.AttemptRecord))
 *
 * const report = Effect.flatMap(FlightRecorder.records, (records) => Effect.log(JSON.stringify(toJson(records)))).pipe(
 *   Effect.provide(FlightRecorder.layer({ capacity: 50 }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<FlightRecorder> => Layer.scoped(FlightRecorder, make(options))

/**
 * The attempts that began last, in that order; some may still run.
 *
 * @since 0.1.0
 * @category combinators
 */
export const records: Effect.Effect<ReadonlyArray<AttemptRecord>, never, FlightRecorder> = Effect.flatMap(
  FlightRecorder,
  ({ records }) => records
)
