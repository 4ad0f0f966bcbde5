import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Exit, FastCheck, Fiber, Scope, Stream, TestClock } from "effect"
import { type ClaudeError, UnexpectedResponse } from "../../src/ClaudeError.js"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.js"
import type { Outcome, Permit } from "../../src/policy/CircuitBreaker.js"
import type { Action, Seen } from "./internal/breakerModel.js"
import { BreakerModel } from "./internal/breakerModel.js"
import { context } from "../internal/errorFixtures.js"
import { everyError, timedOut } from "./support.js"

const key = CircuitBreaker.keyOf("https://api.anthropic.com", "opus-5")

/** A call that ends at once. */
const call = (breaker: CircuitBreaker.CircuitBreaker, outcome: Outcome, of = key) =>
  Effect.scoped(Effect.flatMap(breaker.enter(of), (permit) => permit.record(outcome)))

const calls = (breaker: CircuitBreaker.CircuitBreaker, outcomes: string, of = key) =>
  Effect.forEach(
    [...outcomes],
    (letter) => call(breaker, letter === "f" ? "failure" : letter === "s" ? "success" : "ignored", of),
    { discard: true }
  )

const stateOf = (breaker: CircuitBreaker.CircuitBreaker) => Effect.map(breaker.state(key), (state) => state._tag)

/** The refusal's wait in milliseconds; `undefined` if the call was let in. */
const refusal = (breaker: CircuitBreaker.CircuitBreaker, of = key) =>
  Effect.scoped(Effect.either(breaker.enter(of))).pipe(
    Effect.map((either) => {
      if (Either.isRight(either)) return undefined
      return either.left.retryAfter === undefined ? Infinity : Duration.toMillis(either.left.retryAfter)
    })
  )

/** A call that goes on until its scope is closed or its permit told. */
const begin = (breaker: CircuitBreaker.CircuitBreaker) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const permit = yield* Scope.extend(breaker.enter(key), scope)
    return { permit, end: Scope.close(scope, Exit.void) }
  })

const broken = Effect.tap(CircuitBreaker.make(), (breaker) => calls(breaker, "fffff"))

describe("a closed circuit", () => {
  it.effect("opens at five failures in a row, and no sooner", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      yield* calls(breaker, "ffffsffff")
      assert.deepStrictEqual(yield* breaker.state(key), {
        _tag: "Closed",
        failures: 8,
        outcomes: 9,
        consecutive: 4,
        forced: false
      })
      yield* calls(breaker, "if")
      assert.deepStrictEqual(yield* breaker.state(key), { _tag: "Open", since: 0, until: 5000, forced: false })
      assert.strictEqual(yield* refusal(breaker), 5000)
    })
  )

  it.effect("opens when half of twenty outcomes are failures, not when fewer are, nor of fewer outcomes", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      yield* calls(breaker, "sf".repeat(9) + "s")
      assert.strictEqual(yield* stateOf(breaker), "Closed")
      yield* calls(breaker, "f")
      assert.strictEqual(yield* stateOf(breaker), "Open")
      const luckier = yield* CircuitBreaker.make()
      yield* calls(luckier, "ssf".repeat(40))
      assert.strictEqual(yield* stateOf(luckier), "Closed")
    })
  )

  it.effect("forgets outcomes that are thirty seconds old", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      yield* calls(breaker, "ffsffsffsf")
      yield* TestClock.adjust("15 seconds")
      yield* calls(breaker, "ssssss")
      yield* TestClock.adjust("15 seconds")
      const state = yield* breaker.state(key)
      assert.deepInclude(state, { failures: 0, outcomes: 6 })
      yield* calls(breaker, "sfsfsfsfsfsfss")
      assert.strictEqual(yield* stateOf(breaker), "Closed")
    })
  )

  it.effect("takes no notice of what is ignored, of interruption, and of a second record", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      yield* calls(breaker, "ffff" + "i".repeat(30))
      const fiber = yield* Effect.fork(Effect.scoped(Effect.zipRight(breaker.enter(key), Effect.never)))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      const { permit } = yield* begin(breaker)
      yield* permit.record("success")
      yield* permit.record("failure")
      yield* permit.record("failure")
      assert.deepInclude(yield* breaker.state(key), { failures: 4, outcomes: 5, consecutive: 0 })
    })
  )

  it.effect("keeps each key apart", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      assert.isUndefined(yield* refusal(breaker, "another"))
      assert.strictEqual(yield* refusal(breaker), 5000)
      assert.deepStrictEqual(yield* breaker.keys, [key, "another"])
    })
  )
})

describe("an open circuit", () => {
  it.effect("stays open for 5 seconds, then twice as long after each failed probe, up to 60, and 5 again", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      for (const seconds of [5, 10, 20, 40, 60, 60]) {
        assert.strictEqual(yield* refusal(breaker), seconds * 1000)
        yield* TestClock.adjust(seconds * 1000 - 1)
        assert.strictEqual(yield* refusal(breaker), 1)
        yield* TestClock.adjust(1)
        yield* calls(breaker, "f")
      }
      yield* TestClock.adjust("60 seconds")
      yield* calls(breaker, "sfffff")
      assert.strictEqual(yield* refusal(breaker), 5000)
    })
  )

  it.effect("lets one probe in after its time, and counts from nothing once that succeeded", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      yield* TestClock.adjust("5 seconds")
      const { permit } = yield* begin(breaker)
      assert.isTrue(permit.probe)
      assert.deepStrictEqual(yield* breaker.state(key), { _tag: "HalfOpen", since: 5000, probes: 1, nextProbe: 10_000 })
      assert.strictEqual(yield* refusal(breaker), 5000)
      yield* permit.record("success")
      assert.deepInclude(yield* breaker.state(key), { _tag: "Closed", failures: 0, outcomes: 0, consecutive: 0 })
      assert.isUndefined(yield* refusal(breaker))
    })
  )

  it.effect("gives the probe's place to the next when it is dropped or ignored", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      yield* TestClock.adjust("5 seconds")
      const dropped = yield* begin(breaker)
      yield* dropped.end
      const ignored = yield* begin(breaker)
      assert.isTrue(ignored.permit.probe)
      yield* ignored.permit.record("ignored")
      const third = yield* begin(breaker)
      assert.isTrue(third.permit.probe)
    })
  )

  it.effect("lets another probe in when the first has not come back for as long as it was open", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      yield* TestClock.adjust("5 seconds")
      const stuck = yield* begin(breaker)
      yield* TestClock.adjust("4999 millis")
      assert.strictEqual(yield* refusal(breaker), 1)
      yield* TestClock.adjust("1 millis")
      const second = yield* begin(breaker)
      assert.isTrue(second.permit.probe)
      yield* second.permit.record("success")
      yield* stuck.permit.record("failure")
      assert.deepInclude(yield* breaker.state(key), { _tag: "Closed", failures: 0 })
    })
  )

  it.effect("has a probe under way still when one of two is dropped", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      yield* TestClock.adjust("5 seconds")
      yield* begin(breaker)
      yield* TestClock.adjust("5 seconds")
      const second = yield* begin(breaker)
      yield* second.end
      assert.strictEqual(yield* refusal(breaker), 5000)
      assert.deepInclude(yield* breaker.state(key), { _tag: "HalfOpen", probes: 1 })
    })
  )

  it.effect("does not count calls that began before it opened", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      const late = [yield* begin(breaker), yield* begin(breaker)]
      yield* calls(breaker, "fffff")
      yield* TestClock.adjust("5 seconds")
      yield* calls(breaker, "sffff")
      for (const { permit } of late) yield* permit.record("failure")
      assert.deepInclude(yield* breaker.state(key), { _tag: "Closed", consecutive: 4 })
    })
  )
})

describe("by hand", () => {
  it.effect("a circuit is held open until it is reset", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      yield* breaker.forceOpen(key)
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* refusal(breaker), Infinity)
      assert.deepStrictEqual(yield* breaker.state(key), { _tag: "Open", since: 0, until: undefined, forced: true })
      yield* breaker.reset(key)
      yield* calls(breaker, "fffff")
      assert.strictEqual(yield* refusal(breaker), 5000)
    })
  )

  it.effect("a circuit is held closed, whatever fails, until it is reset", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      yield* breaker.forceClosed(key)
      yield* calls(breaker, "f".repeat(50))
      assert.deepInclude(yield* breaker.state(key), { _tag: "Closed", forced: true })
      yield* breaker.reset(key)
      yield* calls(breaker, "fffff")
      assert.strictEqual(yield* stateOf(breaker), "Open")
    })
  )
})

describe("those who wait", () => {
  it.effect("go at once while it is closed, and else when a probe may be tried", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      yield* breaker.whenReady(key)
      yield* calls(breaker, "fffff")
      const fiber = yield* Effect.fork(breaker.whenReady(key))
      yield* TestClock.adjust("4999 millis")
      assert.isNull(fiber.unsafePoll())
      yield* TestClock.adjust("1 millis")
      assert.isNotNull(fiber.unsafePoll())
    })
  )

  it.effect("wait on while a probe is under way, and are told when it is over", () =>
    Effect.gen(function* () {
      for (const outcome of ["success", "ignored"] as const) {
        const breaker = yield* broken
        yield* TestClock.adjust("5 seconds")
        const { permit } = yield* begin(breaker)
        const fiber = yield* Effect.fork(breaker.whenReady(key))
        yield* TestClock.adjust("1 second")
        assert.isNull(fiber.unsafePoll())
        yield* permit.record(outcome)
        yield* TestClock.adjust(0)
        assert.isNotNull(fiber.unsafePoll(), outcome)
      }
    })
  )

  it.effect("wait on when the probe failed, and for ever while it is held open", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      yield* TestClock.adjust("5 seconds")
      const { permit } = yield* begin(breaker)
      const fiber = yield* Effect.fork(breaker.whenReady(key))
      yield* TestClock.adjust("1 second")
      yield* permit.record("failure")
      yield* TestClock.adjust("9999 millis")
      assert.isNull(fiber.unsafePoll())
      yield* breaker.forceOpen(key)
      yield* TestClock.adjust("1 day")
      assert.isNull(fiber.unsafePoll())
      yield* breaker.forceClosed(key)
      yield* TestClock.adjust(0)
      assert.isNotNull(fiber.unsafePoll())
    })
  )
})

describe("a turnstile", () => {
  it.effect("lets in once, when a call may be made, and gives its place back with the scope", () =>
    Effect.gen(function* () {
      const breaker = yield* broken
      const scope = yield* Scope.make()
      const first = yield* Scope.extend(breaker.turnstile(key), scope)
      const second = yield* Scope.extend(breaker.turnstile(key), yield* Scope.make())
      assert.isFalse(first.tryEnter(4999))
      assert.isUndefined(yield* first.permit)
      yield* TestClock.adjust("5 seconds")
      assert.isTrue(first.tryEnter(5000))
      assert.isFalse(first.tryEnter(5000))
      assert.isTrue((yield* first.permit)?.probe)
      assert.isFalse(second.tryEnter(5000))
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(second.tryEnter(5000))
      yield* (yield* second.permit)?.record("success") ?? Effect.die("no permit")
      assert.isFalse(first.tryEnter(5000))
      assert.deepInclude(yield* breaker.state(key), { _tag: "Closed", outcomes: 0 })
    })
  )
})

describe("transitions", () => {
  it.effect("are told in order, with reasons, at once and as a stream", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      const heard: Array<CircuitBreaker.Transition> = []
      const stop = breaker.unsafeListen((transition) => heard.push(transition))
      const fiber = yield* Effect.fork(Stream.runCollect(Stream.take(breaker.transitions, 8)))
      yield* TestClock.adjust("1 second")
      yield* breaker.reset(key)
      yield* calls(breaker, "fffff")
      yield* TestClock.adjust("5 seconds")
      yield* calls(breaker, "f")
      yield* TestClock.adjust("10 seconds")
      yield* calls(breaker, "s")
      yield* calls(breaker, "sf".repeat(10))
      yield* breaker.forceOpen(key)
      yield* breaker.reset(key)
      stop()
      yield* breaker.forceOpen(key)
      assert.deepStrictEqual(
        heard.map(({ at, from, reason, to, until }) => [at, `${from} ${to}`, reason, until]),
        [
          [1000, "Closed Open", "failures-in-a-row", 6000],
          [6000, "Open HalfOpen", "elapsed", undefined],
          [6000, "HalfOpen Open", "probe-failed", 16_000],
          [16_000, "Open HalfOpen", "elapsed", undefined],
          [16_000, "HalfOpen Closed", "probe-succeeded", undefined],
          [16_000, "Closed Open", "failure-rate", 21_000],
          [16_000, "Open Open", "forced", undefined],
          [16_000, "Open Closed", "reset", undefined]
        ]
      )
      assert.deepStrictEqual([...(yield* Fiber.join(fiber))], heard)
    })
  )
})

describe("classify", () => {
  it("blames the other side for broken networks and an API in trouble, and for nothing else", () => {
    const failures = Object.values(everyError).filter((error) => CircuitBreaker.classify(error) === "failure")
    assert.sameMembers(
      failures.map(({ _tag }): string => _tag),
      [
        "ConnectionReset",
        "ConnectionFailed",
        "TimedOut",
        "StreamTruncated",
        "Overloaded",
        "ServerError",
        "UnexpectedResponse"
      ]
    )
  })

  it("does not blame it for a pool that was full, the caller's deadline, or a page with status 200", () => {
    const page = new UnexpectedResponse({ ...context, status: 200, description: "a page" })
    const own: ReadonlyArray<ClaudeError> = [timedOut("pool"), timedOut("total"), page]
    for (const error of own) assert.strictEqual(CircuitBreaker.classify(error), "ignored")
    for (const limit of ["connect", "headers", "idle", "stalled"] as const) {
      assert.strictEqual(CircuitBreaker.classify(timedOut(limit)), "failure")
    }
  })
})

const outcomes = (failures: number, successes: number): FastCheck.Arbitrary<Outcome> =>
  FastCheck.oneof(
    { weight: failures, arbitrary: FastCheck.constant<Outcome>("failure") },
    { weight: successes, arbitrary: FastCheck.constant<Outcome>("success") },
    { weight: 1, arbitrary: FastCheck.constant<Outcome>("ignored") }
  )

const one = (outcome: FastCheck.Arbitrary<Outcome>): FastCheck.Arbitrary<ReadonlyArray<Action>> =>
  FastCheck.oneof(
    { weight: 9, arbitrary: FastCheck.constant([{ _tag: "enter" } as const]) },
    {
      weight: 12,
      arbitrary: FastCheck.tuple(FastCheck.integer({ min: 0, max: 3 }), outcome).map(
        ([which, outcome]) => [{ _tag: "record", which, outcome }] as const
      )
    },
    {
      weight: 12,
      arbitrary: FastCheck.array(outcome, { minLength: 1, maxLength: 12 }).map((all) =>
        all.flatMap((outcome) => [{ _tag: "enter" } as const, { _tag: "record", which: 0, outcome } as const])
      )
    },
    {
      weight: 9,
      arbitrary: FastCheck.constantFrom(1, 999, 4999, 5000, 10_000, 15_000, 29_999, 30_000, 61_000).map(
        (millis) => [{ _tag: "wait", millis }] as const
      )
    },
    {
      weight: 1,
      arbitrary: FastCheck.constantFrom("forceOpen" as const, "forceClosed" as const, "reset" as const).map(
        (_tag) => [{ _tag }] as const
      )
    }
  )

/** Some lives are full of failures in a row, some are mixed, so that each rule has its day. */
const life = (failures: number, successes: number): FastCheck.Arbitrary<ReadonlyArray<Action>> =>
  FastCheck.array(one(outcomes(failures, successes)), { minLength: 5, maxLength: 50 }).map((all) => all.flat())

const actions = FastCheck.oneof(life(8, 1), life(4, 3), life(1, 1))

/** What a step lets through, if it asks, and what is seen after. */
const real = (breaker: CircuitBreaker.CircuitBreaker, scope: Scope.Scope) => {
  const permits: Array<Permit> = []
  return (action: Action): Effect.Effect<boolean | undefined> => {
    switch (action._tag) {
      case "enter":
        return Scope.extend(breaker.enter(key), scope).pipe(
          Effect.match({
            onFailure: () => false,
            onSuccess: (permit) => permits.push(permit) > 0
          })
        )
      case "record":
        return Effect.as(permits.at(-1 - action.which)?.record(action.outcome) ?? Effect.void, undefined)
      case "wait":
        return Effect.as(TestClock.adjust(action.millis), undefined)
      default:
        return Effect.as(breaker[action._tag](key), undefined)
    }
  }
}

const seen = (breaker: CircuitBreaker.CircuitBreaker): Effect.Effect<Seen> =>
  Effect.gen(function* () {
    const now = yield* TestClock.currentTimeMillis
    const state = yield* breaker.state(key)
    const at = state._tag === "Closed" ? now : state._tag === "Open" ? (state.until ?? Infinity) : state.nextProbe
    return { state: state._tag, wait: Math.max(0, at - now) }
  })

const modelled =
  (model: BreakerModel) =>
  (action: Action): boolean | undefined => {
    switch (action._tag) {
      case "enter":
        return model.enter()
      case "record":
        return void model.record(action.which, action.outcome)
      case "wait":
        model.now += action.millis
        return undefined
      case "reset":
        return void model.reset()
      default:
        return void model.force(action._tag === "forceOpen" ? "Open" : "Closed")
    }
  }

describe("held against a plain model", () => {
  it.effect.prop(
    "it answers alike, whatever is done in whatever order",
    { actions },
    ({ actions }) =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make()
        const model = new BreakerModel()
        const scope = yield* Scope.make()
        const stepReal = real(breaker, scope)
        const stepModel = modelled(model)
        for (const [index, action] of actions.entries()) {
          assert.strictEqual(yield* stepReal(action), stepModel(action), `${index}: ${action._tag}`)
          assert.deepStrictEqual(yield* seen(breaker), model.see(), `after ${index}: ${action._tag}`)
        }
      }),
    { fastCheck: { numRuns: 150 } }
  )
})
