import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Redacted, Stream } from "effect"
import { Claude, Fallback, MessageStream, RetryPolicy } from "effect-claude"
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
