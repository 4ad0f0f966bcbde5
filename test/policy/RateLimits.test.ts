import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream, TestClock } from "effect"
import * as RateLimits from "../../src/policy/RateLimits.js"

const headersOf = (prefix: string, kind: string, limit: number, remaining: number, reset: string) => ({
  [`${prefix}-${kind}-limit`]: `${limit}`,
  [`${prefix}-${kind}-remaining`]: `${remaining}`,
  [`${prefix}-${kind}-reset`]: reset
})

const minute = "1970-01-01T00:01:00Z"

const every = {
  "request-id": "req_1",
  ...headersOf("anthropic-ratelimit", "requests", 50, 49, minute),
  ...headersOf("anthropic-ratelimit", "tokens", 40_000, 39_000, minute),
  ...headersOf("anthropic-ratelimit", "input-tokens", 30_000, 29_000, minute),
  ...headersOf("anthropic-ratelimit", "output-tokens", 8000, 7000, minute),
  ...headersOf("anthropic-priority", "input-tokens", 10_000, 9000, minute),
  ...headersOf("anthropic-priority", "output-tokens", 2000, 1000, minute),
  ...headersOf("anthropic-fast", "input-tokens", 5000, 4000, "1970-01-01T00:00:30.250+00:00"),
  ...headersOf("anthropic-fast", "output-tokens", 500, 400, minute),
  "anthropic-ratelimit-unified-status": "allowed"
}

const limit = (limit: number, remaining: number, reset = 60_000) => ({ limit, remaining, reset })

const requestsLeft = (remaining: number) => headersOf("anthropic-ratelimit", "requests", 50, remaining, minute)

describe("limit groups", () => {
  const groups: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    [
      "opus-4",
      ["claude-opus-4-5", "claude-opus-4-5-20251101", "claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8"]
    ],
    ["opus-5", ["claude-opus-5"]],
    ["opus-5-5", ["claude-opus-5-5"]],
    ["sonnet-4", ["claude-sonnet-4-5", "claude-sonnet-4-6"]],
    ["sonnet-5", ["claude-sonnet-5"]],
    ["sonnet-5-5", ["claude-sonnet-5-5"]],
    ["fable-5", ["claude-fable-5", "claude-fable-5-1"]],
    ["mythos-5", ["claude-mythos-5", "claude-mythos-5-1"]],
    ["haiku-4-5", ["claude-haiku-4-5", "claude-haiku-4-5-20251001"]],
    ["claude-next-9", ["claude-next-9"]]
  ]
  it.each(groups)("%s is what %j draw on", (group, models) => {
    for (const model of models) assert.strictEqual(RateLimits.groupOf({ model }), group)
  })

  it("fast mode, the counting of tokens and requests without a model have limits of their own", () => {
    const model = "claude-opus-5"
    assert.strictEqual(RateLimits.groupOf({ model, speed: "fast" }), "opus-5/fast")
    assert.strictEqual(RateLimits.groupOf({ model, speed: "standard", path: "/v1/messages" }), "opus-5")
    assert.strictEqual(RateLimits.groupOf({ model, path: "/v1/messages/count_tokens" }), "opus-5/count_tokens")
    assert.strictEqual(RateLimits.groupOf({ path: "/v1/models" }), "other")
  })

  it.effect("can be overridden, for some requests alone if need be", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits.make({ groupOf: ({ model }) => (model === "mine" ? "ours" : undefined) })
      assert.strictEqual(limits.groupOf({ model: "mine" }), "ours")
      assert.strictEqual(limits.groupOf({ model: "claude-opus-4-7" }), "opus-4")
    })
  )
})

describe("what the headers say", () => {
  it.effect("is kept whole: every family, every kind, resets in epoch milliseconds", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits.make()
      yield* TestClock.adjust("5 seconds")
      yield* limits.update("opus-5", every)
      assert.deepStrictEqual(yield* limits.current("opus-5"), {
        at: 5000,
        requests: limit(50, 49),
        tokens: limit(40_000, 39_000),
        inputTokens: limit(30_000, 29_000),
        outputTokens: limit(8000, 7000),
        priority: { inputTokens: limit(10_000, 9000), outputTokens: limit(2000, 1000) },
        fast: { inputTokens: limit(5000, 4000, 30_250), outputTokens: limit(500, 400) },
        other: { "anthropic-ratelimit-unified-status": "allowed" }
      })
    })
  )

  it.effect("counts in fast mode as the limits of fast mode", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits.make()
      const fast = yield* limits.update("opus-5/fast", every)
      assert.deepStrictEqual(fast?.inputTokens, limit(5000, 4000, 30_250))
      assert.deepStrictEqual(fast?.outputTokens, limit(500, 400))
      assert.deepStrictEqual(fast?.requests, limit(50, 49))
      assert.deepStrictEqual(RateLimits.limitsOf("opus-5/fast", every)?.inputTokens, limit(5000, 4000, 30_250))
      assert.deepStrictEqual(RateLimits.limitsOf("opus-5", every)?.inputTokens, limit(30_000, 29_000))
      assert.isUndefined(RateLimits.limitsOf("opus-5", { server: "nginx" }))
    })
  )

  it.effect("is kept by group, and what a response does not tell stays as it was", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits.make()
      yield* limits.update("a", every)
      yield* limits.update("a", { "request-id": "req_2" })
      yield* limits.update("a", requestsLeft(3))
      yield* limits.update("b", requestsLeft(7))
      const a = yield* limits.current("a")
      assert.deepStrictEqual(a?.requests, limit(50, 3))
      assert.deepStrictEqual(a?.inputTokens, limit(30_000, 29_000))
      assert.deepStrictEqual((yield* limits.current("b"))?.requests, limit(50, 7))
      assert.deepStrictEqual([...(yield* limits.all).keys()], ["a", "b"])
      assert.isUndefined(yield* limits.current("c"))
    })
  )

  it.effect("is nothing where a proxy answers, or a reset is no date", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits.make()
      assert.isUndefined(yield* limits.update("a", { server: "nginx", "retry-after": "7" }))
      const odd = yield* limits.update("a", { ...requestsLeft(1), "anthropic-ratelimit-requests-reset": "2026" })
      assert.deepStrictEqual(odd?.requests, { limit: 50, remaining: 1 })
    })
  )
})

describe("changes", () => {
  it.effect("are told once each, with what was before, and not where nothing changed", () =>
    Effect.gen(function* () {
      const limits = yield* RateLimits.make()
      const fiber = yield* Effect.fork(Stream.runCollect(Stream.take(limits.changes, 3)))
      yield* TestClock.adjust("1 second")
      for (const left of [9, 9, 8]) yield* limits.update("a", requestsLeft(left))
      yield* limits.update("b", requestsLeft(8))
      const changes = [...(yield* Fiber.join(fiber))]
      assert.deepStrictEqual(
        changes.map(({ group, limits: { requests }, previous }) => [
          group,
          previous?.requests?.remaining,
          requests?.remaining
        ]),
        [
          ["a", undefined, 9],
          ["a", 9, 8],
          ["b", undefined, 8]
        ]
      )
    })
  )
})

describe("the account of the context", () => {
  it.effect("is none by default: nothing is known, nothing changes", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* RateLimits.CurrentRateLimits)
      assert.isUndefined(yield* RateLimits.current("claude-opus-5"))
      assert.strictEqual(yield* Stream.runCount(RateLimits.changes), 0)
    })
  )

  it.effect("answers for a model with the limits of its group", () =>
    Effect.gen(function* () {
      const account = yield* RateLimits.CurrentRateLimits
      const fiber = yield* Effect.fork(Stream.runHead(RateLimits.changes))
      yield* TestClock.adjust("1 second")
      yield* account?.update("opus-4", requestsLeft(5)) ?? Effect.die("no account")
      assert.strictEqual((yield* RateLimits.current("claude-opus-4-7"))?.requests?.remaining, 5)
      assert.isUndefined(yield* RateLimits.current("claude-opus-5"))
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Some")
    }).pipe(Effect.provide(RateLimits.layer()))
  )
})
