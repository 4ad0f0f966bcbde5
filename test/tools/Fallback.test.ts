import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Fiber, Layer, Redacted, Stream, TestClock } from "effect"
import {
  Admission,
  CircuitBreaker,
  Claude,
  type ClaudeError,
  Fallback,
  type Message,
  MessageStream,
  RetryPolicy
} from "effect-claude"
import { request, secret } from "../support/fixtures.js"
import {
  events,
  ok,
  refusal,
  reset,
  script,
  type Script,
  sse,
  streamed,
  wholeStream
} from "../support/scriptedTransport.js"

const over = (played: Script, steps: ReadonlyArray<Fallback.Step>, options?: Fallback.Options) =>
  Fallback.layer(steps, options).pipe(
    Layer.provide(Claude.layerTransport({ apiKey: secret, retry: RetryPolicy.never })),
    Layer.provide(played.layer)
  )

const models = (played: Script) =>
  played.received.map(({ request }) => JSON.parse(new TextDecoder().decode(request.body)).model)

const sonnet = { model: "claude-sonnet-5-5" }
const haiku = { model: "claude-haiku-5-5" }

const text = Stream.mkString(MessageStream.text(Claude.stream(request)))

const refused = {
  ...ok(""),
  body: [JSON.stringify({ ...JSON.parse(String(ok("").body[0])), content: [], stop_reason: "refusal" })]
}

describe("a fallback", () => {
  it.effect("asks the next model after an overload, and so on, and tells the last failure", () =>
    Effect.gen(function* () {
      const served = script(refusal(529, "overloaded_error"), reset(), ok("there"))
      yield* Effect.provide(Claude.create(request), over(served, [sonnet, haiku]))
      assert.deepStrictEqual(models(served), ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"])
      const down = script(refusal(529, "overloaded_error"), refusal(500, "api_error"))
      const failed = yield* Effect.either(Effect.provide(Claude.create(request), over(down, [sonnet])))
      assert.isTrue(Either.isLeft(failed) && failed.left._tag === "ServerError")
    })
  )

  it.effect("is not for what another model would answer the same way", () =>
    Effect.gen(function* () {
      for (const step of [refusal(400, "invalid_request_error"), refusal(401, "authentication_error")]) {
        const played = script(step)
        yield* Effect.either(Effect.provide(Claude.create(request), over(played, [sonnet])))
        assert.strictEqual(played.received.length, 1)
      }
    })
  )

  it.effect("asks again after a refusal only where that was asked for", () =>
    Effect.gen(function* () {
      const kept = script(refused)
      const message = yield* Effect.provide(Claude.create(request), over(kept, [sonnet]))
      assert.strictEqual(message.stop_reason, "refusal")
      const again = script(refused, ok("there"))
      yield* Effect.provide(Claude.create(request), over(again, [sonnet], { onRefusal: true }))
      assert.strictEqual(again.received.length, 2)
    })
  )

  it.effect("of a stream takes place before its first content, and never behind it", () =>
    Effect.gen(function* () {
      const early = script(streamed(events.start, { fault: reset({ phase: "body" }) }), wholeStream("from sonnet"))
      assert.strictEqual(yield* Effect.provide(text, over(early, [sonnet])), "from sonnet")
      assert.strictEqual(early.open(), 0)
      const late = script(streamed(events.start, events.block, events.text("Hel"), { fault: reset({ phase: "body" }) }))
      const failed = yield* Effect.either(Effect.provide(text, over(late, [sonnet])))
      assert.isTrue(Either.isLeft(failed) && failed.left._tag === "ConnectionReset")
      assert.strictEqual(late.received.length, 1)
      assert.strictEqual(late.open(), 0)
    })
  )

  it.effect("of a stream that refuses before a word goes on where that was asked for", () =>
    Effect.gen(function* () {
      const delta = sse({ type: "message_delta", delta: { stop_reason: "refusal" }, usage: { output_tokens: 1 } })
      const played = script(streamed(events.start, delta, events.stop), wholeStream("from sonnet"))
      assert.strictEqual(yield* Effect.provide(text, over(played, [sonnet], { onRefusal: true })), "from sonnet")
    })
  )

  it.effect("goes on after the errors that were chosen, and after no others", () =>
    Effect.gen(function* () {
      const when = (error: ClaudeError.ClaudeError) => error._tag === "RateLimited"
      const limited = script(refusal(429, "rate_limit_error"), ok("there"))
      yield* Effect.provide(Claude.create(request), over(limited, [sonnet], { when }))
      assert.deepStrictEqual(models(limited), ["claude-opus-5-5", "claude-sonnet-5-5"])
      const down = script(refusal(529, "overloaded_error"))
      yield* Effect.flip(Effect.provide(Claude.create(request), over(down, [sonnet], { when })))
      assert.strictEqual(down.received.length, 1)
    })
  )

  it.effect("keeps the breaker of its steps from call to call: what is open is passed over unasked", () =>
    Effect.gen(function* () {
      const calls = 7
      const steps = Array.from({ length: calls }, (_, call) =>
        call < 5 ? [refusal(529, "overloaded_error"), ok("there")] : [ok("there")]
      )
      const played = script(...steps.flat())
      const guarded = over(played, [sonnet]).pipe(Layer.provide(CircuitBreaker.layer()))
      yield* Effect.provide(Effect.replicateEffect(Claude.create(request), calls), guarded)
      assert.deepStrictEqual(models(played).slice(8), [
        "claude-opus-5-5",
        "claude-sonnet-5-5",
        "claude-sonnet-5-5",
        "claude-sonnet-5-5"
      ])
    })
  )

  it.effect("does not wait for long in the queue of what is down, where its steps may be asked instead", () =>
    Effect.gen(function* () {
      const broken = Array.from({ length: 5 }, () => [refusal(529, "overloaded_error"), ok("there")])
      const played = script(...broken.flat(), ok("at last"))
      const when = (error: ClaudeError.ClaudeError) => Fallback.isWorthAnother(error) || error._tag === "QueueFull"
      const guarded = over(played, [sonnet], { when }).pipe(
        Layer.provide(CircuitBreaker.layer()),
        Layer.provide(Admission.layer({ maxWait: "2 seconds" }))
      )
      const program = Effect.zipRight(
        Effect.replicateEffect(Claude.create(request), 5),
        Effect.timed(Claude.create(request))
      )
      const fiber = yield* Effect.fork(Effect.provide(program, guarded))
      yield* TestClock.adjust("1 minute")
      const [elapsed] = yield* Fiber.join(fiber)
      assert.strictEqual(Duration.toMillis(elapsed), 2000)
      assert.strictEqual(models(played).at(-1), "claude-sonnet-5-5")
    })
  )

  it.effect("may have a key, a client and a request of its own", () =>
    Effect.gen(function* () {
      const first = script(refusal(529, "overloaded_error"), refusal(529, "overloaded_error"))
      const other = script(ok("from the other region"))
      const region = yield* Effect.provide(
        Claude.makeTransport({ apiKey: Redacted.make("other"), baseUrl: "https://other.example" }),
        other.layer
      )
      const steps: ReadonlyArray<Fallback.Step> = [
        { options: { apiKey: Redacted.make("second") }, request: (asked) => ({ ...asked, max_tokens: 32 }) },
        { claude: region }
      ]
      yield* Effect.provide(Claude.create(request), over(first, steps))
      assert.strictEqual(first.received[1]?.request.headers["authorization"], "Bearer second")
      assert.strictEqual(JSON.parse(new TextDecoder().decode(first.received[1]?.request.body)).max_tokens, 32)
      assert.strictEqual(other.received[0]?.request.url, "https://other.example/v1/messages")
    })
  )
})

describe("fallbacks of the API's own", () => {
  const sent = (played: Script) => JSON.parse(new TextDecoder().decode(played.received.at(-1)?.request.body))
  const client = (played: Script) =>
    Claude.layerTransport({ apiKey: secret, retry: RetryPolicy.never }).pipe(Layer.provide(played.layer))

  it.effect("are fields of a request", () =>
    Effect.gen(function* () {
      const played = script(ok("there"))
      const fallbacks = [{ model: "claude-opus-5", max_tokens: 64, thinking: null }]
      yield* Claude.create({ ...request, fallbacks }).pipe(
        Claude.withOptions({ betas: ["server-side-fallback-2026-07-01"] }),
        Effect.provide(client(played))
      )
      assert.deepStrictEqual(sent(played).fallbacks, fallbacks)
      assert.strictEqual(played.received[0]?.request.headers["anthropic-beta"], "server-side-fallback-2026-07-01")
      const wrong = Claude.create({ ...request, fallbacks: [{ model: "claude-opus-5", max_tokens: "64" }] } as never)
      assert.strictEqual((yield* Effect.flip(Effect.provide(wrong, client(played))))._tag, "InvalidRequest")
    })
  )

  it.effect("or of the next one, with the credit that a refusal gave", () =>
    Effect.gen(function* () {
      const details = { type: "refusal", category: null, fallback_credit_token: "credit" }
      const plain = JSON.parse(String(refused.body[0]))
      const played = script({ ...refused, body: [JSON.stringify({ ...plain, stop_details: details })] }, ok("there"))
      const creditOf = ({ stop_details }: Message.Message) =>
        stop_details?.type === "refusal" && "fallback_credit_token" in stop_details
          ? stop_details.fallback_credit_token
          : undefined
      yield* Effect.gen(function* () {
        const token = creditOf(yield* Claude.create(request)) ?? ""
        yield* Claude.create({ ...request, ...sonnet, fallback_credit_token: { token, mode: "best_effort" } })
      }).pipe(Effect.provide(client(played)))
      assert.deepStrictEqual(sent(played).fallback_credit_token, { token: "credit", mode: "best_effort" })
    })
  )
})
