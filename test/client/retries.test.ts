import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Either, Fiber, Layer, Ref, Schedule, TestClock } from "effect"
import { Claude, ClaudeError, ClaudeEvent, RetryPolicy } from "effect-claude"
import { message, ok, refusal, reset, script, type Script, type Step } from "../support/scriptedTransport.js"
import { request, secret } from "../support/fixtures.js"

const run = <A, E>(effect: Effect.Effect<A, E, Claude.Claude>, played: Script, options: Claude.Options = {}) =>
  Effect.provide(effect, Claude.layerTransport({ apiKey: secret, ...options }).pipe(Layer.provide(played.layer)))

/** Runs a call to its end, with as much time as it wants. */
const outcome = <A, E>(effect: Effect.Effect<A, E, Claude.Claude>, played: Script, options?: Claude.Options) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(run(effect, played, options)))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

const failureOf = (...steps: ReadonlyArray<Step>) => {
  const played = script(...steps)
  return Effect.map(outcome(Claude.create(request), played), (result) => ({ result, attempts: played.received.length }))
}

const waits = (played: Script) =>
  played.received.slice(1).map(({ at }, index) => at - (played.received[index]?.at ?? 0))

describe("the retry matrix (what the official SDK does is in parentheses)", () => {
  const rows: ReadonlyArray<readonly [string, Step, string, number]> = [
    ["408 is retried (so there)", refusal(408, "timeout_error"), "ServerError", 5],
    ["409 is not retried (there it is)", refusal(409, "conflict_error"), "Conflict", 1],
    ["429 is retried", refusal(429, "rate_limit_error"), "RateLimited", 5],
    ["500 is retried", refusal(500, "api_error"), "ServerError", 5],
    ["502 is retried", refusal(502, "api_error"), "ServerError", 5],
    ["503 is retried", refusal(503, "api_error"), "ServerError", 5],
    ["504 is retried", refusal(504, "timeout_error"), "ServerError", 5],
    ["529 is retried", refusal(529, "overloaded_error"), "Overloaded", 5],
    ["400 is final", refusal(400, "invalid_request_error"), "InvalidRequest", 1],
    ["401 is final", refusal(401, "authentication_error"), "AuthenticationFailed", 1],
    ["402 is final", refusal(402, "billing_error"), "SpendLimitReached", 1],
    ["403 is final", refusal(403, "permission_error"), "PermissionDenied", 1],
    ["404 is final", refusal(404, "not_found_error"), "NotFound", 1],
    ["413 is final", refusal(413, "request_too_large"), "InvalidRequest", 1],
    ["422 is final", refusal(422, "invalid_request_error"), "InvalidRequest", 1],
    [
      "400 is retried when x-should-retry says so",
      refusal(400, "invalid_request_error", { "x-should-retry": "true" }),
      "InvalidRequest",
      5
    ],
    [
      "529 is final when x-should-retry says so",
      refusal(529, "overloaded_error", { "x-should-retry": "false" }),
      "Overloaded",
      1
    ],
    [
      "a spend cap's 429 is final (there it is sent three times)",
      refusal(429, "rate_limit_error", { "x-should-retry": "true" }, { error_code: "enforced_spend_limit_reached" }),
      "SpendLimitReached",
      1
    ],
    ["a reset is retried", reset(), "ConnectionReset", 5],
    [
      "a reset in the body is retried (there it is not)",
      { body: ['{"id":', { fault: reset({ phase: "body", bytesReceived: 6 }) }] },
      "ConnectionReset",
      5
    ],
    [
      "an HTML page with status 200 is final (there it is the message)",
      { headers: { "content-type": "text/html" }, body: ["<html>"] },
      "UnexpectedResponse",
      1
    ],
    ["broken JSON is final", { body: ['{"id":'] }, "UnexpectedResponse", 1],
    [
      "a certificate that does not fit is final",
      reset({ reason: "Tls", code: "CERT_HAS_EXPIRED", phase: "connect" }),
      "ConnectionFailed",
      1
    ],
    [
      "a refused connection is retried",
      reset({ reason: "Refused", code: "ECONNREFUSED", phase: "connect" }),
      "ConnectionFailed",
      5
    ],
    ["an unknown host is final", reset({ reason: "Dns", code: "ENOTFOUND", phase: "connect" }), "ConnectionFailed", 1],
    ["headers that never come are retried once, not four times", { after: "1 day", body: [] }, "TimedOut", 2]
  ]
  it.effect.each(rows)("%s", ([, step, tag, attempts]) =>
    Effect.gen(function* () {
      const seen = yield* failureOf(...Array.from({ length: attempts }, () => step))
      assert.isTrue(Either.isLeft(seen.result))
      if (Either.isLeft(seen.result)) {
        assert.strictEqual(seen.result.left._tag, tag)
        assert.strictEqual(seen.result.left.attempt, attempts)
      }
      assert.strictEqual(seen.attempts, attempts)
    })
  )
})

describe("waiting", () => {
  it.effect("a retry-after is a floor under the schedule's delay, with at most a tenth or a second added", () =>
    Effect.gen(function* () {
      const played = script(refusal(429, "rate_limit_error", { "retry-after": "7" }), ok("there"))
      const result = yield* outcome(Claude.create(request), played)
      assert.isTrue(Either.isRight(result))
      const [waited] = waits(played)
      assert.isAtLeast(waited ?? 0, 7000)
      assert.isAtMost(waited ?? 0, 7700)
    })
  )

  it.effect("a retry-after-ms goes before retry-after", () =>
    Effect.gen(function* () {
      const played = script(
        refusal(429, "rate_limit_error", { "retry-after": "50", "retry-after-ms": "20000" }),
        ok("there")
      )
      yield* outcome(Claude.create(request), played)
      assert.isAtLeast(waits(played)[0] ?? 0, 20_000)
      assert.isAtMost(waits(played)[0] ?? 0, 21_000)
    })
  )

  it.effect("a retry-after in the past counts as absent", () =>
    Effect.gen(function* () {
      const played = script(
        refusal(429, "rate_limit_error", { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }),
        ok("there")
      )
      const result = yield* outcome(Claude.create(request), played)
      assert.isTrue(Either.isRight(result))
      assert.isAtMost(waits(played)[0] ?? 0, 1000)
    })
  )

  it.effect("a retry-after above a minute ends the call at once, with the value", () =>
    Effect.gen(function* () {
      const seen = yield* failureOf(refusal(429, "rate_limit_error", { "retry-after": "3600" }))
      assert.strictEqual(seen.attempts, 1)
      const error = Either.getOrThrow(Either.flip(seen.result))
      assert.strictEqual(error._tag, "RateLimited")
      if (error._tag === "RateLimited") {
        assert.deepStrictEqual(error.retryAfter, Duration.hours(1))
        assert.strictEqual(Duration.toMillis(error.elapsed), 0)
      }
    })
  )

  it.effect("maxRetryAfter of the layer lets longer ones be waited for", () =>
    Effect.gen(function* () {
      const played = script(refusal(429, "rate_limit_error", { "retry-after": "120" }), ok("there"))
      const result = yield* outcome(Claude.create(request), played, { maxRetryAfter: "2 minutes" })
      assert.isTrue(Either.isRight(result))
    })
  )

  it.effect("what was opened is closed before the wait begins", () =>
    Effect.gen(function* () {
      const played = script(refusal(529, "overloaded_error", { "retry-after": "10" }), ok("there"))
      const fiber = yield* Effect.fork(run(Claude.create(request), played))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(played.received.length, 1)
      assert.strictEqual(played.open(), 0)
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      assert.strictEqual(played.open(), 0)
    })
  )
})

describe("a stale connection", () => {
  const stale = reset({ reusedConnection: true })

  it.effect("is replaced at once, once, without touching the schedule", () =>
    Effect.gen(function* () {
      const played = script(stale, ok("there"))
      const result = yield* run(Claude.create(request), played, { retry: RetryPolicy.never })
      assert.deepStrictEqual<unknown>(result.content, message("there").content)
      assert.deepStrictEqual(
        played.received.map(({ request }) => request.fresh),
        [false, true]
      )
      assert.deepStrictEqual(waits(played), [0])
    })
  )

  it.effect("is not replaced for ever", () =>
    Effect.gen(function* () {
      const played = script(stale, stale)
      const result = yield* outcome(Claude.create(request), played, { retry: RetryPolicy.never })
      assert.isTrue(Either.isLeft(result))
      assert.strictEqual(played.received.length, 2)
    })
  )

  it.effect("is not what a connection is that kept the request for a while", () =>
    Effect.gen(function* () {
      const after3s = { after: "3 seconds", body: [{ fault: stale }] } as const
      const played = script(after3s)
      const result = yield* outcome(Claude.create(request), played, { retry: RetryPolicy.never })
      assert.isTrue(Either.isLeft(result))
      assert.strictEqual(played.received.length, 1)
    })
  )

  it.effect("is left alone where the policy does not retry what may have run", () =>
    Effect.gen(function* () {
      const played = script(stale)
      const result = yield* outcome(Claude.create(request), played, { retry: RetryPolicy.onlyIfUnsent })
      assert.isTrue(Either.isLeft(result))
      assert.strictEqual(played.received.length, 1)
    })
  )

  it.effect("is no excuse once bytes of an answer came", () =>
    Effect.gen(function* () {
      const played = script({ body: [{ fault: reset({ phase: "body", reusedConnection: true, bytesReceived: 1 }) }] })
      const result = yield* outcome(Claude.create(request), played, { retry: RetryPolicy.never })
      assert.isTrue(Either.isLeft(result))
      assert.strictEqual(played.received.length, 1)
    })
  )
})

class Budget extends Context.Tag("test/Budget")<Budget, Ref.Ref<number>>() {}

describe("policies", () => {
  it.effect("any Schedule of the user's stands in for a policy", () =>
    Effect.gen(function* () {
      const played = script(reset(), reset(), reset(), ok("there"))
      const result = yield* outcome(Claude.create(request), played, {
        retry: Schedule.exponential("1 second").pipe(Schedule.intersect(Schedule.recurs(3)))
      })
      assert.isTrue(Either.isRight(result))
      assert.deepStrictEqual(waits(played), [1000, 2000, 4000])
    })
  )

  it.effect("a Schedule that ends by elapsed time ends the call", () =>
    Effect.gen(function* () {
      const played = script(...Array.from({ length: 20 }, () => reset()))
      const result = yield* outcome(Claude.create(request), played, {
        retry: Schedule.spaced("3 seconds").pipe(Schedule.upTo("10 seconds"))
      })
      assert.isTrue(Either.isLeft(result))
      assert.strictEqual(played.received.length, 5)
    })
  )

  it.effect("each call drives a stateful Schedule from its beginning", () =>
    Effect.gen(function* () {
      const played = script(reset(), ok("one"), reset(), ok("two"))
      yield* outcome(Effect.zip(Claude.create(request), Claude.create(request)), played, {
        retry: Schedule.recurs(1).pipe(Schedule.addDelay((n) => Duration.seconds(n + 1)))
      })
      assert.deepStrictEqual(waits(played), [1000, 0, 1000])
    })
  )

  it.effect("a Schedule with requirements takes them from where the program runs", () =>
    Effect.gen(function* () {
      const played = script(reset(), reset(), ok("there"))
      const budget = yield* Ref.make(10)
      const counted = Schedule.recurs(5).pipe(
        Schedule.tapInput(() => Effect.flatMap(Budget, (ref) => Ref.update(ref, (n) => n - 1)))
      )
      const program = Claude.create(request).pipe(
        Claude.withOptions({ retry: counted }),
        Effect.provideService(Budget, budget)
      )
      assert.isTrue(Either.isRight(yield* outcome(program, played)))
      assert.strictEqual(yield* Ref.get(budget), 8)
    })
  )

  it.effect("make({ retryable }) retries what is final otherwise", () =>
    Effect.gen(function* () {
      const played = script(refusal(404, "not_found_error"), ok("there"))
      const retry = RetryPolicy.make({
        schedule: Schedule.recurs(2),
        retryable: (error) => error._tag === "NotFound"
      })
      assert.isTrue(Either.isRight(yield* outcome(Claude.create(request), played, { retry })))
    })
  )

  it.effect("onlyIfUnsent does not run a call twice that may have run", () =>
    Effect.gen(function* () {
      const unsent = script(reset({ phase: "connect", requestSent: false }), ok("there"))
      const sent = script(reset({ requestSent: true }))
      const retry = RetryPolicy.onlyIfUnsent
      assert.isTrue(Either.isRight(yield* outcome(Claude.create(request), unsent, { retry })))
      const failed = yield* outcome(Claude.create(request), sent, { retry })
      assert.isTrue(Either.isLeft(failed) && failed.left.mayHaveRun)
    })
  )

  it.effect("within lets no attempt start later, and does not sleep towards one", () =>
    Effect.gen(function* () {
      const played = script(reset(), reset(), reset(), reset())
      const retry = RetryPolicy.within(Schedule.spaced("4 seconds"), "10 seconds")
      const fiber = yield* Effect.fork(Effect.either(run(Claude.create(request), played, { retry })))
      yield* TestClock.adjust("8 seconds")
      const result = yield* Fiber.join(fiber)
      assert.isTrue(Either.isLeft(result))
      assert.deepStrictEqual(
        played.received.map(({ at }) => at),
        [0, 4000, 8000]
      )
    })
  )

  it.effect("withDeadline fails at once rather than wait past it, with the error that was there", () =>
    Effect.gen(function* () {
      const played = script(refusal(429, "rate_limit_error", { "retry-after": "30" }))
      const result = yield* run(Claude.create(request).pipe(Claude.withDeadline("5 seconds"), Effect.either), played)
      assert.isTrue(Either.isLeft(result) && result.left._tag === "RateLimited")
    })
  )

  it.effect("withDeadline ends what runs, as TimedOut total", () =>
    Effect.gen(function* () {
      const played = script({ after: "1 minute", body: [] })
      const fiber = yield* Effect.fork(
        Effect.flip(run(Claude.create(request).pipe(Claude.withDeadline("5 seconds")), played))
      )
      yield* TestClock.adjust("5 seconds")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag, "TimedOut")
      if (error._tag === "TimedOut") assert.strictEqual(error.limit, "total")
      assert.strictEqual(played.open(), 0)
    })
  )

  it.effect("jitter is full and bounded: 500 ms doubling to 30 s, from 1 s after 429 and 529", () =>
    Effect.gen(function* () {
      const played = script(...Array.from({ length: 12 }, () => reset()), ok("there"))
      yield* outcome(Claude.create(request), played, { retry: RetryPolicy.attempts(13) })
      const bounds = waits(played).map((_, n) => Math.min(30_000, 500 * 2 ** n))
      for (const [index, wait] of waits(played).entries()) assert.isAtMost(wait, bounds[index] ?? 0)
      assert.isAbove(new Set(waits(played)).size, 6)
    })
  )
})

describe("precedence", () => {
  it.effect("context of the call > option of the layer > context where the layer was built > default", () =>
    Effect.gen(function* () {
      const attempts = (
        options: Claude.Options,
        built: RetryPolicy.RetryPolicy | undefined,
        call: RetryPolicy.RetryPolicy | undefined
      ) => {
        const played = script(...Array.from({ length: 9 }, () => reset()))
        const layer = Claude.layerTransport({ apiKey: secret, ...options }).pipe(Layer.provide(played.layer))
        const client =
          built === undefined ? layer : Layer.provide(layer, Layer.succeed(RetryPolicy.CurrentRetryPolicy, built))
        const program =
          call === undefined ? Claude.create(request) : Claude.create(request).pipe(Claude.withOptions({ retry: call }))
        return Effect.gen(function* () {
          const fiber = yield* Effect.fork(Effect.either(Effect.provide(program, client)))
          yield* TestClock.adjust("1 hour")
          yield* Fiber.join(fiber)
          return played.received.length
        })
      }
      assert.strictEqual(yield* attempts({}, undefined, undefined), 5)
      assert.strictEqual(yield* attempts({}, RetryPolicy.attempts(2), undefined), 2)
      assert.strictEqual(yield* attempts({ retry: RetryPolicy.attempts(3) }, RetryPolicy.attempts(2), undefined), 3)
      assert.strictEqual(
        yield* attempts({ retry: RetryPolicy.attempts(3) }, RetryPolicy.attempts(2), RetryPolicy.attempts(4)),
        4
      )
    })
  )
})

describe("the account of a call", () => {
  it.effect("events tell what happened, in order", () =>
    Effect.gen(function* () {
      const seen: Array<ClaudeEvent.ClaudeEvent> = []
      const played = script(reset(), refusal(429, "rate_limit_error", { "retry-after": "1" }), ok("there"))
      const program = Effect.scoped(
        Effect.zipRight(
          ClaudeEvent.listen((event) => seen.push(event)),
          Claude.create(request)
        )
      )
      yield* outcome(program, played).pipe(Effect.provide(ClaudeEvent.layerHub))
      assert.deepStrictEqual(
        seen.map((event) => event._tag),
        [
          "CallStarted",
          "AttemptStarted",
          "AttemptFailed",
          "RetryScheduled",
          "AttemptStarted",
          "HeadersReceived",
          "AttemptFailed",
          "RetryScheduled",
          "AttemptStarted",
          "HeadersReceived",
          "CallFinished"
        ]
      )
      const last = seen.at(-1)
      assert.isTrue(last?._tag === "CallFinished" && last.outcome === "success" && last.attempts === 3)
      if (last?._tag === "CallFinished") assert.deepStrictEqual([last.inputTokens, last.outputTokens], [3, 2])
    })
  )

  it.effect("withMetadata gives request id, limits and attempts of a call that succeeded", () =>
    Effect.gen(function* () {
      const played = script(
        reset(),
        ok("there", { "anthropic-ratelimit-requests-remaining": "41", "set-cookie": "session=1" })
      )
      const result = yield* outcome(Claude.withMetadata(Claude.create(request)), played)
      const [, info] = Either.getOrThrow(result)
      assert.strictEqual(info.requestId, "req_ok")
      assert.strictEqual(info.attempts, 2)
      assert.strictEqual(info.status, 200)
      assert.strictEqual(info.limits?.requests?.remaining, 41)
      assert.isUndefined(info.headers["set-cookie"])
    })
  )

  it.effect("errors name attempt, phase, request and elapsed time", () =>
    Effect.gen(function* () {
      const played = script(reset(), reset())
      const retry = Schedule.spaced("3 seconds").pipe(Schedule.intersect(Schedule.recurs(1)))
      const result = yield* outcome(Claude.create(request), played, { retry })
      const error = Either.getOrThrow(Either.flip(result))
      assert.isTrue(ClaudeError.isClaudeError(error))
      assert.strictEqual(error.attempt, 2)
      assert.strictEqual(error.phase, "headers")
      assert.strictEqual(Duration.toMillis(error.elapsed), 3000)
      assert.strictEqual(error.request.path, "/v1/messages")
      assert.strictEqual(error.request.model, request.model)
    })
  )
})
