/**
 * What happens to a call, and the hub that tells it.
 *
 * The client publishes to the hub of its context ({@link CurrentHub}); telemetry, health monitors, flight recorders and
 * command lines listen. With nobody listening, no event is made.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { globalValue } from "effect/GlobalValue"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ClaudeError, Limits, RequestInfo } from "./ClaudeError.js"

/**
 * What every event carries.
 *
 * @since 0.1.0
 * @category models
 */
export interface EventContext {
  /** Epoch milliseconds, by the Clock. */
  readonly at: number
  /** The call, counted from 1 within the hub. */
  readonly call: number
  readonly request: RequestInfo
}

/**
 * A call began.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallStarted extends EventContext {
  readonly _tag: "CallStarted"
  readonly streaming: boolean
}

/**
 * An attempt of a call began: the next thing is a connection.
 *
 * @since 0.1.0
 * @category models
 */
export interface AttemptStarted extends EventContext {
  readonly _tag: "AttemptStarted"
  readonly attempt: number
}

/**
 * An attempt had to wait for admission, and was let in.
 *
 * @since 0.1.0
 * @category models
 */
export interface Admitted extends EventContext {
  readonly _tag: "Admitted"
  readonly attempt: number
  readonly waited: Duration.Duration
}

/**
 * The headers of a response came.
 *
 * @since 0.1.0
 * @category models
 */
export interface HeadersReceived extends EventContext {
  readonly _tag: "HeadersReceived"
  readonly attempt: number
  readonly status: number
  readonly requestId: string | undefined
  readonly limits: Limits | undefined
  readonly reusedConnection: boolean | undefined
}

/**
 * The first content of a streamed answer came. What `elapsed` counts began with the call.
 *
 * @since 0.1.0
 * @category models
 */
export interface FirstContent extends EventContext {
  readonly _tag: "FirstContent"
  readonly attempt: number
  readonly elapsed: Duration.Duration
}

/**
 * An attempt failed. What follows is `RetryScheduled` or `CallFinished`.
 *
 * @since 0.1.0
 * @category models
 */
export interface AttemptFailed extends EventContext {
  readonly _tag: "AttemptFailed"
  readonly attempt: number
  readonly error: ClaudeError
}

/**
 * The next attempt was scheduled.
 *
 * @since 0.1.0
 * @category models
 */
export interface RetryScheduled extends EventContext {
  readonly _tag: "RetryScheduled"
  /** The number of the attempt to come. */
  readonly attempt: number
  readonly delay: Duration.Duration
  readonly error: ClaudeError
  /**
   * `stale-connection`: at once, on a fresh connection, outside schedule and budget. `schedule`: by the retry policy.
   */
  readonly reason: "stale-connection" | "schedule"
}

/**
 * Something that is no failure, but that somebody should know.
 *
 * @since 0.1.0
 * @category models
 */
export interface Warning extends EventContext {
  readonly _tag: "Warning"
  readonly kind: "deprecated-model" | "missing-message-stop" | "unexpected-data"
  readonly message: string
}

/**
 * A call ended; for a stream, with its body.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallFinished extends EventContext {
  readonly _tag: "CallFinished"
  readonly outcome: "success" | "failure" | "interrupted"
  readonly attempts: number
  readonly elapsed: Duration.Duration
  readonly requestId: string | undefined
  readonly stopReason: string | undefined
  readonly inputTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly error: ClaudeError | undefined
}

/**
 * What happens to a call.
 *
 * @since 0.1.0
 * @category models
 */
export type ClaudeEvent =
  | CallStarted
  | AttemptStarted
  | Admitted
  | HeadersReceived
  | FirstContent
  | AttemptFailed
  | RetryScheduled
  | Warning
  | CallFinished

/**
 * Where events go: listeners are told synchronously, in the order in which they came.
 *
 * @since 0.1.0
 * @category models
 */
export interface Hub {
  /** Whether anybody listens: publishers ask before they make an event. */
  readonly isActive: () => boolean
  readonly publish: (event: ClaudeEvent) => void
  /** Adds a listener, which must neither throw nor block; the function that is returned takes it away. */
  readonly unsafeListen: (listener: (event: ClaudeEvent) => void) => () => void
  /** A number for the next call. */
  readonly nextCall: () => number
}

/**
 * Makes a hub of its own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unsafeMakeHub = (): Hub => {
  const listeners = new Set<(event: ClaudeEvent) => void>()
  let calls = 0
  return {
    isActive: () => listeners.size > 0,
    publish: (event) => {
      for (const listener of listeners) listener(event)
    },
    unsafeListen: (listener) => {
      // each registration is its own, so that one function may listen twice
      const registered = (event: ClaudeEvent) => listener(event)
      listeners.add(registered)
      return () => {
        listeners.delete(registered)
      }
    },
    nextCall: () => ++calls
  }
}

/**
 * The hub that a client publishes to. Default: one for the process.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentHub extends Context.Reference<CurrentHub>()<"effect-claude/ClaudeEvent/CurrentHub", Hub>(
  "effect-claude/ClaudeEvent/CurrentHub",
  { defaultValue: () => globalValue("effect-claude/ClaudeEvent/CurrentHub", unsafeMakeHub) }
) {}

/**
 * A hub of its own for what is built and run below, so that its events do not mix with those of others.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerHub: Layer.Layer<CurrentHub> = Layer.sync(CurrentHub, unsafeMakeHub)

/**
 * Tells `listener` every event of the context's hub until the scope closes. The listener is called synchronously and
 * must neither throw nor block.
 *
 * @example
 * ```ts
 * import { ClaudeEvent } from "effect-claude"
 * import { Console, Effect } from "effect"
 *
 * const program = ClaudeEvent.listen((event) => {
 *   if (event._tag === "RetryScheduled") process.stderr.write(`again: ${event.error.message}\n`)
 * }).pipe(Effect.zipRight(Console.log("listening")), Effect.scoped)
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const listen = (listener: (event: ClaudeEvent) => void): Effect.Effect<void, never, Scope.Scope> =>
  Effect.flatMap(CurrentHub, (hub) =>
    Effect.acquireRelease(
      Effect.sync(() => hub.unsafeListen(listener)),
      (stop) => Effect.sync(stop)
    ))

/**
 * The events of the context's hub, from the moment the stream runs. A reader that is more than 4,096 events behind
 * loses the oldest.
 *
 * @since 0.1.0
 * @category combinators
 */
export const stream: Stream.Stream<ClaudeEvent> = Stream.unwrap(
  Effect.map(CurrentHub, (hub) =>
    Stream.asyncPush<ClaudeEvent>(
      (emit) =>
        Effect.acquireRelease(
          Effect.sync(() => hub.unsafeListen((event) => emit.single(event))),
          (stop) => Effect.sync(stop)
        ),
      { bufferSize: 4096, strategy: "sliding" }
    ))
)
