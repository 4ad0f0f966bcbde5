import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Random, TestClock } from "effect"
import type * as Admission from "../../src/policy/Admission.js"
import { admitted, begin, beginAll, groupStatus, make } from "./admissionSupport.js"

/** Random numbers that are all nothing, so that waits are exact. */
const exact = Effect.withRandom(Random.fixed([0]))

const closedFor = (admission: Admission.Admission) =>
  Effect.gen(function* () {
    const { gate } = yield* groupStatus(admission)
    return gate === undefined ? 0 : (gate.until ?? Infinity) - (yield* TestClock.currentTimeMillis)
  })

const limited = (admission: Admission.Admission, seconds?: number) =>
  admission.onRateLimited("g", seconds === undefined ? undefined : Duration.seconds(seconds), undefined)

describe("a 429", () => {
  it.effect("closes the gate of its group for as long as the API asks, and of no other", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* limited(admission, 7)
      const all = yield* beginAll(admission, [{}, { group: "other" }])
      assert.deepStrictEqual(admitted(all), [1])
      yield* TestClock.adjust("6999 millis")
      assert.deepStrictEqual(admitted(all), [1])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(admitted(all), [0, 1])
    }).pipe(exact)
  )

  it.effect("keeps it closed a little longer at random, so that processes do not wake together, and never less", () =>
    Effect.gen(function* () {
      const waits: Array<number> = []
      for (let run = 0; run < 50; run++) {
        const admission = yield* make()
        yield* limited(admission, 7)
        waits.push(yield* closedFor(admission))
      }
      assert.isAtLeast(Math.min(...waits), 7000)
      assert.isAtMost(Math.max(...waits), 7700)
      assert.isAbove(new Set(waits).size, 25)
    }).pipe(Effect.withRandom(Random.make("gate")))
  )

  it.effect("lets one go when the gate opens, and twice as many with each second", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* limited(admission, 5)
      const all = yield* beginAll(
        admission,
        Array.from({ length: 40 }, () => ({}))
      )
      const counts: Array<number> = []
      yield* TestClock.adjust("5 seconds")
      for (let second = 0; second < 6; second++) {
        counts.push(admitted(all).length)
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(counts, [1, 2, 4, 8, 16, 32])
    }).pipe(exact)
  )

  it.effect("counts how gently it opens to the wait that callers are told", () =>
    Effect.gen(function* () {
      const admission = yield* make({ maxWait: "6 seconds" })
      yield* limited(admission, 5)
      const all = yield* beginAll(admission, [{}, {}, {}])
      const refused = yield* Effect.flip(all[2]?.ticket ?? Effect.never)
      assert.deepStrictEqual(refused.wait, Duration.millis(6585))
      yield* TestClock.adjust("6 seconds")
      assert.deepStrictEqual(admitted(all), [0, 1])
    }).pipe(exact)
  )

  it.effect("does not shorten the wait that another asked for, but may lengthen it", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* limited(admission, 10)
      yield* limited(admission, 3)
      assert.strictEqual(yield* closedFor(admission), 10_000)
      yield* limited(admission, 20)
      assert.strictEqual(yield* closedFor(admission), 20_000)
    }).pipe(exact)
  )

  it.effect("without a time closes it until all that is exhausted is full again, a minute at most", () =>
    Effect.gen(function* () {
      const gate = (limits: Parameters<Admission.Admission["onRateLimited"]>[2], options?: Admission.Options) =>
        Effect.gen(function* () {
          const admission = yield* make(options)
          yield* admission.onRateLimited("g", undefined, limits)
          return yield* closedFor(admission)
        })
      const requests = { limit: 50, remaining: 0, reset: 12_000 }
      const inputTokens = { limit: 1000, remaining: 0, reset: 20_000 }
      const outputTokens = { limit: 1000, remaining: 400, reset: 50_000 }
      assert.strictEqual(yield* gate({ requests, inputTokens, outputTokens }), 20_000)
      const late = { requests: { ...requests, reset: 90_000 } }
      assert.strictEqual(yield* gate(late), 60_000)
      assert.strictEqual(yield* gate(late, { maxRetryAfter: "30 seconds" }), 30_000)
      assert.strictEqual(yield* gate({ outputTokens }), 1000)
      assert.strictEqual(yield* gate(undefined), 1000)
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(yield* gate({ requests }), 1000)
    }).pipe(exact)
  )

  it.effect("that follows another before anything was accepted doubles the wait, up to 30 seconds", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      const waits: Array<number> = []
      for (let time = 0; time < 7; time++) {
        yield* limited(admission, 1)
        // those of the same crowd come late, and do not count again
        yield* limited(admission, 1)
        waits.push(yield* closedFor(admission))
        yield* TestClock.adjust(yield* closedFor(admission))
      }
      assert.deepStrictEqual(
        waits,
        [1, 2, 4, 8, 16, 30, 30].map((seconds) => seconds * 1000)
      )
    }).pipe(exact)
  )

  it.effect("begins anew with the wait when a call that went after it was accepted, not one from before", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      const before = yield* Effect.flatMap(begin(admission), ({ ticket }) => ticket)
      for (const wait of [1000, 2000]) {
        yield* limited(admission)
        assert.strictEqual(yield* closedFor(admission), wait)
        yield* TestClock.adjust(wait)
      }
      yield* before.accepted
      yield* limited(admission)
      assert.strictEqual(yield* closedFor(admission), 4000)
      yield* TestClock.adjust("4 seconds")
      const after = yield* Effect.flatMap(begin(admission), ({ ticket }) => ticket)
      yield* after.accepted
      yield* limited(admission)
      assert.strictEqual(yield* closedFor(admission), 1000)
    }).pipe(exact)
  )

  it.effect("with a time beyond what callers wait refuses them at once, those in the queue too", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1 })
      const [, queued] = yield* beginAll(admission, [{}, {}])
      yield* limited(admission, 302_539)
      const late = yield* begin(admission)
      for (const begun of [queued, late]) {
        const refused = yield* Effect.flip(begun?.ticket ?? Effect.never)
        assert.strictEqual(refused.bound, "wait")
        assert.deepStrictEqual(refused.wait, Duration.seconds(302_539))
        assert.strictEqual(refused.gate, "rate-limit")
      }
      assert.strictEqual((yield* admission.status).queued, 0)
    }).pipe(exact)
  )

  it.effect("teaches the rates that came with it", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* admission.onRateLimited("g", Duration.seconds(1), { requests: { limit: 30, remaining: 0 } })
      assert.strictEqual((yield* groupStatus(admission)).rates.requests, 30)
    })
  )
})

describe("a spend limit", () => {
  it.effect("closes the gate until it is opened by hand, and refuses all who wait or come", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { requests: 60 } })
      const all = yield* beginAll(admission, [{}, {}])
      yield* admission.onSpendLimit("g")
      const late = yield* begin(admission)
      for (const begun of [all[1], late]) {
        const refused = yield* Effect.flip(begun?.ticket ?? Effect.never)
        assert.strictEqual(refused.bound, "wait")
        assert.isUndefined(refused.wait)
        assert.strictEqual(refused.gate, "spend-limit")
      }
      assert.deepStrictEqual((yield* groupStatus(admission)).gate, { reason: "spend-limit", until: undefined })
      yield* TestClock.adjust("30 days")
      assert.strictEqual(yield* closedFor(admission), Infinity)
      yield* admission.open("g")
      assert.isDefined((yield* begin(admission)).admittedAt())
    })
  )
})

describe("opening by hand", () => {
  it.effect("ends the wait that a 429 asked for: those who waited go, gently", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* limited(admission, 60)
      const all = yield* beginAll(admission, [{}, {}, {}])
      yield* admission.open("g")
      yield* TestClock.adjust(0)
      assert.lengthOf(admitted(all), 1)
      assert.strictEqual(yield* closedFor(admission), 0)
      yield* TestClock.adjust("2 seconds")
      assert.lengthOf(admitted(all), 3)
    })
  )
})
