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
import type * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ClaudeError, Limits, RequestInfo } from "./ClaudeError.js"
import type { Message } from "./schema/Message.js"
import type { MessageStreamEvent } from "./schema/MessageStreamEvent.js"
import type { Usage } from "./schema/Usage.js"

/**
 * What every event of a call carries.
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
  /** Scheme, host and port of the base URL. */
  readonly origin: string
  /** What is sent, prompt and all. A function, so that the event can be logged without it. */
  readonly body: () => unknown
  /** The runtime of the caller's fiber: with it a listener makes spans as the caller would. */
  readonly runtime: () => Runtime.Runtime<never>
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
 * A stream broke after its first content, so that it cannot be tried again; `Resumable` goes on with another call.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamCut extends EventContext {
  readonly _tag: "StreamCut"
  readonly attempt: number
  readonly error: ClaudeError
}

/**
 * A stream that was cut goes on, in the call that is named here.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamResumed extends EventContext {
  readonly _tag: "StreamResumed"
  /** Which segment of the message this is, counted from 1. */
  readonly segment: number
  /** The `_tag` of the error that cut the stream. */
  readonly cut: string
  /** Whether the seam is verified; `undefined` where no text had been delivered, so that there is none. */
  readonly certain: boolean | undefined
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
  /** All that the answer says it used. */
  readonly usage: Usage | undefined
  readonly messageId: string | undefined
  /** The model that answered. */
  readonly responseModel: string | undefined
  readonly error: ClaudeError | undefined
}

/**
 * A circuit breaker opened, let a probe through, or closed. Told to the hub of the context in which the breaker was
 * made.
 *
 * @since 0.1.0
 * @category models
 */
export interface BreakerChanged {
  readonly _tag: "BreakerChanged"
  /** Epoch milliseconds, by the Clock. */
  readonly at: number
  /** Origin and limit group. */
  readonly key: string
  readonly from: "Closed" | "Open" | "HalfOpen"
  readonly to: "Closed" | "Open" | "HalfOpen"
  readonly reason: string
  /** When a probe may be tried, in epoch milliseconds. */
  readonly until: number | undefined
}

/**
 * The connections of an origin became too few (`full`: exchanges wait for one) or enough again (`relieved`: one is
 * free). Told by pools of connections that know of it, to the hub of the context in which the pool was made.
 *
 * @since 0.1.0
 * @category models
 */
export interface PoolPressure {
  readonly _tag: "PoolPressure"
  /** Epoch milliseconds, by the Clock. */
  readonly at: number
  readonly origin: string
  readonly pressure: "full" | "relieved"
  /** Connections of the origin at most. */
  readonly size: number
  /** Open sockets, in use or not. */
  readonly connected: number
  /** Connections that carry nothing. */
  readonly free: number
  /** Exchanges that wait for a connection. */
  readonly queued: number
  /** Exchanges that have one. */
  readonly running: number
}

/**
 * A piece of an answer, as it came: the events of one network chunk, or a whole message. It holds what the model said,
 * so it goes to those alone who ask for it ({@link Hub}), and is no {@link ClaudeEvent}.
 *
 * @since 0.1.0
 * @category models
 */
export interface OutputReceived {
  /** Epoch milliseconds, by the Clock. */
  readonly at: number
  readonly call: number
  readonly attempt: number
  readonly output: Message | ReadonlyArray<MessageStreamEvent>
}

/**
 * What happens to calls, and to what they share.
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
  | StreamCut
  | StreamResumed
  | Warning
  | CallFinished
  | BreakerChanged
  | PoolPressure

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
  /**
   * Adds a listener, which must neither throw nor block; the function that is returned takes it away. One that throws
   * is not told anything more: no call fails for it.
   */
  readonly unsafeListen: (listener: (event: ClaudeEvent) => void) => () => void
  /** Whether anybody wants the answers themselves. */
  readonly wantsOutput: () => boolean
  readonly publishOutput: (output: OutputReceived) => void
  /** As `unsafeListen`, for the pieces of answers as they come: many times a second while a stream runs. */
  readonly unsafeListenOutput: (listener: (output: OutputReceived) => void) => () => void
  /** A number for the next call. */
  readonly nextCall: () => number
}

/** Listeners of one kind. */
const makeListeners = <A>() => {
  const listeners = new Set<(value: A) => void>()
  return {
    isActive: () => listeners.size > 0,
    publish: (value: A) => {
      for (const listener of listeners) {
        try {
          listener(value)
        } catch {
          // a call that was paid for must not fail for who only watches
          listeners.delete(listener)
        }
      }
    },
    unsafeListen: (listener: (value: A) => void) => {
      // each registration is its own, so that one function may listen twice
      const registered = (value: A) => listener(value)
      listeners.add(registered)
      return () => {
        listeners.delete(registered)
      }
    }
  }
}

/**
 * Makes a hub of its own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unsafeMakeHub = (): Hub => {
  const output = makeListeners<OutputReceived>()
  let calls = 0
  return {
    ...makeListeners<ClaudeEvent>(),
    wantsOutput: output.isActive,
    publishOutput: output.publish,
    unsafeListenOutput: output.unsafeListen,
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
    )
  )

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
    )
  )
)
