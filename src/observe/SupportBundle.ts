/**
 * What a support team asks for, in one piece of JSON: the last attempts with their request ids and errors, how the API
 * does, and what the policies are at.
 *
 * It is gathered from what the context has: `FlightRecorder`, `HealthMonitor`, `RateLimits`, `Admission`,
 * `CircuitBreaker`. What is not there is left out. No prompt, no answer and no key is in it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { CurrentAdmission } from "../policy/Admission.js"
import { CurrentCircuitBreaker } from "../policy/CircuitBreaker.js"
import { CurrentRateLimits } from "../policy/RateLimits.js"
import { AttemptRecord, FlightRecorder } from "./FlightRecorder.js"
import { HealthMonitor } from "./HealthMonitor.js"

const Json = Schema.Unknown

/**
 * A support bundle: plain data, times in epoch milliseconds and durations in milliseconds.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SupportBundle = Schema.Struct({
  version: Schema.Literal(1),
  /** When it was gathered. */
  at: Schema.JsonNumber,
  /** What the caller has to say: versions, the name of the service. */
  about: Schema.Record({ key: Schema.String, value: Schema.String }),
  /** The last attempts, the oldest first. */
  attempts: Schema.optional(Schema.Array(AttemptRecord)),
  /** The `Status` of `HealthMonitor`, and its windows of 1, 5 and 15 minutes. */
  health: Schema.optional(Schema.Struct({ status: Json, windows: Json })),
  /** The last limits of each limit group. */
  limits: Schema.optional(Schema.Record({ key: Schema.String, value: Json })),
  /** The `Status` of `Admission`. */
  admission: Schema.optional(Json),
  /** The state of each circuit, by its key. */
  circuits: Schema.optional(Schema.Record({ key: Schema.String, value: Json })),
  /** What the way to the API looks like: the report of `Doctor`. */
  network: Schema.optional(Json)
})

/**
 * A support bundle.
 *
 * @since 0.1.0
 * @category models
 */
export interface SupportBundle extends Schema.Schema.Type<typeof SupportBundle> {}

/**
 * The options of {@link collect}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** Said in the bundle as it is: the version of the program, of Node, the name of the service. Default: nothing. */
  readonly about?: Readonly<Record<string, string>> | undefined
  /** The attempts, as `FlightFile.read` gives those of a run that crashed. Default: those of `FlightRecorder`. */
  readonly attempts?: ReadonlyArray<AttemptRecord> | undefined
  /** The report of `Doctor.examine` (`effect-claude/node`). Default: none, since to examine takes calls. */
  readonly network?: unknown
}

/** Services give Durations, and numbers that JSON has no word for; those are left out, as `undefined` is. */
const plain = (value: unknown): unknown => {
  if (Duration.isDuration(value)) return Duration.toMillis(value)
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined
  if (Array.isArray(value)) return value.map(plain)
  if (!Predicate.isRecord(value)) return value
  const entries = Object.entries(value).map(([key, field]) => [key, plain(field)] as const)
  return Object.fromEntries(entries.filter(([, field]) => field !== undefined))
}

const plainRecord = (entries: Iterable<readonly [string, unknown]>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Array.from(entries, ([key, value]) => [key, plain(value)]))

const attemptsIn = (context: Context.Context<never>): Effect.Effect<ReadonlyArray<AttemptRecord> | undefined> =>
  Option.match(Context.getOption(context, FlightRecorder), {
    onNone: () => Effect.succeed(undefined),
    onSome: ({ records }) => records
  })

const healthIn = (context: Context.Context<never>) =>
  Option.match(Context.getOption(context, HealthMonitor), {
    onNone: () => Effect.succeed(undefined),
    onSome: ({ status, windows }) =>
      Effect.map(Effect.all({ status, windows }), ({ status, windows }) => ({
        status: plain(status),
        windows: plain(windows)
      }))
  })

const circuitsIn = (context: Context.Context<never>) => {
  const breaker = Context.get(context, CurrentCircuitBreaker)
  if (breaker === undefined) return Effect.succeed(undefined)
  return Effect.flatMap(breaker.keys, (keys) =>
    Effect.map(
      Effect.forEach(keys, (key) => Effect.map(breaker.state(key), (state) => [key, state] as const)),
      plainRecord
    )
  )
}

/**
 * Gathers what the context has to tell.
 *
 * @example
 * ```ts
 * import { FlightRecorder, SupportBundle } from "effect-claude"
 * import { Console, Effect } from "effect"
 *
 * const report = SupportBundle.collect({ about: { node: process.version } }).pipe(
 *   Effect.flatMap((bundle) => Console.error(SupportBundle.toJson(bundle))),
 *   Effect.provide(FlightRecorder.layer({ capacity: 50 }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const collect = (options: Options = {}): Effect.Effect<SupportBundle> =>
  Effect.contextWithEffect((context: Context.Context<never>) =>
    Effect.gen(function* () {
      const attempts = options.attempts ?? (yield* attemptsIn(context))
      const health = yield* healthIn(context)
      const rateLimits = Context.get(context, CurrentRateLimits)
      const limits = rateLimits === undefined ? undefined : plainRecord(yield* rateLimits.all)
      const queue = Context.get(context, CurrentAdmission)
      const admission = queue === undefined ? undefined : plain(yield* queue.status)
      const circuits = yield* circuitsIn(context)
      return {
        version: 1 as const,
        at: yield* Clock.currentTimeMillis,
        about: options.about ?? {},
        ...(attempts === undefined ? {} : { attempts }),
        ...(health === undefined ? {} : { health }),
        ...(limits === undefined ? {} : { limits }),
        ...(admission === undefined ? {} : { admission }),
        ...(circuits === undefined ? {} : { circuits }),
        ...(options.network === undefined ? {} : { network: plain(options.network) })
      }
    })
  )

const encode = Schema.encodeSync(SupportBundle)

/**
 * The bundle as indented JSON, to be attached to a message. It reads back by the Schema.
 *
 * @since 0.1.0
 * @category combinators
 */
export const toJson = (bundle: SupportBundle): string => JSON.stringify(encode(bundle), undefined, 2)
