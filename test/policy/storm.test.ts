import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Either, Fiber, Random, Schedule, TestClock } from "effect"
import { type ClaudeError, QueueFull } from "../../src/ClaudeError.js"
import * as Admission from "../../src/policy/Admission.js"
import * as RetryBudget from "../../src/policy/RetryBudget.js"
import * as RetryPolicy from "../../src/policy/RetryPolicy.js"
import { context } from "../internal/errorFixtures.js"
import { overloaded, rateLimited } from "./support.js"

/** What an API answers at a time. */
type Api = (now: number) => ClaudeError | undefined

interface Storm {
  readonly sends: number
  readonly answered: number
}

/** 200 callers of one call each, with the standard policy, a budget and a learning admission: what of it is sent. */
const storm = (api: Api): Effect.Effect<Storm> =>
  Effect.gen(function* () {
    const admission = yield* Admission.make()
    const budget = yield* RetryBudget.make()
    let sends = 0
    const attempt = Effect.scoped(
      Effect.gen(function* () {
        const ticket = yield* admission
          .acquire({ group: "g" })
          .pipe(Effect.mapError(({ bound }) => new QueueFull({ ...context, bound })))
        yield* ticket.sent
        sends++
        yield* Effect.sleep(Duration.millis(yield* Random.nextIntBetween(200, 800)))
        const error = api(yield* Clock.currentTimeMillis)
        if (error?._tag === "RateLimited") yield* admission.onRateLimited("g", error.retryAfter, error.limits)
        if (error !== undefined) return yield* Effect.fail(error)
        yield* ticket.accepted
      })
    )
    const call = Effect.retry(attempt, {
      schedule: Schedule.intersect(RetryPolicy.backoff, Schedule.recurs(4)),
      while: (error) =>
        error.isRetryable ? Effect.map(budget.withdraw(error), (price) => price !== undefined) : Effect.succeed(false)
    })
    const all = yield* Effect.fork(
      Effect.forEach(
        Array.from({ length: 200 }, () => call),
        Effect.either,
        { concurrency: "unbounded" }
      )
    )
    yield* TestClock.adjust("10 minutes")
    const ends = yield* Fiber.join(all)
    return { sends, answered: ends.filter(Either.isRight).length }
  }).pipe(Effect.withRandom(Random.make("storm")))

describe("200 callers while everything fails for a minute", () => {
  const errors: ReadonlyArray<readonly [string, ClaudeError]> = [
    ["overload", overloaded],
    ["rate limits that ask for a second", rateLimited("1 second")],
    ["rate limits that ask for nothing", rateLimited()]
  ]
  it.effect.each(errors)("send under 1.2 times what they call: %s", ([, error]) =>
    Effect.gen(function* () {
      const { sends } = yield* storm((now) => (now < 60_000 ? error : undefined))
      assert.isBelow(sends, 240)
      assert.isAbove(sends, 20)
    })
  )

  it.effect("are all answered, one send each, when nothing fails", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* storm(() => undefined), { sends: 200, answered: 200 })
    })
  )
})
