import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Fiber, Random, Schedule, TestClock } from "effect"
import type { ClaudeError } from "../../src/ClaudeError.js"
import * as RetryBudget from "../../src/policy/RetryBudget.js"
import * as RetryPolicy from "../../src/policy/RetryPolicy.js"
import { circuitOpen, everyError, overloaded, rateLimited, reset } from "./support.js"

/** How many retries are allowed until one is not. */
const drain = (budget: RetryBudget.RetryBudget, error: ClaudeError) =>
  Effect.gen(function* () {
    let retries = 0
    while ((yield* budget.withdraw(error)) !== undefined) retries++
    return retries
  })

describe("RetryBudget", () => {
  it.effect("allows 35 retries of errors that pass, or 100 of rate limits, and then none", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* drain(yield* RetryBudget.make(), overloaded), 35)
      assert.strictEqual(yield* drain(yield* RetryBudget.make(), rateLimited()), 100)
    })
  )

  it.effect("charges every tag as it is documented", () =>
    Effect.gen(function* () {
      for (const error of Object.values(everyError)) {
        const budget = yield* RetryBudget.make()
        const price = error._tag === "CircuitOpen" ? 0 : error._tag === "RateLimited" ? 5 : 14
        assert.strictEqual(yield* budget.withdraw(error), price, error._tag)
        assert.strictEqual(yield* budget.available, 500 - price)
      }
    })
  )

  it.effect("takes nothing when too little is left, and then still allows what costs less", () =>
    Effect.gen(function* () {
      const budget = yield* RetryBudget.make({ capacity: 20 })
      assert.strictEqual(yield* budget.withdraw(reset), 14)
      assert.isUndefined(yield* budget.withdraw(reset))
      assert.strictEqual(yield* budget.available, 6)
      assert.strictEqual(yield* budget.withdraw(rateLimited()), 5)
      assert.isUndefined(yield* budget.withdraw(rateLimited()))
      assert.strictEqual(yield* budget.withdraw(circuitOpen), 0)
    })
  )

  it.effect("gets a retry's price back when it succeeds, 1 from a success without, and never overflows", () =>
    Effect.gen(function* () {
      const budget = yield* RetryBudget.make()
      yield* budget.deposit()
      assert.strictEqual(yield* budget.available, 500)
      yield* budget.withdraw(reset)
      const price = yield* budget.withdraw(reset)
      yield* budget.deposit()
      assert.strictEqual(yield* budget.available, 473)
      yield* budget.deposit(price)
      assert.strictEqual(yield* budget.available, 487)
      yield* budget.deposit(0)
      assert.strictEqual(yield* budget.available, 488)
      yield* budget.deposit(100)
      assert.strictEqual(yield* budget.available, 500)
    })
  )

  it.effect("is off by default, and one for all who share its layer", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* RetryBudget.CurrentRetryBudget)
      const layer = RetryBudget.layer({ capacity: 14 })
      const both = Effect.gen(function* () {
        const first = yield* RetryBudget.CurrentRetryBudget
        const second = yield* Effect.fork(RetryBudget.CurrentRetryBudget)
        assert.strictEqual(yield* Fiber.join(second), first)
        return yield* first?.available ?? Effect.succeed(0)
      })
      assert.strictEqual(yield* Effect.provide(both, layer), 14)
    })
  )

  const action = FastCheck.oneof(
    FastCheck.constantFrom(...Object.values(everyError)),
    FastCheck.constantFrom("success" as const, "retried" as const)
  )

  it.effect.prop(
    "lets through no more than it holds and earns, whatever happens",
    { capacity: FastCheck.integer({ min: 0, max: 600 }), actions: FastCheck.array(action, { maxLength: 300 }) },
    ({ actions, capacity }) =>
      Effect.gen(function* () {
        const budget = yield* RetryBudget.make({ capacity })
        let paid = 0
        let earned = 0
        let last = 0
        for (const action of actions) {
          if (action === "success") {
            yield* budget.deposit()
            earned++
          } else if (action === "retried") {
            yield* budget.deposit(last)
            earned += Math.max(1, last)
            last = 0
          } else {
            const price = yield* budget.withdraw(action)
            paid += price ?? 0
            last = price ?? last
          }
          const left = yield* budget.available
          assert.isAtLeast(left, 0)
          assert.isAtMost(left, capacity)
          assert.isAtMost(paid, capacity + earned)
        }
      })
  )

  it.effect.prop(
    "while all fails, retries are no more than the capacity divided by the price",
    { callers: FastCheck.integer({ min: 1, max: 300 }), seed: FastCheck.integer() },
    ({ callers, seed }) =>
      Effect.gen(function* () {
        const budget = yield* RetryBudget.make()
        let sends = 0
        const attempt = Effect.suspend(() => {
          sends++
          return Effect.fail(overloaded)
        })
        const call = Effect.retry(attempt, {
          schedule: Schedule.intersect(RetryPolicy.backoff, Schedule.recurs(4)),
          while: (error) => Effect.map(budget.withdraw(error), (price) => price !== undefined)
        })
        const all = yield* Effect.fork(
          Effect.forEach(
            Array.from({ length: callers }, () => call),
            Effect.either,
            { concurrency: "unbounded", discard: true }
          )
        )
        yield* TestClock.adjust("5 minutes")
        yield* Fiber.join(all)
        assert.strictEqual(sends, callers + Math.min(35, callers * 4))
      }).pipe(Effect.withRandom(Random.make(seed))),
    { fastCheck: { numRuns: 10 } }
  )
})
