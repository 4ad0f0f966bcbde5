/**
 * What is set for the calls of one Effect or Stream, and what is learnt of them. `Claude` passes all of it on.
 *
 * @since 0.1.0
 */
import * as Channel from "effect/Channel"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Stream from "effect/Stream"
import * as ClaudeConfig from "../ClaudeConfig.js"
import * as RetryPolicy from "../policy/RetryPolicy.js"
import { type CallInfo, type Collector, CurrentCollector } from "./CallInfo.js"
import { defined } from "../internal/defined.js"

/**
 * An Effect or a Stream.
 *
 * @since 0.1.0
 * @category models
 */
export type Program = Effect.Effect<unknown, unknown, unknown> | Stream.Stream<unknown, unknown, unknown>

/**
 * A program that requires `R` besides what it required.
 *
 * @since 0.1.0
 * @category models
 */
export type WithRequirements<T extends Program, R = never> =
  T extends Effect.Effect<infer A, infer E, infer R0>
    ? Effect.Effect<A, E, R0 | R>
    : T extends Stream.Stream<infer A, infer E, infer R0>
      ? Stream.Stream<A, E, R0 | R>
      : never

/**
 * What {@link withOptions} sets.
 *
 * @since 0.1.0
 * @category models
 */
export interface PerCallOptions<R = never> extends ClaudeConfig.CallOptions {
  /** When to try again: a policy or any Schedule. Default: the client's. */
  readonly retry?: RetryPolicy.Input<R> | undefined
  /** Among calls that wait for admission higher ones go first. Default 0. */
  readonly priority?: number | undefined
}

const isStream = (self: Program): self is Stream.Stream<unknown, unknown, unknown> => !Effect.isEffect(self)

/** Changes the context of an Effect or a Stream where it runs. */
const mapContext = <T extends Program>(
  self: T,
  f: (context: Context.Context<never>, now: number) => Context.Context<never>
): Program => {
  if (isStream(self)) {
    return Stream.fromChannel(
      Channel.flatMap(
        Channel.fromEffect(Clock.currentTimeMillis),
        // what is required stays required: the context is only added to
        (now) =>
          Channel.mapInputContext(
            Stream.toChannel(self as Stream.Stream<unknown, unknown>),
            (context: Context.Context<never>) => f(context, now)
          )
      )
    )
  }
  return Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.mapInputContext(self as Effect.Effect<unknown, unknown>, (context: Context.Context<never>) =>
      f(context, now)
    )
  )
}

/**
 * Sets options for the calls of one Effect or Stream, over those of the client. Nested, the inner ones win field by
 * field; betas add up. A policy whose Schedule requires services takes them from where the program runs.
 *
 * @example
 * ```ts
 * import { Claude, RetryPolicy } from "effect-claude"
 *
 * const impatient = Claude.create({
 *   model: "claude-haiku-5-5",
 *   max_tokens: 256,
 *   messages: [{ role: "user", content: "One word for calm?" }]
 * }).pipe(Claude.withOptions({ retry: RetryPolicy.attempts(2), timeouts: { headers: "20 seconds" } }))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const withOptions: {
  <R = never>(options: PerCallOptions<R>): <T extends Program>(self: T) => WithRequirements<T, R>
  <T extends Program, R = never>(self: T, options: PerCallOptions<R>): WithRequirements<T, R>
} = dual(2, <T extends Program, R>(self: T, options: PerCallOptions<R>): Program =>
  mapContext(self, (context) => {
    const outer = Context.get(context, ClaudeConfig.CurrentCallOptions)
    const { priority, retry, ...call } = options
    const merged = ClaudeConfig.mergeCallOptions(outer, defined(call))
    const withCall = Context.add(context, ClaudeConfig.CurrentCallOptions, merged)
    const added = priority === undefined ? withCall : Context.add(withCall, ClaudeConfig.CurrentPriority, priority)
    if (retry === undefined) return added
    // the type asks for R, so the context where this runs holds it
    const policy = RetryPolicy.provideContext(retry, context as Context.Context<R>)
    return Context.add(added, RetryPolicy.CurrentRetryPolicy, policy)
  })
)

/**
 * Ends the calls of one Effect or Stream at the latest `duration` after it began to run: what runs then fails with
 * `TimedOut` (`limit: "total"`), and a wait that would end later is not begun. An outer, earlier deadline stays.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withDeadline: {
  (duration: Duration.DurationInput): <T extends Program>(self: T) => WithRequirements<T>
  <T extends Program>(self: T, duration: Duration.DurationInput): WithRequirements<T>
} = dual(2, <T extends Program>(self: T, duration: Duration.DurationInput): Program =>
  mapContext(self, (context, now) => {
    const outer = Context.get(context, ClaudeConfig.CurrentDeadline)
    const own = now + Duration.toMillis(duration)
    return Context.add(context, ClaudeConfig.CurrentDeadline, Math.min(outer, own))
  })
)

const noCall: CallInfo = {
  call: 0,
  requestId: undefined,
  status: 0,
  headers: {},
  limits: undefined,
  attempts: 0,
  elapsed: Duration.zero
}

/**
 * Gives what is known of the (last) call beside its answer: request id, limits, attempts, headers. Without any call
 * `call`, `status` and `attempts` are 0.
 *
 * @example
 * ```ts
 * import { Claude } from "effect-claude"
 * import { Effect } from "effect"
 *
 * const program = Claude.create({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }]
 * }).pipe(
 *   Claude.withMetadata,
 *   Effect.flatMap(([message, info]) => Effect.log(message.stop_reason, info.requestId, info.limits))
 * )
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const withMetadata = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<[A, CallInfo], E, R> =>
  Effect.suspend(() => {
    const collector: Collector = { info: undefined }
    return Effect.flatMap(CurrentCollector, (outer) =>
      Effect.map(Effect.provideService(self, CurrentCollector, collector), (value): [A, CallInfo] => {
        // nested, the outer one knows of the same calls
        if (outer !== undefined && collector.info !== undefined) outer.info = collector.info
        return [value, collector.info ?? noCall]
      })
    )
  })

/**
 * As {@link withMetadata}, for a stream: the stream to run, and an Effect that says what is known of its call so far,
 * from the response's headers on.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withMetadataStream = <A, E, R>(
  self: Stream.Stream<A, E, R>
): Effect.Effect<[Stream.Stream<A, E, R>, Effect.Effect<CallInfo>]> =>
  Effect.sync(() => {
    const collector: Collector = { info: undefined }
    const collected = Stream.fromChannel(
      Channel.mapInputContext(Stream.toChannel(self), (context: Context.Context<R>) =>
        Context.add(context, CurrentCollector, collector)
      )
    )
    return [collected, Effect.sync(() => collector.info ?? noCall)]
  })
