import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Random, Schedule, TestClock } from "effect"
import type { ClaudeError } from "../../src/ClaudeError.js"
import * as RetryPolicy from "../../src/policy/RetryPolicy.js"
import { everyError, overloaded, rateLimited, reset } from "./support.js"

/** When the retries of a call that always fails begin, in milliseconds after its start; 20 at most. */
const retries = (schedule: Schedule.Schedule<unknown, ClaudeError>, error: ClaudeError = reset) =>
  Effect.gen(function* () {
    const start = yield* TestClock.currentTimeMillis
    const times: Array<number> = []
    const attempt = Effect.flatMap(TestClock.currentTimeMillis, (now) => {
      times.push(now - start)
      return times.length > 20 ? Effect.void : Effect.fail(error)
    })
    yield* Effect.fork(Effect.retry(attempt, schedule))
    yield* TestClock.adjust("10 hours")
    return times.slice(1)
  })

const fixed = (random: number) => Effect.withRandom(Random.fixed([random]))

describe("the schedules of the page on policies", () => {
  it.effect("your own backoff: doubles to a cap, six retries", () =>
    Effect.gen(function* () {
      const capped = Schedule.exponential("200 millis").pipe(
        Schedule.either(Schedule.spaced("10 seconds")),
        Schedule.intersect(Schedule.recurs(6))
      )
      assert.deepStrictEqual(yield* retries(capped), [200, 600, 1400, 3000, 6200, 12_600])
    })
  )

  it.effect("other jitter: full, equal and narrow", () =>
    Effect.gen(function* () {
      const delays = Schedule.exponential("500 millis").pipe(Schedule.intersect(Schedule.recurs(1)))
      const range = (schedule: Schedule.Schedule<unknown, ClaudeError>) =>
        Effect.all([fixed(0)(retries(schedule)), fixed(1)(retries(schedule))]).pipe(Effect.map((both) => both.flat()))
      assert.deepStrictEqual(yield* range(delays.pipe(Schedule.jitteredWith({ min: 0, max: 1 }))), [0, 500])
      assert.deepStrictEqual(yield* range(delays.pipe(Schedule.jitteredWith({ min: 0.5, max: 1 }))), [250, 500])
      assert.deepStrictEqual(yield* range(delays.pipe(Schedule.jittered)), [400, 600])
    })
  )

  it.effect("by the error: three times as long when the API is overloaded", () =>
    Effect.gen(function* () {
      const gentle = Schedule.exponential("1 second").pipe(
        Schedule.passthrough<Duration.Duration, ClaudeError, never>,
        Schedule.modifyDelay((error, delay) => (error._tag === "Overloaded" ? Duration.times(delay, 3) : delay)),
        Schedule.intersect(Schedule.recurs(4))
      )
      assert.deepStrictEqual(yield* retries(gentle), [1000, 3000, 7000, 15_000])
      assert.deepStrictEqual(yield* retries(gentle, overloaded), [3000, 9000, 21_000, 45_000])
    })
  )

  it.effect("quick first, then slow", () =>
    Effect.gen(function* () {
      const quickThenSlow = Schedule.spaced("200 millis").pipe(
        Schedule.intersect(Schedule.recurs(2)),
        Schedule.andThen(Schedule.spaced("15 seconds").pipe(Schedule.upTo("5 minutes")))
      )
      assert.deepStrictEqual((yield* retries(quickThenSlow)).slice(0, 5), [200, 400, 15_400, 30_400, 45_400])
    })
  )

  it.effect("all night: a minute apart at last, each retry told", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const allNight = Schedule.exponential("1 second").pipe(
        Schedule.either(Schedule.spaced("1 minute")),
        Schedule.jittered,
        Schedule.upTo("6 hours"),
        Schedule.tapInput((error: ClaudeError) => Effect.sync(() => told.push(error._tag)))
      )
      const times = yield* fixed(0.5)(retries(allNight))
      assert.deepStrictEqual(
        times.slice(0, 8),
        [1, 3, 7, 15, 31, 63, 123, 183].map((seconds) => seconds * 1000)
      )
      assert.lengthOf(told, 20)
    })
  )

  it("an error that is final otherwise, a ceiling for retry-after, and what never ran", () => {
    const policy = RetryPolicy.make({
      schedule: Schedule.spaced("2 seconds"),
      retryable: (error) => error.isRetryable || error._tag === "NotFound",
      maxRetryAfter: "1 hour"
    })
    assert.isTrue(policy.retryable(everyError.NotFound))
    assert.isFalse(policy.retryable(everyError.PermissionDenied))
    assert.deepStrictEqual(policy.maxRetryAfter, Duration.hours(1))
    assert.isFalse(RetryPolicy.onlyIfUnsent.retryable(rateLimited()))
    const notOverload = RetryPolicy.filter(RetryPolicy.standard, (error) => error._tag !== "Overloaded")
    assert.isFalse(notOverload.retryable(overloaded))
    assert.isTrue(notOverload.retryable(reset))
  })
})
