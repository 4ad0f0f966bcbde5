/**
 * When to try again, and when not.
 *
 * A policy is a Schedule and the judgement of which errors it is asked about. Any Schedule is accepted wherever a
 * policy is; it then takes the standard judgement. The client feeds a policy only errors that can be retried, and lays
 * what the API asks for (`retry-after`) under its delays.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleInterval from "effect/ScheduleInterval"
import type { ClaudeError } from "../ClaudeError.js"

/**
 * When, how often and how fast to try again.
 *
 * @since 0.1.0
 * @category models
 */
export interface RetryPolicy<out R = never> extends Pipeable {
  /** Asked after each failed attempt that may be retried: done ends the call with its error. */
  readonly schedule: Schedule.Schedule<unknown, ClaudeError, R>
  /** Which errors are retried. Default: `error.isRetryable`. */
  readonly retryable: (error: ClaudeError) => boolean
  /** A `retry-after` above this ends the call at once, with the value in the error. Default 60 seconds. */
  readonly maxRetryAfter: Duration.Duration
  /** No attempt starts later than this after the call's start. Default none. */
  readonly within: Duration.Duration | undefined
}

/**
 * What is accepted as a policy: a policy, a Schedule, or the options of {@link make}.
 *
 * @since 0.1.0
 * @category models
 */
export type Input<R = never> = RetryPolicy<R> | Schedule.Schedule<unknown, ClaudeError, R> | Options<R>

/**
 * The options of {@link make}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<R = never> {
  /** Any Schedule: stateful, ending by elapsed time, with requirements. Its input is the error. */
  readonly schedule: Schedule.Schedule<unknown, ClaudeError, R>
  /** Which errors are retried. Default: `error.isRetryable`. */
  readonly retryable?: ((error: ClaudeError) => boolean) | undefined
  /** Default 60 seconds. */
  readonly maxRetryAfter?: Duration.DurationInput | undefined
  /** No attempt starts later than this after the call's start. Default none. */
  readonly within?: Duration.DurationInput | undefined
}

const defaultMaxRetryAfter = Duration.seconds(60)

const isRetryable = (error: ClaudeError): boolean => error.isRetryable

const Proto = {
  pipe() {
    return pipeArguments(this, arguments)
  }
}

const unsafeMake = <R>(fields: Omit<RetryPolicy<R>, "pipe">): RetryPolicy<R> =>
  Object.assign(Object.create(Proto), fields)

/**
 * Makes a policy of a Schedule.
 *
 * @example
 * ```ts
 * import { RetryPolicy } from "effect-claude"
 * import { Schedule } from "effect"
 *
 * // also what the API answers with 404, which is final otherwise: a file may not be there yet
 * const patient = RetryPolicy.make({
 *   schedule: Schedule.spaced("2 seconds").pipe(Schedule.upTo("1 minute")),
 *   retryable: (error) => error.isRetryable || error._tag === "NotFound"
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <R = never>(options: Options<R>): RetryPolicy<R> =>
  unsafeMake({
    schedule: options.schedule,
    retryable: options.retryable ?? isRetryable,
    maxRetryAfter: options.maxRetryAfter === undefined ? defaultMaxRetryAfter : Duration.decode(options.maxRetryAfter),
    within: options.within === undefined ? undefined : Duration.decode(options.within)
  })

/**
 * Takes whatever is accepted as a policy for one.
 *
 * @since 0.1.0
 * @category constructors
 */
export const from = <R>(input: Input<R>): RetryPolicy<R> => {
  if (Schedule.isSchedule(input)) {
    // the guard forgets the type parameters; the union holds no other Schedule
    return make({ schedule: input as Schedule.Schedule<unknown, ClaudeError, R> })
  }
  return isPolicy(input) ? input : make(input)
}

const isPolicy = <R>(input: RetryPolicy<R> | Options<R>): input is RetryPolicy<R> =>
  Object.getPrototypeOf(input) === Proto

/**
 * The delays of {@link standard}, without its bound on attempts: 500 milliseconds (1 second after `RateLimited` and
 * `Overloaded`) doubling to 30 seconds, with full jitter: anything between nothing and that. Its output is the
 * number of the retry, from 1.
 *
 * @since 0.1.0
 * @category constructors
 */
export const backoff: Schedule.Schedule<number, ClaudeError> = Schedule.makeWithState(
  0,
  (now: number, error: ClaudeError, retries: number) =>
    Effect.map(Random.next, (random) => {
      const base = error._tag === "RateLimited" || error._tag === "Overloaded" ? 1000 : 500
      const delay = Math.round(random * Math.min(30_000, base * 2 ** retries))
      return [retries + 1, retries + 1, ScheduleDecision.continueWith(ScheduleInterval.after(now + delay))] as const
    })
)

/**
 * The standard policy with `n` attempts in all. `attempts(1)` never tries again. A stale connection that is replaced at
 * once (docs/cost-of-a-retry.md) does not count as an attempt of the policy's.
 *
 * @since 0.1.0
 * @category constructors
 */
export const attempts = (n: number): RetryPolicy =>
  make({ schedule: Schedule.intersect(backoff, Schedule.recurs(Math.max(0, n - 1))) })

/**
 * What is done where nothing else is said: 5 attempts in all, {@link backoff} between them, no `retry-after` above 60
 * seconds slept.
 *
 * @since 0.1.0
 * @category constructors
 */
export const standard: RetryPolicy = attempts(5)

/**
 * One attempt and no other, but for a stale connection that is replaced at once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const never: RetryPolicy = attempts(1)

/**
 * Narrows what a policy retries: errors for which `predicate` holds too.
 *
 * @since 0.1.0
 * @category combinators
 */
export const filter: {
  (predicate: (error: ClaudeError) => boolean): <R>(self: Input<R>) => RetryPolicy<R>
  <R>(self: Input<R>, predicate: (error: ClaudeError) => boolean): RetryPolicy<R>
} = dual(2, <R>(self: Input<R>, predicate: (error: ClaudeError) => boolean): RetryPolicy<R> => {
  const policy = from(self)
  return unsafeMake({ ...policy, retryable: (error) => policy.retryable(error) && predicate(error) })
})

/**
 * Lets no attempt start later than `duration` after the call's start: a wait that would end later is not begun, and the
 * call ends with its last error.
 *
 * @since 0.1.0
 * @category combinators
 */
export const within: {
  (duration: Duration.DurationInput): <R>(self: Input<R>) => RetryPolicy<R>
  <R>(self: Input<R>, duration: Duration.DurationInput): RetryPolicy<R>
} = dual(2, <R>(self: Input<R>, duration: Duration.DurationInput): RetryPolicy<R> =>
  unsafeMake({ ...from(self), within: Duration.decode(duration) })
)

/**
 * Sets the longest `retry-after` that is waited for.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withMaxRetryAfter: {
  (duration: Duration.DurationInput): <R>(self: Input<R>) => RetryPolicy<R>
  <R>(self: Input<R>, duration: Duration.DurationInput): RetryPolicy<R>
} = dual(2, <R>(self: Input<R>, duration: Duration.DurationInput): RetryPolicy<R> =>
  unsafeMake({ ...from(self), maxRetryAfter: Duration.decode(duration) })
)

/**
 * The standard policy for calls that must not run twice: only what provably never reached the API whole is tried again
 * (`mayHaveRun` is false). The API has no idempotency key.
 *
 * @since 0.1.0
 * @category constructors
 */
export const onlyIfUnsent: RetryPolicy = filter(standard, (error) => !error.mayHaveRun)

/**
 * Gives a policy's Schedule what it requires.
 *
 * @since 0.1.0
 * @category combinators
 */
export const provideContext: {
  <R>(context: Context.Context<R>): (self: Input<R>) => RetryPolicy
  <R>(self: Input<R>, context: Context.Context<R>): RetryPolicy
} = dual(2, <R>(self: Input<R>, context: Context.Context<R>): RetryPolicy => {
  const policy = from(self)
  return unsafeMake({
    ...policy,
    schedule: Schedule.mapInputContext(policy.schedule, (outer: Context.Context<never>) =>
      Context.merge(outer, context)
    )
  })
})

/**
 * The policy of the calls below. Default {@link standard}; `Claude.withOptions({ retry })` sets it for some, the
 * options of a layer for a client.
 *
 * @since 0.1.0
 * @category tags
 */
export class CurrentRetryPolicy extends Context.Reference<CurrentRetryPolicy>()<
  "effect-claude/RetryPolicy/CurrentRetryPolicy",
  RetryPolicy
>("effect-claude/RetryPolicy/CurrentRetryPolicy", { defaultValue: () => standard }) {}
