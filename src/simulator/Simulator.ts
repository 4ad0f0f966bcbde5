/**
 * A Claude API on loopback: messages (unary and streaming), token counting, models, with the real shapes of answers and
 * errors, and faults that are real on the socket.
 *
 * It listens on 127.0.0.1 only, and lives on real sockets and the live clock, whatever clock its user runs on: under a
 * `TestClock` its client's virtual time and its real bytes stand against each other, so use live tests.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Fault } from "./Disturbance.js"
import * as cache from "./internal/cache.js"
import type { Listener } from "./internal/listener.js"
import { listen } from "./internal/listener.js"
import * as limits from "./internal/limits.js"
import * as memory from "./internal/memory.js"
import * as plan from "./internal/plan.js"
import type { World } from "./internal/routes.js"
import { handle } from "./internal/server.js"
import type { Manner } from "./Manner.js"
import { obedient } from "./Manner.js"
import type { Connection, Entry } from "./RequestLog.js"

/**
 * The simulator in the context of a program.
 *
 * @since 0.1.0
 * @category tags
 */
export class Simulator extends Context.Tag("effect-claude/Simulator")<Simulator, Service>() {}

/**
 * What a running simulator offers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Every request since the start (or the last `reset`), oldest first; those still open included, as they are now. */
  readonly log: Effect.Effect<ReadonlyArray<Entry>>
  /** Each request when it has ended, from the moment of subscription on. */
  readonly requests: Stream.Stream<Entry>
  /** Replaces all faults that are still to come. */
  readonly setFaults: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  /** Puts faults before those that are still to come. */
  readonly inject: (...faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  /** Forgets answers, cached prompts, limits and the log, and starts again with the faults of the options. */
  readonly reset: Effect.Effect<void>
  /** The connections that are open now. */
  readonly connections: Effect.Effect<ReadonlyArray<Connection>>
  /** Closes (FIN) or resets every connection that is open now: all of them, or those without a request. */
  readonly drop: (options?: {
    readonly how?: "fin" | "reset" | undefined
    readonly idleOnly?: boolean | undefined
  }) => Effect.Effect<void>
}

/**
 * How a simulator is made. Every field may be left out.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** Default: a free one. */
  readonly port?: number | undefined
  /** The API keys that are let in. Default: any that is not empty. */
  readonly keys?: ReadonlyArray<string> | undefined
  /** Decides texts, ids and the draws of faults with a probability. Default: `"effect-claude"`. */
  readonly seed?: string | undefined
  /** The time one token of a stream takes. Default: 1 ms; 0 sends as fast as the client reads. */
  readonly tokenDelay?: Duration.DurationInput | undefined
  /** How long an answer in words is, in tokens, whatever the prompt asks for. Default: by the prompt and its seed. */
  readonly answerTokens?: number | undefined
  /** Requests and tokens a minute, for each limit group; what is left out is shown as full, and never runs out. */
  readonly limits?:
    | {
        readonly requests?: number | undefined
        readonly inputTokens?: number | undefined
        readonly outputTokens?: number | undefined
      }
    | undefined
  /** What goes wrong, in order. Default: nothing. */
  readonly faults?: ReadonlyArray<Fault> | undefined
  /** How the model goes on with an answer that broke off. Default: `Manner.obedient`. */
  readonly manner?: Manner | undefined
  /** How long an idle connection is kept. Default: 400 s, as the API's edge does. */
  readonly keepAlive?: Duration.DurationInput | undefined
  /** How long sent bytes are given to arrive before a connection is reset. Default: 25 ms. */
  readonly drain?: Duration.DurationInput | undefined
  /**
   * How many requests the log keeps, the newest. Default: 10,000. Of the oldest it keeps neither bodies nor texts when
   * all of them together weigh more than 64 MB.
   */
  readonly logLimit?: number | undefined
}

/**
 * The simulator could not listen: the port is taken, most of the time.
 *
 * @since 0.1.0
 * @category errors
 */
export class SimulatorError extends Schema.TaggedError<SimulatorError>("effect-claude/SimulatorError")(
  "SimulatorError",
  { port: Schema.Number, code: Schema.String, description: Schema.String }
) {
  /**
   * @since 0.1.0
   */
  override get message(): string {
    return `the simulator cannot listen on 127.0.0.1:${this.port}: ${this.description}`
  }
}

const worldOf = (options: Options, seed: string): World => ({
  cache: cache.make(),
  keys: options.keys,
  limits: limits.make(options.limits ?? {}),
  memory: memory.make(),
  tokenDelay: Duration.toMillis(options.tokenDelay ?? "1 millis"),
  voice: { answerTokens: options.answerTokens, manner: options.manner ?? obedient, seed }
})

const service = (
  options: Options,
  world: World,
  faults: plan.Plan,
  listener: Listener,
  ended: PubSub.PubSub<Entry>
): Service => ({
  connections: Effect.sync(listener.connections),
  drop: (how) => Effect.sync(() => listener.drop(how?.how ?? "fin", how?.idleOnly ?? false)),
  inject: (...more) => Effect.sync(() => faults.inject(more)),
  log: Effect.sync(listener.entries),
  port: listener.port,
  requests: Stream.fromPubSub(ended),
  reset: Effect.sync(() => {
    world.cache.clear()
    world.limits.clear()
    world.memory.clear()
    listener.forget()
    faults.set(options.faults ?? [])
  }),
  setFaults: (list) => Effect.sync(() => faults.set(list)),
  url: `http://127.0.0.1:${listener.port}`
})

/**
 * Starts a simulator. It stops with the scope: its port and all its connections are closed at once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<Service, SimulatorError, Scope.Scope> {
  const seed = options.seed ?? "effect-claude"
  const world = worldOf(options, seed)
  const faults = plan.make(options.faults ?? [], seed)
  const ended = yield* PubSub.unbounded<Entry>()
  const clock = Clock.make()
  const run = yield* FiberSet.makeRuntime<never>()
  const listener = yield* listen({
    drain: Duration.toMillis(options.drain ?? "25 millis"),
    keepAlive: Duration.toMillis(options.keepAlive ?? "400 seconds"),
    logLimit: options.logLimit ?? 10_000,
    now: () => clock.unsafeCurrentTimeMillis(),
    onAccept: () => faults.onAccept() !== undefined,
    onEnd: (entry) => {
      run(PubSub.publish(ended, entry))
    },
    onRequest: (exchange, seen) => {
      const handled = handle(exchange, world, faults, seen)
      // A defect of ours must not leave the client waiting.
      const guarded = Effect.tapDefect(handled, (cause) =>
        Effect.zipRight(
          Effect.logError(cause),
          Effect.sync(() => exchange.socket.destroy())
        )
      )
      const fiber = run(Effect.withClock(guarded, clock))
      return {
        interrupt: () => fiber.unsafeInterruptAsFork(FiberId.none),
        onExit: (done) => fiber.addObserver((exit) => done(exit._tag === "Success" && exit.value))
      }
    },
    port: options.port ?? 0
  }).pipe(Effect.mapError((cause) => new SimulatorError({ ...cause, port: options.port ?? 0 })))
  return service(options, world, faults, listener, ended)
})

/**
 * A simulator as a layer.
 *
 * @example
 * ```ts
 * import { Effect } from "effect"
 * import { Fault, Simulator } from "effect-claude/simulator"
 *
 * const program = Effect.gen(function*() {
 *   const simulator = yield* Simulator.Simulator
 *   yield* Effect.log(`point your client at ${simulator.url}`)
 * })
 *
 * Effect.runPromise(program.pipe(Effect.provide(Simulator.layer({ faults: [Fault.resetAt({ text: 200 })] }))))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Simulator, SimulatorError> =>
  Layer.scoped(Simulator, make(options))
