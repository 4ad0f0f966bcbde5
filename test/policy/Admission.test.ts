import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Fiber, TestClock } from "effect"
import * as Admission from "../../src/policy/Admission.js"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.js"
import { admitted, begin, beginAll, type Begun, groupStatus, make, settled } from "./admissionSupport.js"

const refusalOf = (begun: Begun) =>
  Effect.map(Effect.either(begun.ticket), (either) => {
    if (Either.isRight(either)) return "admitted"
    const { bound, wait } = either.left
    return [bound, wait === undefined ? undefined : Duration.toMillis(wait)]
  })

const nth = <A>(all: ReadonlyArray<A>, index: number): A => all[index] ?? assert.fail(`there is no call ${index}`)

const isWaiting = (begun: Begun): boolean => begun.fiber.unsafePoll() === null

describe("the cap on concurrency", () => {
  it.effect("lets in so many of all groups together, and one more for each that ends", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 2 })
      const all = yield* beginAll(admission, [{ group: "a" }, { group: "b" }, { group: "a" }, { group: "c" }])
      assert.deepStrictEqual(admitted(all), [0, 1])
      assert.deepInclude(yield* admission.status, { running: 2, concurrency: 2, queued: 2 })
      yield* nth(all, 1).end
      yield* settled
      assert.deepStrictEqual(admitted(all), [0, 1, 2])
      yield* Effect.forEach(all, ({ end }) => end)
      assert.deepInclude(yield* admission.status, { running: 0, queued: 0 })
    })
  )

  it.effect("is 256 where nothing else is said", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      const all = yield* beginAll(
        admission,
        Array.from({ length: 257 }, () => ({}))
      )
      assert.lengthOf(admitted(all), 256)
      assert.strictEqual(admission.concurrency, 256)
    })
  )

  it.effect("gets a place back once, however often it is given back", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1 })
      const first = yield* begin(admission)
      const ticket = yield* first.ticket
      yield* ticket.release
      yield* ticket.release
      yield* first.end
      assert.strictEqual((yield* admission.status).running, 0)
      const next = yield* beginAll(admission, [{}, {}])
      assert.deepStrictEqual(admitted(next), [0])
    })
  )
})

describe("the queue", () => {
  it.effect("lets in who came first, and nobody overtakes, not even one who comes as a place is free", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1 })
      const all = yield* beginAll(admission, [{}, {}, {}])
      yield* nth(all, 0).end
      const late = yield* begin(admission)
      assert.deepStrictEqual(admitted([...all, late]), [0, 1])
      yield* nth(all, 1).end
      yield* settled
      assert.deepStrictEqual(admitted([...all, late]), [0, 1, 2])
    })
  )

  it.effect("lets a heavy call have its turn before light ones that came later", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { inputTokens: 60_000 } })
      const heavy = { inputTokens: 1000 }
      const all = yield* beginAll(admission, [heavy, heavy, ...Array.from({ length: 5 }, () => ({ inputTokens: 1 }))])
      assert.deepStrictEqual(admitted(all), [0])
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual(admitted(all), [0])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(admitted(all), [0, 1])
      yield* TestClock.adjust("5 millis")
      assert.lengthOf(admitted(all), 7)
    })
  )

  it.effect("puts higher priorities first, and keeps the order within one", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { requests: 60 } })
      const priorities = [0, 0, 5, -1, 5, 0, 9]
      const all = yield* beginAll(
        admission,
        priorities.map((priority) => ({ priority }))
      )
      yield* TestClock.adjust("10 seconds")
      const order = all.map((begun, index) => [begun.admittedAt() ?? 0, index] as const).sort(([a], [b]) => a - b)
      assert.deepStrictEqual(order, [
        [0, 0],
        [1000, 6],
        [2000, 2],
        [3000, 4],
        [4000, 1],
        [5000, 5],
        [6000, 3]
      ])
    })
  )

  it.effect("does not let one group hold up another, and shares free places by priority and arrival", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 3, limits: (group) => (group === "slow" ? { requests: 1 } : {}) })
      const all = yield* beginAll(admission, [
        { group: "slow" },
        { group: "slow" },
        { group: "fast" },
        { group: "fast" },
        { group: "fast" },
        { group: "other" },
        { group: "urgent", priority: 1 }
      ])
      assert.deepStrictEqual(admitted(all), [0, 2, 3])
      yield* Effect.flatMap(nth(all, 0).ticket, ({ sent }) => sent)
      const order: Array<number> = []
      for (const index of [0, 2, 3]) {
        yield* nth(all, index).end
        yield* settled
        order.push(...admitted(all).filter((each) => ![0, 2, 3, ...order].includes(each)))
      }
      assert.deepStrictEqual(order, [6, 4, 5])
    })
  )

  it.effect("forgets who is interrupted while waiting, and lets in the next", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1, limits: { inputTokens: 60_000 } })
      const all = yield* beginAll(admission, [{}, { inputTokens: 1000 }, { inputTokens: 1000 }, { inputTokens: 1 }])
      yield* Fiber.interrupt(nth(all, 1).fiber)
      assert.strictEqual((yield* admission.status).queued, 2)
      yield* nth(all, 0).end
      yield* settled
      assert.deepStrictEqual(admitted(all), [0, 2])
    })
  )

  it.effect("lets in who came after a call that gave up, as soon as its own turn can come", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { inputTokens: 60_000 } })
      const all = yield* beginAll(admission, [{ inputTokens: 1000 }, { inputTokens: 1000 }, { inputTokens: 1 }])
      yield* Fiber.interrupt(nth(all, 1).fiber)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(nth(all, 2).admittedAt(), 1)
    })
  )

  it.effect("takes a place back that was given in the moment of an interruption", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1, limits: { requests: 60 } })
      const first = yield* begin(admission)
      yield* TestClock.adjust("10 seconds")
      const second = yield* begin(admission)
      const ticket = yield* first.ticket
      // no fiber runs between the two: the second was let in and does not know it when it is interrupted
      yield* Effect.zipRight(ticket.release, Fiber.interruptFork(second.fiber))
      yield* settled
      assert.isUndefined(second.admittedAt())
      assert.strictEqual((yield* admission.status).running, 0)
      assert.strictEqual((yield* groupStatus(admission)).available.requests, 1)
    })
  )

  it.effect("tells how long a call waited", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { requests: 60 } })
      const all = yield* beginAll(admission, [{}, {}])
      yield* TestClock.adjust("5 seconds")
      const tickets = yield* Effect.forEach(all, ({ ticket }) => ticket)
      assert.deepStrictEqual(
        tickets.map(({ waited }) => Duration.toMillis(waited)),
        [0, 1000]
      )
    })
  )
})

describe("the bounds of the queue", () => {
  it.effect("refuse who finds it full, with the least it would take", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { requests: 60 }, maxQueued: 2 })
      const all = yield* beginAll(admission, [{}, {}, {}, {}])
      assert.deepStrictEqual(yield* refusalOf(nth(all, 3)), ["length", 3000])
      yield* TestClock.adjust("1 second")
      const next = yield* begin(admission)
      assert.isTrue(isWaiting(next))
    })
  )

  it.effect("tell how long a place would take, by how long others kept theirs", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 2, maxQueued: 3 })
      const before = yield* beginAll(admission, [{}, {}])
      yield* TestClock.adjust("10 seconds")
      yield* Effect.forEach(before, ({ end }) => end)
      const all = yield* beginAll(admission, [{}, {}, {}, { group: "other" }, { priority: -1 }, {}, { priority: 1 }])
      // behind the two that wait, of whichever group, and not behind the one that must let it go first
      assert.deepStrictEqual(yield* refusalOf(nth(all, 5)), ["length", 15_000])
      assert.deepStrictEqual(yield* refusalOf(nth(all, 6)), ["length", 5000])
    })
  )

  it.effect("of length 0 let in at once or not at all", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1, maxQueued: 0 })
      const all = yield* beginAll(admission, [{}, {}])
      assert.deepStrictEqual(admitted(all), [0])
      assert.deepStrictEqual(yield* refusalOf(nth(all, 1)), ["length", undefined])
    })
  )

  it.effect("refuse at once who is known to wait too long, and let in who just does not", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { requests: 60 }, maxWait: "3 seconds" })
      const all = yield* beginAll(admission, [{}, {}, {}, {}, {}])
      assert.deepStrictEqual(yield* refusalOf(nth(all, 4)), ["wait", 4000])
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(admitted(all), [0, 1, 2, 3])
    })
  )

  it.effect("refuse who has waited as long as it may, and then go on with the next", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1, maxWait: "1 minute" })
      const all = yield* beginAll(admission, [{}, { maxWait: "10 seconds" }, { maxWait: "1 hour" }])
      yield* TestClock.adjust("9999 millis")
      assert.isTrue(all.slice(1).every(isWaiting))
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(yield* refusalOf(nth(all, 1)), ["wait", undefined])
      assert.isTrue(all.slice(2).every(isWaiting))
      yield* TestClock.adjust("50 seconds")
      assert.deepStrictEqual(yield* refusalOf(nth(all, 2)), ["wait", undefined])
      assert.strictEqual((yield* admission.status).queued, 0)
    })
  )

  it.effect("hold for two minutes where nothing else is said", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1 })
      const all = yield* beginAll(admission, [{}, {}])
      yield* TestClock.adjust("119 seconds")
      assert.isTrue(isWaiting(nth(all, 1)))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* admission.status).queued, 0)
    })
  )
})

describe("what a call waits for besides its turn", () => {
  it.effect("is waited for, and holds up its own group alone", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      const slow = { whenReady: Effect.sleep("3 seconds") }
      const all = yield* beginAll(admission, [slow, {}, { group: "other" }])
      assert.deepStrictEqual(admitted(all), [2])
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(admitted(all), [0, 1, 2])
    })
  )

  it.effect("is bounded in time as the rest is, and holds no place", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1, maxWait: "5 seconds" })
      const never = yield* begin(admission, { whenReady: Effect.never })
      const other = yield* begin(admission, { group: "other" })
      assert.isDefined(other.admittedAt())
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* refusalOf(never), ["wait", undefined])
    })
  )

  it.effect("is asked in the moment of its turn, not before, and waited for if it says no", () =>
    Effect.gen(function* () {
      const admission = yield* make({ concurrency: 1 })
      const asked: Array<number> = []
      const tryEnter = (now: number) => asked.push(now) > 1
      const first = yield* begin(admission, { group: "other" })
      const second = yield* begin(admission, { tryEnter, whenReady: Effect.sleep("2 seconds") })
      yield* TestClock.adjust("1 second")
      yield* first.end
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(asked, [1000, 3000])
      assert.strictEqual(second.admittedAt(), 3000)
    })
  )

  it.effect("that says no and has nothing to wait for is refused after its time", () =>
    Effect.gen(function* () {
      const admission = yield* make({ maxWait: "5 seconds" })
      const begun = yield* begin(admission, { tryEnter: () => false })
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* refusalOf(begun), ["wait", undefined])
    })
  )

  it.effect("is asked for again when the turn had passed meanwhile", () =>
    Effect.gen(function* () {
      let asked = 0
      const admission = yield* make({ concurrency: 1 })
      const whenReady = Effect.zipRight(
        Effect.sync(() => asked++),
        Effect.sleep("1 second")
      )
      const first = yield* begin(admission, { whenReady })
      const other = yield* begin(admission, { group: "other" })
      yield* TestClock.adjust("1 second")
      assert.isUndefined(first.admittedAt())
      yield* other.end
      yield* TestClock.adjust("1 second")
      assert.strictEqual(first.admittedAt(), 2000)
      assert.strictEqual(asked, 2)
    })
  )

  it.effect("can be an open breaker: one probe goes in after its time, the others when that succeeded", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ consecutiveFailures: 1 })
      const admission = yield* make()
      yield* Effect.scoped(Effect.flatMap(breaker.enter("k"), (permit) => permit.record("failure")))
      const sent: Array<number> = []
      const call = Effect.gen(function* () {
        const turnstile = yield* breaker.turnstile("k")
        yield* admission.acquire({ group: "g", ...turnstile })
        const permit = yield* turnstile.permit
        sent.push(yield* TestClock.currentTimeMillis)
        yield* Effect.sleep("2 seconds")
        yield* permit?.record("success") ?? Effect.die("no permit")
      }).pipe(Effect.scoped)
      const all = yield* Effect.fork(
        Effect.all(
          Array.from({ length: 5 }, () => call),
          { concurrency: "unbounded" }
        )
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(all)
      assert.deepStrictEqual(sent, [5000, 7000, 7000, 7000, 7000])
    })
  )
})

describe("the admission of the context", () => {
  it.effect("is none by default, and one for all who share its layer", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* Admission.CurrentAdmission)
      const both = Effect.zip(Admission.CurrentAdmission, Admission.CurrentAdmission, { concurrent: true })
      const [first, second] = yield* Effect.provide(both, Admission.layer({ concurrency: 7 }))
      assert.strictEqual(first?.concurrency, 7)
      assert.strictEqual(second, first)
    })
  )
})
