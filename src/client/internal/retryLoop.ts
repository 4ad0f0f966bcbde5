import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ClaudeError } from "../../ClaudeError.js"
import { RetryDriver, retryAfterOf } from "../../policy/internal/retryDriver.js"
import type { Call } from "./call.js"

/** Where one call is in its policy. */
interface Progress {
  readonly driver: RetryDriver
  /** What the last retry cost of the budget. */
  price: number
  staleRetried: boolean
  headersTimedOut: boolean
}

/**
 * Runs the attempts of a call: `attempt` is told whether it has to use a connection that carried nothing before.
 * An attempt gives back what it holds before it fails, so that nothing is held while waiting.
 */
export const withRetries = <A, E extends ClaudeError, R>(
  call: Call,
  attempt: (fresh: boolean) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => {
  const progress: Progress = {
    driver: new RetryDriver(call.policy),
    price: 0,
    staleRetried: false,
    headersTimedOut: false
  }
  const run = (fresh: boolean): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      call.begin()
      return Effect.catchAll(attempt(fresh), (error) => {
        call.failed(error)
        return Effect.flatMap(decide(call, progress, error), (again) =>
          again ? run(error._tag === "ConnectionReset" && error.reusedConnection !== false) : Effect.fail(error)
        )
      })
    })
  const { budget } = call.policies
  if (budget === undefined) return Effect.suspend(() => run(false))
  return Effect.tap(
    Effect.suspend(() => run(false)),
    () => budget.deposit(progress.price)
  )
}

/** Waits until the next attempt may start; `false` if there is to be none. */
const decide = Effect.fnUntraced(function* (call: Call, progress: Progress, error: ClaudeError) {
  if (!progress.staleRetried && isStaleConnection(call, error) && call.policy.retryable(error)) {
    progress.staleRetried = true
    call.again(error, Duration.zero, "stale-connection")
    return true
  }
  if (!mayRetry(call, progress, error)) return false
  const delay = yield* progress.driver.next(error, call.now())
  if (delay === undefined || endsTooLate(call, delay)) return false
  const { budget } = call.policies
  if (budget !== undefined) {
    const price = yield* budget.withdraw(error)
    if (price === undefined) return false
    progress.price = price
  }
  call.again(error, Duration.millis(delay), "schedule")
  if (delay > 0) yield* Effect.sleep(Duration.millis(delay))
  return true
})

/** A reset later than this after its attempt began is no race of a request with a close; in milliseconds. */
const raceTime = 2000

/**
 * The keep-alive race: the server closed an idle connection just as it was used again. Nothing can be known of it
 * beforehand, and a fresh connection is its whole cure. One that answers with a reset after a while had the request.
 */
const isStaleConnection = (call: Call, error: ClaudeError): boolean =>
  error._tag === "ConnectionReset"
  && error.reusedConnection === true
  && error.bytesReceived === 0
  && (error.phase === "send" || error.phase === "headers")
  && call.now() - call.attemptStartedAt <= raceTime

const mayRetry = (call: Call, progress: Progress, error: ClaudeError): boolean => {
  if (!call.policy.retryable(error)) return false
  if (error._tag === "TimedOut" && error.limit === "headers") {
    // silence is dear: each attempt may be run and billed whole
    if (progress.headersTimedOut) return false
    progress.headersTimedOut = true
  }
  const retryAfter = retryAfterOf(error)
  return retryAfter === undefined || Duration.lessThanOrEqualTo(retryAfter, call.policy.maxRetryAfter)
}

const endsTooLate = (call: Call, delay: number): boolean => {
  const start = call.now() + delay
  const { within } = call.policy
  return start >= call.deadline || (within !== undefined && start > call.startedAt + Duration.toMillis(within))
}
