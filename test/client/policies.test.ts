import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Fiber, Layer, Random, Stream, TestClock } from "effect"
import { Admission, CircuitBreaker, Claude, ClaudeEvent, RateLimits, RetryBudget, RetryPolicy } from "effect-claude"
import { request, secret } from "../support/fixtures.js"
import {
  events,
  ok,
  refusal,
  reset,
  script,
  type Script,
  type Step,
  streamed,
  wholeStream
} from "../support/scriptedTransport.js"

const key = CircuitBreaker.keyOf("https://api.anthropic.com", RateLimits.groupOf({ model: request.model }))

const many = (n: number, step: Step): ReadonlyArray<Step> => Array.from({ length: n }, () => step)

const client = (played: Script, options: Claude.Options = {}) =>
  Claude.layerTransport({ apiKey: secret, retry: RetryPolicy.never, ...options }).pipe(Layer.provide(played.layer))

const inTime = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(effect))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("the circuit breaker of a client", () => {
  const failing = (played: Script, options: Claude.Options = {}) =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make()
      const call = Effect.either(Claude.create(request))
      const program = Effect.provideService(
        Effect.provide(Effect.all([call, call, call, call, call, call]), client(played, options)),
        CircuitBreaker.CurrentCircuitBreaker,
        breaker
      )
      return { results: yield* program, state: yield* breaker.state(key) }
    })
  const tags = (results: ReadonlyArray<Either.Either<unknown, { readonly _tag: string }>>) =>
    results.map((result) => (Either.isLeft(result) ? result.left._tag : "ok"))

  it.effect("opens after five failures in a row and refuses what follows, unsent", () =>
    Effect.gen(function* () {
      const played = script(...many(5, reset()))
      const { results, state } = yield* failing(played)
      assert.deepStrictEqual(tags(results), [...Array<string>(5).fill("ConnectionReset"), "CircuitOpen"])
      assert.strictEqual(state._tag, "Open")
      assert.strictEqual(played.received.length, 5)
      const last = results.at(-1)
      assert.isTrue(last !== undefined && Either.isLeft(last) && last.left.phase === "queue" && !last.left.mayHaveRun)
    })
  )

  it.effect("counts an overload, and neither a 429 nor a wrong request", () =>
    Effect.gen(function* () {
      const overloaded = yield* failing(script(...many(5, refusal(529, "overloaded_error"))))
      assert.strictEqual(overloaded.state._tag, "Open")
      for (const step of [refusal(429, "rate_limit_error"), refusal(400, "invalid_request_error")]) {
        assert.strictEqual((yield* failing(script(...many(6, step)))).state._tag, "Closed")
      }
    })
  )

  it.effect("counts a stream by its end, not by its headers", () =>
    Effect.gen(function* () {
      const cut = streamed(events.start, events.block, events.text("Hel"))
      const breaker = yield* CircuitBreaker.make()
      const call = Effect.either(Stream.runDrain(Claude.stream(request)))
      yield* Effect.provide(Effect.all(Array.from({ length: 5 }, () => call)), client(script(...many(5, cut)))).pipe(
        Effect.provideService(CircuitBreaker.CurrentCircuitBreaker, breaker)
      )
      assert.strictEqual((yield* breaker.state(key))._tag, "Open")
    })
  )

  it.effect("is asked again by the retry policy no sooner than it says", () =>
    Effect.gen(function* () {
      const played = script(...many(5, reset()), ok("there"))
      const retry = RetryPolicy.attempts(9)
      const result = yield* inTime(Effect.provide(Claude.create(request), client(played, { breaker: true, retry })))
      assert.isTrue(Either.isRight(result))
      const at = played.received.map((received) => received.at)
      assert.isAtLeast((at[5] ?? 0) - (at[4] ?? 0), 5000)
    })
  )
})

describe("the admission of a client", () => {
  it.effect("lets no more calls run than its cap, and tells of the wait", () =>
    Effect.gen(function* () {
      const slow: Step = { ...ok("there"), after: "10 seconds" }
      const played = script(slow, slow, slow)
      const waits: Array<number> = []
      const program = Effect.scoped(
        Effect.zipRight(
          ClaudeEvent.listen((event) => event._tag === "Admitted" && waits.push(Duration.toMillis(event.waited))),
          Effect.all(
            [1, 2, 3].map(() => Claude.create(request)),
            { concurrency: "unbounded" }
          )
        )
      ).pipe(Effect.provide(client(played, { admission: { concurrency: 1 } })), Effect.provide(ClaudeEvent.layerHub))
      yield* inTime(program)
      assert.deepStrictEqual(
        played.received.map(({ at }) => at),
        [0, 10_000, 20_000]
      )
      assert.deepStrictEqual(waits, [10_000, 20_000])
    })
  )

  it.effect("holds a place until the end of a stream, and gives it back before a retry waits", () =>
    Effect.gen(function* () {
      const admission = yield* Admission.make({ concurrency: 1 })
      const played = script(refusal(529, "overloaded_error", { "retry-after": "10" }), ok("other"), wholeStream("mine"))
      const program = Effect.all(
        [
          Stream.runDrain(Claude.stream(request)).pipe(Claude.withOptions({ retry: RetryPolicy.standard })),
          Effect.delay(Claude.create(request), "1 seconds")
        ],
        { concurrency: 2 }
      ).pipe(Effect.provide(client(played)), Effect.provideService(Admission.CurrentAdmission, admission))
      assert.isTrue(Either.isRight(yield* inTime(program)))
      assert.strictEqual(played.received[1]?.at, 1000)
      assert.strictEqual((yield* admission.status).running, 0)
    })
  )

  it.effect("closes its gate for all after a 429, until its retry-after", () =>
    Effect.gen(function* () {
      const played = script(refusal(429, "rate_limit_error", { "retry-after": "20" }), ok("there"), ok("there"))
      const program = Effect.gen(function* () {
        yield* Effect.either(Claude.create(request))
        yield* Claude.create(request)
      })
      yield* inTime(Effect.provide(program, client(played, { admission: true })))
      assert.isAtLeast(played.received[1]?.at ?? 0, 20_000)
    })
  )

  it.effect("charges a call that the API refused its request alone, one that was cut its estimate", () =>
    Effect.gen(function* () {
      const left = (...steps: ReadonlyArray<Step>) =>
        Effect.gen(function* () {
          const limits = { requests: 600, inputTokens: 600_000, outputTokens: 600_000 }
          const admission = yield* Admission.make({ limits })
          yield* Effect.flip(Stream.runDrain(Claude.stream(request))).pipe(
            Effect.provide(client(script(...steps))),
            Effect.provideService(Admission.CurrentAdmission, admission)
          )
          const [group] = (yield* admission.status).groups
          return [group?.available.requests, group?.available.inputTokens, group?.available.outputTokens]
        })
      assert.deepStrictEqual(yield* left(refusal(529, "overloaded_error")), [9, 10_000, 10_000])
      assert.deepStrictEqual(yield* left(reset({ requestSent: false })), [10, 10_000, 10_000])
      const input = 10_000 - Math.ceil(JSON.stringify({ ...request, stream: true }).length / 4)
      assert.deepStrictEqual(yield* left(reset({ requestSent: true })), [9, input, 10_000])
      const cut = streamed(events.start, events.block, events.text("Hel"))
      assert.deepStrictEqual(yield* left(cut), [9, input, 10_000 - Math.min(500, request.max_tokens)])
    })
  )

  it.effect("goes by the limits of fast mode where a request in fast mode was refused", () =>
    Effect.gen(function* () {
      const admission = yield* Admission.make()
      const limit = (family: string, left: string, reset: string) => ({
        [`anthropic-${family}-input-tokens-limit`]: "60000",
        [`anthropic-${family}-input-tokens-remaining`]: left,
        [`anthropic-${family}-input-tokens-reset`]: reset
      })
      const played = script(
        refusal(429, "rate_limit_error", {
          ...limit("ratelimit", "60000", "1970-01-01T00:00:02Z"),
          ...limit("fast", "0", "1970-01-01T00:00:40Z"),
          "anthropic-fast-input-tokens-limit": "6000"
        })
      )
      yield* Effect.flip(Claude.create({ ...request, speed: "fast" })).pipe(
        Effect.provide(client(played)),
        Effect.provideService(Admission.CurrentAdmission, admission),
        Effect.withRandom(Random.fixed([0]))
      )
      const { groups } = yield* admission.status
      assert.deepStrictEqual(
        groups.map(({ gate, group, rates }) => [group, rates.inputTokens, gate?.until]),
        [["opus-5-5/fast", 6000, 40_000]]
      )
    })
  )

  it.effect("waits while the breaker is open, instead of refusing", () =>
    Effect.gen(function* () {
      const played = script(...many(5, reset()), ok("there"))
      const call = Effect.either(Claude.create(request))
      const program = Effect.all([call, call, call, call, call, call])
      const result = yield* inTime(Effect.provide(program, client(played, { admission: true, breaker: true })))
      assert.isTrue(Either.isRight(result) && Either.isRight(result.right[5]))
      assert.isAtLeast(played.received[5]?.at ?? 0, 5000)
    })
  )

  it.effect("sends nothing more to a group that reached a spend limit, until it is opened", () =>
    Effect.gen(function* () {
      const admission = yield* Admission.make()
      const spent = refusal(429, "rate_limit_error", {}, { error_code: "enforced_spend_limit_reached" })
      const played = script(spent, ok("there"))
      const call = Effect.either(Claude.create(request))
      const program = Effect.gen(function* () {
        const before = yield* Effect.all([call, call])
        yield* admission.open(RateLimits.groupOf({ model: request.model }))
        return { before, after: yield* call }
      })
      const { after, before } = yield* Effect.provide(program, client(played)).pipe(
        Effect.provideService(Admission.CurrentAdmission, admission)
      )
      assert.isTrue(before.every((result) => Either.isLeft(result) && result.left._tag === "SpendLimitReached"))
      assert.isTrue(Either.isRight(after))
      assert.strictEqual(played.received.length, 2)
    })
  )

  it.effect("refuses what cannot be let in, as QueueFull", () =>
    Effect.gen(function* () {
      const played = script({ ...ok("there"), after: "10 seconds" })
      const program = Effect.all(
        [Claude.create(request), Effect.delay(Effect.flip(Claude.create(request)), "1 seconds")],
        { concurrency: 2 }
      )
      const result = yield* inTime(
        Effect.provide(program, client(played, { admission: { concurrency: 1, maxQueued: 0 } }))
      )
      const [, refused] = Either.getOrThrow(result)
      assert.deepInclude(refused, { _tag: "QueueFull", bound: "length", phase: "queue", mayHaveRun: false })
    })
  )
})

describe("the retry budget of a client", () => {
  it.effect("ends calls with their last error once it is spent", () =>
    Effect.gen(function* () {
      const played = script(...many(5, reset()))
      const budget = { capacity: 28 }
      const call = Effect.either(Claude.create(request))
      yield* inTime(
        Effect.provide(Effect.all([call, call, call]), client(played, { retry: RetryPolicy.standard, budget }))
      )
      // two retries in all, at 14 each, for three calls
      assert.strictEqual(played.received.length, 5)
    })
  )

  it.effect("gets its price back from a retry that succeeds", () =>
    Effect.gen(function* () {
      const budget = yield* RetryBudget.make({ capacity: 14 })
      const played = script(reset(), ok("there"))
      yield* inTime(
        Effect.provide(Claude.create(request), client(played, { retry: RetryPolicy.standard })).pipe(
          Effect.provideService(RetryBudget.CurrentRetryBudget, budget)
        )
      )
      assert.strictEqual(yield* budget.available, 14)
    })
  )
})

describe("the account of limits", () => {
  it.effect("is kept from the headers of every response", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits.make()
      const played = script(ok("there", { "anthropic-ratelimit-requests-remaining": "41" }))
      const current = yield* Effect.zipRight(Claude.create(request), RateLimits.current(request.model)).pipe(
        Effect.provide(client(played)),
        Effect.provideService(RateLimits.CurrentRateLimits, limits)
      )
      assert.strictEqual(current?.requests?.remaining, 41)
    })
  )
})

describe("precedence", () => {
  it.effect("context of the call > option of the layer > context where the layer was built > off", () =>
    Effect.gen(function* () {
      const attempts = (
        option: Claude.Options["budget"],
        built: RetryBudget.RetryBudget | undefined,
        call: RetryBudget.RetryBudget | undefined
      ) =>
        Effect.gen(function* () {
          const played = script(...many(5, reset()))
          const layer = client(played, {
            retry: RetryPolicy.standard,
            ...(option === undefined ? {} : { budget: option })
          })
          const own =
            built === undefined ? layer : Layer.provide(layer, Layer.succeed(RetryBudget.CurrentRetryBudget, built))
          const program = Effect.provide(Claude.create(request), own)
          yield* inTime(
            call === undefined ? program : Effect.provideService(program, RetryBudget.CurrentRetryBudget, call)
          )
          return played.received.length
        })
      const budget = (retries: number) => RetryBudget.make({ capacity: 14 * retries })
      assert.strictEqual(yield* attempts(undefined, undefined, undefined), 5)
      assert.strictEqual(yield* attempts(undefined, yield* budget(1), undefined), 2)
      assert.strictEqual(yield* attempts({ capacity: 28 }, yield* budget(1), undefined), 3)
      assert.strictEqual(yield* attempts(false, yield* budget(1), undefined), 5)
      assert.strictEqual(yield* attempts({ capacity: 28 }, yield* budget(1), yield* budget(3)), 4)
    })
  )
})
