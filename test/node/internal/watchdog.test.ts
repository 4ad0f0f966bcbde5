import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Runtime, TestClock } from "effect"
import { Watchdog } from "../../../src/node/internal/watchdog.js"
import { jumpingClock } from "../../support/jumpingClock.js"

const setUp = Effect.gen(function* () {
  const clock = yield* Effect.clock
  const runtime = yield* Effect.runtime()
  let forks = 0
  const watchdog = new Watchdog(clock, (effect) => {
    forks += 1
    return Runtime.runFork(runtime)(effect)
  })
  const expired: Array<readonly [string, number]> = []
  const watched = (name: string, limit: number) => {
    let start = clock.unsafeCurrentTimeMillis()
    let over = false
    const remaining = () => (over ? undefined : start + limit - clock.unsafeCurrentTimeMillis())
    return {
      remaining,
      restart: () => {
        start = clock.unsafeCurrentTimeMillis()
      },
      expire: () => {
        if ((remaining() ?? 1) <= 0) {
          over = true
          expired.push([name, clock.unsafeCurrentTimeMillis()])
        }
      }
    }
  }
  return { watchdog, watched, expired, forks: () => forks }
})

describe("Watchdog", () => {
  it.effect("ends each at its own time, with one sleeper", () =>
    Effect.gen(function* () {
      const { expired, forks, watchdog, watched } = yield* setUp
      watchdog.watch(watched("late", 5000))
      watchdog.watch(watched("middle", 2500))
      watchdog.watch(watched("same", 2500))
      yield* TestClock.adjust("2499 millis")
      assert.deepStrictEqual(expired, [])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(expired, [
        ["middle", 2500],
        ["same", 2500]
      ])
      yield* TestClock.adjust("2500 millis")
      assert.deepStrictEqual(expired.at(-1), ["late", 5000])
      assert.strictEqual(forks(), 1)
    })
  )

  it.effect("wakes earlier for one whose time is over before its next look", () =>
    Effect.gen(function* () {
      const { expired, watchdog, watched } = yield* setUp
      watchdog.watch(watched("late", 900))
      yield* TestClock.adjust("10 millis")
      watchdog.watch(watched("early", 5))
      yield* TestClock.adjust("5 millis")
      assert.deepStrictEqual(expired, [["early", 15]])
      yield* TestClock.adjust("885 millis")
      assert.deepStrictEqual(expired.at(-1), ["late", 900])
    })
  )

  it.effect("lets go what was taken back, sleeps no more than a second for nothing, and begins again", () =>
    Effect.gen(function* () {
      const { expired, forks, watchdog, watched } = yield* setUp
      const first = watched("first", 60_000)
      watchdog.watch(first)
      watchdog.forget(first)
      yield* TestClock.adjust("1 seconds")
      assert.deepStrictEqual(yield* TestClock.sleeps().pipe(Effect.map((sleeps) => [...sleeps].length)), 0)
      watchdog.watch(watched("second", 0))
      watchdog.watch(watched("third", 10))
      yield* TestClock.adjust("10 millis")
      assert.deepStrictEqual(
        expired.map(([name]) => name),
        ["second", "third"]
      )
      assert.strictEqual(yield* Clock.currentTimeMillis, 1010)
      assert.isAtLeast(forks(), 2)
    })
  )

  it.effect("lets every limit begin anew after the process was frozen, and ends what stays silent", () =>
    Effect.gen(function* () {
      const { freeze, program } = yield* jumpingClock
      const { expired, watchdog, watched } = yield* program(setUp)
      watchdog.watch(watched("headers", 2500))
      yield* TestClock.adjust("2400 millis")
      freeze(3_600_000)
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(expired, [])
      yield* TestClock.adjust("1 seconds")
      assert.deepStrictEqual(
        expired.map(([name]) => name),
        ["headers"]
      )
    })
  )

  it.effect("notices by the next exchange that it was frozen, where that comes before its own timer", () =>
    Effect.gen(function* () {
      const { freeze, program } = yield* jumpingClock
      const { expired, watchdog, watched } = yield* program(setUp)
      watchdog.watch(watched("headers", 2500))
      yield* TestClock.adjust("2100 millis")
      freeze(3_600_000)
      watchdog.watch(watched("next", 100))
      yield* TestClock.adjust("0 millis")
      assert.deepStrictEqual(expired, [])
      yield* TestClock.adjust("2500 millis")
      assert.deepStrictEqual(
        expired.map(([name]) => name),
        ["next", "headers"]
      )
    })
  )
})
