import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, FastCheck, Fiber, TestClock } from "effect"
import type * as Admission from "../../src/policy/Admission.js"
import { countedTokens } from "../../src/policy/Admission.js"
import { admitted, begin, beginAll, groupStatus, make } from "./admissionSupport.js"

/** What may go at once of a group, rounded: `[requests, inputTokens, outputTokens]`. */
const available = (admission: Admission.Admission) =>
  Effect.map(groupStatus(admission), ({ available: { inputTokens, outputTokens, requests } }) =>
    [requests, inputTokens, outputTokens].map((amount) => (amount === undefined ? undefined : Math.round(amount)))
  )

/** A second's worth is 10 requests, 1,000 input tokens and 500 output tokens. */
const limits = { requests: 600, inputTokens: 60_000, outputTokens: 30_000 }

/** A call that was let in, of a tenth of what may go at once. */
const one = (admission: Admission.Admission) =>
  Effect.flatMap(begin(admission, { inputTokens: 100, outputTokens: 50 }), (begun) =>
    Effect.map(begun.ticket, (ticket) => ({ ...begun, ticket }))
  )

describe("pacing", () => {
  it.effect("is even: a second's worth at once, then one at a time", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { requests: 120 } })
      const all = yield* beginAll(
        admission,
        Array.from({ length: 6 }, () => ({}))
      )
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(
        all.map((begun) => begun.admittedAt()),
        [0, 0, 500, 1000, 1500, 2000]
      )
    })
  )

  it.effect("has a burst that is an option, and does not grow beyond it in a pause", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { requests: 60 }, burst: "5 seconds" })
      yield* TestClock.adjust("1 hour")
      const start = yield* TestClock.currentTimeMillis
      const all = yield* beginAll(
        admission,
        Array.from({ length: 7 }, () => ({}))
      )
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(
        all.map((begun) => (begun.admittedAt() ?? 0) - start),
        [0, 0, 0, 0, 0, 1000, 2000]
      )
    })
  )

  it.effect("lets a call that is larger than the burst go into debt, and makes up for it", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { inputTokens: 60_000 } })
      const all = yield* beginAll(admission, [{ inputTokens: 10_000 }, { inputTokens: 1 }, { inputTokens: 10_000 }])
      assert.deepStrictEqual(admitted(all), [0])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(
        all.map((begun) => begun.admittedAt()),
        [0, 9001, 10_001]
      )
    })
  )

  it.effect("goes by the slowest of the three rates", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits })
      const calls = [{ inputTokens: 10, outputTokens: 500 }, { outputTokens: 500 }, { inputTokens: 2000 }, {}]
      const all = yield* beginAll(admission, calls)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(
        all.map((begun) => begun.admittedAt()),
        [0, 1000, 1000, 2000]
      )
    })
  )

  const arrival = FastCheck.record({
    gap: FastCheck.oneof(FastCheck.constant(0), FastCheck.integer({ min: 1, max: 3000 })),
    inputTokens: FastCheck.integer({ min: 0, max: 5000 }),
    priority: FastCheck.integer({ min: 0, max: 2 })
  })

  it.effect.prop(
    "lets in no more than rate × w + burst + one request in any window w",
    {
      requests: FastCheck.integer({ min: 5, max: 600 }),
      inputTokens: FastCheck.integer({ min: 1000, max: 200_000 }),
      burst: FastCheck.integer({ min: 0, max: 5000 }),
      arrivals: FastCheck.array(arrival, { minLength: 5, maxLength: 30 })
    },
    ({ arrivals, burst, ...rates }) =>
      Effect.gen(function* () {
        const admission = yield* make({ limits: rates, burst, maxWait: "1 day" })
        const lets: Array<{ readonly at: number; readonly requests: number; readonly inputTokens: number }> = []
        const call = ({ inputTokens, priority }: (typeof arrivals)[number]) =>
          Effect.scoped(
            Effect.gen(function* () {
              const ticket = yield* admission.acquire({ group: "g", inputTokens, outputTokens: 0, priority })
              lets.push({ at: yield* TestClock.currentTimeMillis, requests: 1, inputTokens })
              yield* ticket.sent
            })
          )
        const fibers: Array<Fiber.Fiber<void, Admission.AdmissionRefused>> = []
        for (const arrival of arrivals) {
          if (arrival.gap > 0) yield* TestClock.adjust(arrival.gap)
          fibers.push(yield* Effect.fork(call(arrival)))
        }
        yield* TestClock.adjust("1 day")
        yield* Fiber.joinAll(fibers)
        assert.lengthOf(lets, arrivals.length)
        for (const kind of ["requests", "inputTokens"] as const) {
          const rate = rates[kind] / 60_000
          for (const [first, { at: start }] of lets.entries()) {
            let sum = 0
            let largest = 0
            for (const { at, [kind]: amount } of lets.slice(first)) {
              sum += amount
              largest = Math.max(largest, amount)
              assert.isAtMost(sum, rate * (at - start + burst) + largest + 1e-6, `${kind} from ${start} to ${at}`)
            }
          }
        }
      }),
    { fastCheck: { numRuns: 30 }, timeout: 120_000 }
  )
})

describe("what a call is charged", () => {
  it.effect("is its estimate when it is let in, and what it really used when it is settled", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits })
      const { ticket } = yield* one(admission)
      assert.deepStrictEqual(yield* available(admission), [9, 900, 450])
      yield* ticket.settle({ inputTokens: 30, outputTokens: 400 })
      assert.deepStrictEqual(yield* available(admission), [9, 970, 100])
      yield* ticket.settle({ inputTokens: 30, outputTokens: 700 })
      assert.deepStrictEqual(yield* available(admission), [9, 970, -200])
      yield* ticket.refund
      yield* ticket.release
      assert.deepStrictEqual(yield* available(admission), [9, 970, -200])
    })
  )

  it.effect("is all given back if it was never sent: a failure or an interruption before", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits })
      const { end } = yield* one(admission)
      yield* end
      assert.deepStrictEqual(yield* available(admission), [10, 1000, 500])
    })
  )

  it.effect("is its request and its input if it was sent and no response came", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits })
      const { end, ticket } = yield* one(admission)
      yield* ticket.sent
      yield* end
      assert.deepStrictEqual(yield* available(admission), [9, 900, 500])
    })
  )

  it.effect("is its estimate if a response came and was cut", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits })
      const { end, ticket } = yield* one(admission)
      yield* ticket.sent
      yield* ticket.accepted
      yield* end
      assert.deepStrictEqual(yield* available(admission), [9, 900, 450])
    })
  )

  it.effect("is its request alone if the API answered with an error", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits })
      const { end, ticket } = yield* one(admission)
      yield* ticket.sent
      yield* ticket.refused
      yield* end
      assert.deepStrictEqual(yield* available(admission), [9, 1000, 500])
    })
  )

  it.effect("is nothing if it is proven that it never ran, and is given back once", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits })
      const { end, ticket } = yield* one(admission)
      yield* one(admission)
      yield* ticket.sent
      yield* ticket.refund
      yield* ticket.refund
      yield* end
      assert.deepStrictEqual(yield* available(admission), [9, 900, 450])
    })
  )

  it.effect("lets those who wait go sooner when it turns out to be less", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits })
      const first = yield* begin(admission, { inputTokens: 60_000 })
      const second = yield* begin(admission, { inputTokens: 100 })
      const ticket = yield* first.ticket
      yield* ticket.settle({ inputTokens: 50, outputTokens: 0 })
      yield* TestClock.adjust(0)
      assert.strictEqual(second.admittedAt(), 0)
    })
  )

  it("does not count input that was read from the cache, but that which was written to it", () => {
    const usage = {
      input_tokens: 10,
      output_tokens: 20,
      cache_read_input_tokens: 5000,
      cache_creation_input_tokens: 300
    }
    assert.deepStrictEqual(countedTokens(usage), { inputTokens: 310, outputTokens: 20 })
    assert.deepStrictEqual(countedTokens({ input_tokens: 1, output_tokens: 2, cache_creation_input_tokens: null }), {
      inputTokens: 1,
      outputTokens: 2
    })
  })
})

describe("estimates", () => {
  const charge =
    (request: Partial<Admission.AdmissionRequest>, used: Admission.Tokens | undefined) =>
    (admission: Admission.Admission) =>
      Effect.gen(function* () {
        const before = yield* available(admission)
        const begun = yield* begin(admission, { inputTokens: undefined, outputTokens: undefined, ...request })
        const ticket = yield* begun.ticket
        const after = yield* available(admission)
        if (used !== undefined) yield* ticket.settle(used)
        yield* ticket.release
        yield* TestClock.adjust("1 hour")
        return before.map((amount, index) => (amount ?? 0) - (after[index] ?? 0)).slice(1)
      })

  const wide = make({ limits: { inputTokens: 60_000_000, outputTokens: 60_000_000 } })
  const ready = Effect.tap(wide, (admission) => Effect.flatMap(begin(admission), ({ end }) => end))

  it.effect("are a token for four bytes, and 500 tokens of output, while nothing is known", () =>
    Effect.gen(function* () {
      const admission = yield* ready
      assert.deepStrictEqual(yield* charge({ bodyBytes: 4001 }, undefined)(admission), [1001, 500])
    })
  )

  it.effect("of output follow what the group really produced, but no further than max_tokens", () =>
    Effect.gen(function* () {
      const admission = yield* ready
      yield* charge({}, { inputTokens: 0, outputTokens: 1000 })(admission)
      assert.deepStrictEqual(yield* charge({}, { inputTokens: 0, outputTokens: 2000 })(admission), [0, 1000])
      assert.deepStrictEqual(yield* charge({}, undefined)(admission), [0, 1200])
      assert.deepStrictEqual(yield* charge({ maxTokens: 64 }, undefined)(admission), [0, 64])
      const other = yield* begin(admission, { group: "other", outputTokens: undefined })
      yield* other.ticket
      const { available } = yield* groupStatus(admission, "other")
      assert.strictEqual(available.outputTokens, 1_000_000 - 500)
    })
  )

  it.effect("of input follow what the bodies of the group really held: cached prompts, images", () =>
    Effect.gen(function* () {
      const admission = yield* ready
      const cached = { inputTokens: 100, outputTokens: 0 }
      for (let call = 0; call < 30; call++) yield* charge({ bodyBytes: 100_000 }, cached)(admission)
      const [estimate] = yield* charge({ bodyBytes: 100_000 }, undefined)(admission)
      assert.isBelow(estimate ?? 0, 200)
      assert.isAbove(estimate ?? 0, 99)
    })
  )

  it.effect("give way to what the caller knows", () =>
    Effect.gen(function* () {
      const admission = yield* ready
      const request = { bodyBytes: 4000, inputTokens: 7, outputTokens: 9, maxTokens: 1 }
      assert.deepStrictEqual(yield* charge(request, undefined)(admission), [7, 9])
    })
  )
})

describe("learnt rates", () => {
  const limit = (limit: number, remaining: number, reset = 60_000) => ({ limit, remaining, reset })

  it.effect("are those of the headers, by group, in place of none", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* begin(admission)
      yield* admission.onLimits("g", {
        requests: limit(600, 500),
        inputTokens: limit(60_000, 50_000),
        outputTokens: limit(6000, 5000)
      })
      yield* admission.onLimits("h", { requests: limit(1200, 1000) })
      const { rates } = yield* groupStatus(admission)
      assert.deepStrictEqual(rates, { requests: 600, inputTokens: 60_000, outputTokens: 6000 })
      assert.deepStrictEqual((yield* groupStatus(admission, "h")).rates, { requests: 1200 })
      const all = yield* beginAll(
        admission,
        Array.from({ length: 12 }, () => ({}))
      )
      assert.lengthOf(admitted(all), 10)
    })
  )

  it.effect("do not raise what was given, only lower it", () =>
    Effect.gen(function* () {
      const admission = yield* make({ limits: { requests: 100, inputTokens: 10_000 } })
      yield* admission.onLimits("g", { requests: limit(50, 50), inputTokens: limit(20_000, 20_000) })
      assert.deepStrictEqual((yield* groupStatus(admission)).rates, { requests: 50, inputTokens: 10_000 })
      yield* admission.onLimits("g", { requests: limit(500, 500) })
      assert.strictEqual((yield* groupStatus(admission)).rates.requests, 100)
    })
  )

  it.effect("are ours in part where we are told so, or not at all", () =>
    Effect.gen(function* () {
      const half = yield* make({ share: 0.5 })
      yield* half.onLimits("g", { requests: limit(50, 50) })
      assert.strictEqual((yield* groupStatus(half)).rates.requests, 25)
      const deaf = yield* make({ learn: false })
      yield* deaf.onLimits("g", { requests: limit(50, 0) })
      assert.deepStrictEqual((yield* groupStatus(deaf)).rates, {})
    })
  )

  it.effect("hold calls back when others have used up what is left", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* admission.onLimits("g", { requests: limit(60, 0) })
      const [first] = yield* beginAll(admission, [{}])
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(first?.admittedAt(), 1000)
    })
  )

  it.effect("are not held against us when they are old: their reset has passed", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* TestClock.adjust("61 seconds")
      yield* admission.onLimits("g", { requests: limit(60, 0) })
      const [first] = yield* beginAll(admission, [{}])
      assert.strictEqual(first?.admittedAt(), 61_000)
    })
  )

  it.effect("that make no sense change nothing", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* admission.onLimits("g", { requests: { limit: 0 }, inputTokens: {}, outputTokens: { remaining: 0 } })
      assert.deepStrictEqual((yield* groupStatus(admission)).rates, {})
    })
  )

  it.effect("let those go who waited for slower ones", () =>
    Effect.gen(function* () {
      const admission = yield* make()
      yield* admission.onLimits("g", { requests: limit(6, 6) })
      const all = yield* beginAll(admission, [{}, {}])
      yield* admission.onLimits("g", { requests: limit(600, 600) })
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(admitted(all), [0, 1])
    })
  )
})

describe("a group that has not answered yet", () => {
  it.effect("gets twenty calls at once and twice as many with each second, until it answers", () =>
    Effect.gen(function* () {
      const admission = yield* make({ coldStart: undefined })
      const all = yield* beginAll(
        admission,
        Array.from({ length: 200 }, () => ({}))
      )
      assert.lengthOf(admitted(all), 20)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(admitted(all), 40)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(admitted(all), 80)
      yield* Effect.flatMap(all[0]?.ticket ?? Effect.never, ({ accepted }) => accepted)
      yield* TestClock.adjust(0)
      assert.lengthOf(admitted(all), 200)
    })
  )

  it.effect("does not keep anybody for more than a few seconds, whether it answers or not", () =>
    Effect.gen(function* () {
      const admission = yield* make({ coldStart: 1 })
      const all = yield* beginAll(
        admission,
        Array.from({ length: 100 }, () => ({}))
      )
      yield* TestClock.adjust(Duration.seconds(10))
      assert.lengthOf(admitted(all), 100)
    })
  )
})
