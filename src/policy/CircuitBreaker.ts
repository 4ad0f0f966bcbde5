/**
 * Stops calling what is down, and finds out when it is up again.
 *
 * A breaker keeps one circuit for each key: origin and limit group. Closed, it lets calls through and counts how they
 * end. When too many fail it opens and refuses, so that nobody waits for what will not come; after a while one call,
 * the probe, may try, and its end decides. An outcome is known at the end of the body, not at its headers.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { ClaudeError } from "../ClaudeError.js"
import { CurrentHub } from "../ClaudeEvent.js"
import type { Outcome, Pass, Refusal, Settings, State, Transition } from "./internal/circuit.js"
import { Circuit } from "./internal/circuit.js"
import { makeEmitter } from "./internal/emitter.js"

export type { Closed, HalfOpen, Open, Outcome, State, Transition } from "./internal/circuit.js"

/**
 * A call that was let through, until its outcome is recorded.
 *
 * @since 0.1.0
 * @category models
 */
export interface Permit {
  /** Whether the breaker is half open and this call decides what becomes of it. */
  readonly probe: boolean
  /** Tells how the call ended. Only the first time counts. */
  readonly record: (outcome: Outcome) => Effect.Effect<void>
}

/**
 * A way through the breaker that can be tried at any moment: what `Admission` asks of a call that it would let in.
 *
 * @since 0.1.0
 * @category models
 */
export interface Turnstile {
  /** Enters if a call may be made at this time (epoch milliseconds), and says so; once in, it says no. */
  readonly tryEnter: (now: number) => boolean
  /** Waits until it is worth trying. */
  readonly whenReady: Effect.Effect<void>
  /** The permit of a call that is in. */
  readonly permit: Effect.Effect<Permit | undefined>
}

/**
 * A circuit breaker.
 *
 * @since 0.1.0
 * @category models
 */
export interface CircuitBreaker {
  /**
   * Asks whether a call may be made. When the scope closes without an outcome (an interruption, say) the call is
   * ignored; a probe then leaves its place to the next.
   */
  readonly enter: (key: string) => Effect.Effect<Permit, CircuitRefused, Scope.Scope>
  /** Waits until a call may be made. Of several that wait, all are told; enter then, and be ready to be refused. */
  readonly whenReady: (key: string) => Effect.Effect<void>
  /** A way in for one call that has other things to wait for too; its permit is dropped with the scope. */
  readonly turnstile: (key: string) => Effect.Effect<Turnstile, never, Scope.Scope>
  /** What it does with the calls of a key now. */
  readonly state: (key: string) => Effect.Effect<State>
  /** The keys that were used so far. */
  readonly keys: Effect.Effect<ReadonlyArray<string>>
  /**
   * Every change of state from the moment the stream runs. The step from open to half open is taken, and told, when
   * somebody asks after its time. A reader that is 4,096 changes behind loses the oldest.
   */
  readonly transitions: Stream.Stream<Transition>
  /**
   * Tells every change of state at once, as it happens. The listener must neither throw nor block; the function that
   * is returned takes it away.
   */
  readonly unsafeListen: (listener: (transition: Transition) => void) => () => void
  /** Opens a circuit by hand: it stays open until `reset` or `forceClosed`. */
  readonly forceOpen: (key: string) => Effect.Effect<void>
  /** Closes a circuit by hand: it stays closed, whatever fails, until `reset` or `forceOpen`. */
  readonly forceClosed: (key: string) => Effect.Effect<void>
  /** Closes a circuit and forgets what it knew; from then on it counts again. */
  readonly reset: (key: string) => Effect.Effect<void>
}

/**
 * The breaker refused: nothing was sent. `retryAfter` is the time until it is worth asking again; `undefined` where the
 * circuit was opened by hand.
 *
 * @since 0.1.0
 * @category errors
 */
export class CircuitRefused extends Data.TaggedError("CircuitRefused")<{
  readonly key: string
  readonly retryAfter: Duration.Duration | undefined
}> {
  override get message(): string {
    const wait = this.retryAfter === undefined ? "" : `; worth asking again in ${Duration.format(this.retryAfter)}`
    return `the circuit of ${this.key} is open${wait}`
  }
}

/**
 * The options of {@link make}.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface Options {
  /** Opens at this part of failures among the outcomes of the window. Default 0.5. */
  readonly failureRate?: number | undefined
  /** With fewer outcomes in the window the rate says nothing. Default 20. */
  readonly minimumOutcomes?: number | undefined
  /** The sliding window of the rate. Default 30 seconds. */
  readonly window?: Duration.DurationInput | undefined
  /** Opens at this many failures in a row. Default 5. */
  readonly consecutiveFailures?: number | undefined
  /** How long it stays open at first; doubles each time a probe fails. Default 5 seconds. */
  readonly openFor?: Duration.DurationInput | undefined
  /** How long it stays open at most. Default 60 seconds. */
  readonly maxOpenFor?: Duration.DurationInput | undefined
}

const resolve = (options: Options): Settings => ({
  failureRate: options.failureRate ?? 0.5,
  minimumOutcomes: options.minimumOutcomes ?? 20,
  windowMillis: Duration.toMillis(options.window ?? "30 seconds"),
  consecutiveFailures: options.consecutiveFailures ?? 5,
  openMillis: Duration.toMillis(options.openFor ?? "5 seconds"),
  maxOpenMillis: Duration.toMillis(options.maxOpenFor ?? "60 seconds")
})

/**
 * Makes a breaker with all circuits closed. Its changes of state are told to the hub of this context, too.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<CircuitBreaker> =>
  Effect.map(CurrentHub, (hub) => {
    const settings = resolve(options)
    const emitter = makeEmitter<Transition>()
    const changed = (transition: Transition): void => {
      if (hub.isActive()) hub.publish({ _tag: "BreakerChanged", ...transition })
      emitter.emit(transition)
    }
    const circuits = new Map<string, Circuit>()
    const circuitOf = (key: string): Circuit => {
      let circuit = circuits.get(key)
      if (circuit === undefined) {
        circuit = new Circuit(key, settings, changed)
        circuits.set(key, circuit)
      }
      return circuit
    }
    const withCircuit = <A>(key: string, f: (circuit: Circuit, now: number) => A): Effect.Effect<A> =>
      Effect.map(Clock.currentTimeMillis, (now) => f(circuitOf(key), now))
    return {
      enter: (key) => Effect.uninterruptible(enter(circuitOf, key)),
      whenReady: (key) => whenReady(circuitOf, key),
      turnstile: (key) => Effect.uninterruptible(turnstile(circuitOf, key)),
      state: (key) => withCircuit(key, (circuit, now) => circuit.state(now)),
      keys: Effect.sync(() => [...circuits.keys()]),
      transitions: emitter.stream,
      unsafeListen: emitter.unsafeListen,
      forceOpen: (key) => withCircuit(key, (circuit, now) => circuit.forceOpen(now)),
      forceClosed: (key) => withCircuit(key, (circuit, now) => circuit.forceClosed(now)),
      reset: (key) => withCircuit(key, (circuit, now) => circuit.reset(now))
    }
  })

const isRefusal = (answer: Pass | Refusal): answer is Refusal => "wait" in answer

const permitOf = (circuit: Circuit, pass: Pass): Permit => {
  let isRecorded = false
  return {
    probe: pass.probe,
    record: (outcome) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        if (isRecorded) return
        isRecorded = true
        circuit.record(pass, outcome, now)
      })
  }
}

const enter = Effect.fnUntraced(function* (circuitOf: (key: string) => Circuit, key: string) {
  const circuit = circuitOf(key)
  const answer = circuit.enter(yield* Clock.currentTimeMillis)
  if (isRefusal(answer)) {
    return yield* new CircuitRefused({
      key,
      retryAfter: answer.wait === Infinity ? undefined : Duration.millis(answer.wait)
    })
  }
  const permit = permitOf(circuit, answer)
  yield* Scope.addFinalizer(yield* Effect.scope, permit.record("ignored"))
  return permit
})

const turnstile = Effect.fnUntraced(function* (circuitOf: (key: string) => Circuit, key: string) {
  const circuit = circuitOf(key)
  let permit: Permit | undefined
  let isOver = false
  const leave = Effect.suspend(() => {
    isOver = true
    return permit?.record("ignored") ?? Effect.void
  })
  yield* Scope.addFinalizer(yield* Effect.scope, leave)
  const way: Turnstile = {
    tryEnter: (now) => {
      if (permit !== undefined || isOver) return false
      const answer = circuit.enter(now)
      if (isRefusal(answer)) return false
      permit = permitOf(circuit, answer)
      return true
    },
    whenReady: whenReady(circuitOf, key),
    permit: Effect.sync(() => permit)
  }
  return way
})

const whenReady = (circuitOf: (key: string) => Circuit, key: string): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const circuit = circuitOf(key)
    const wait = circuit.waitFor(now)
    if (wait <= 0) return Effect.void
    const seen = circuit.changes
    const changed = Effect.async<void>((resume) => {
      const stop = circuit.onChange(seen, () => resume(Effect.void))
      return Effect.sync(stop)
    })
    const turn = wait === Infinity ? changed : Effect.raceFirst(changed, Effect.sleep(Duration.millis(wait)))
    return Effect.zipRight(turn, whenReady(circuitOf, key))
  })

/**
 * The breaker of the calls below; `undefined` (the default) means that there is none.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentCircuitBreaker extends Context.Reference<CurrentCircuitBreaker>()<
  "effect-claude/CircuitBreaker/CurrentCircuitBreaker",
  CircuitBreaker | undefined
>("effect-claude/CircuitBreaker/CurrentCircuitBreaker", { defaultValue: () => undefined }) {}

/**
 * One breaker for the calls below. Layers are memoised by reference: two calls are two breakers; bind it to a const.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from "effect-claude"
 *
 * const Breaker = CircuitBreaker.layer({ openFor: "2 seconds", maxOpenFor: "30 seconds" })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<CurrentCircuitBreaker> =>
  Layer.effect(CurrentCircuitBreaker, make(options))

/**
 * What an error says of the other side's health: `failure` for what a broken network or an API in trouble does
 * (connections, timeouts, truncated streams, 5xx, overload, in a stream too); `ignored` for what the request or the
 * caller is to blame for (4xx, rate and spend limits, the caller's own deadline) and for a pool of ours that was full.
 *
 * @since 0.1.0
 * @category combinators
 */
export const classify = (error: ClaudeError): "failure" | "ignored" => {
  switch (error._tag) {
    case "ConnectionReset":
    case "ConnectionFailed":
    case "StreamTruncated":
    case "ServerError":
    case "Overloaded":
      return "failure"
    case "TimedOut":
      return ["pool", "total", "drain"].includes(error.limit) ? "ignored" : "failure"
    case "UnexpectedResponse":
      return error.status !== undefined && error.status >= 500 ? "failure" : "ignored"
    default:
      return "ignored"
  }
}

/**
 * The key of a circuit: the origin of the URL and the limit group.
 *
 * @since 0.1.0
 * @category combinators
 */
export const keyOf = (origin: string, group: string): string => `${origin} ${group}`
