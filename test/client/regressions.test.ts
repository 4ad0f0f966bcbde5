import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Fiber, Layer, Option, Redacted, Ref, Schema, Stream, TestClock } from "effect"
import { Claude, ClaudeEvent, MessageStream, RetryPolicy } from "effect-claude"
import { request, secret } from "../support/fixtures.js"
import { events, ok, reset, script, type Script, sse, streamed, wholeStream } from "../support/scriptedTransport.js"

const over = (played: Script, options: Claude.Options = {}) =>
  Claude.layerTransport({ apiKey: secret, retry: RetryPolicy.never, ...options }).pipe(Layer.provide(played.layer))

const text = Stream.mkString(MessageStream.text(Claude.stream(request)))

describe("what an untyped caller may give", () => {
  it.effect("a model that is no text is an InvalidRequest, not a defect", () =>
    Effect.gen(function* () {
      for (const model of [5, null, { id: "x" }]) {
        const wrong = Object.assign({}, request, { model })
        const programs = [Claude.create(wrong), Claude.countTokens(wrong), Stream.runDrain(Claude.stream(wrong))]
        for (const program of programs) {
          const error = yield* Effect.provide(Effect.flip(program), over(script()))
          assert.isTrue(error._tag === "InvalidRequest" && error.issues[0]?.path[0] === "model")
        }
      }
    })
  )

  it.effect("a body without JSON is refused, and an id that cannot be encoded too", () =>
    Effect.gen(function* () {
      const body = Claude.execute({ method: "POST", path: "/v1/x", body: () => 1, response: Schema.Unknown })
      assert.strictEqual((yield* Effect.provide(Effect.flip(body), over(script())))._tag, "InvalidRequest")
      const model = Claude.models.get("a\ud800")
      assert.strictEqual((yield* Effect.provide(Effect.flip(model), over(script())))._tag, "InvalidRequest")
    })
  )

  it.effect("a path that has a query takes another one", () =>
    Effect.gen(function* () {
      const played = script(ok("there"))
      const program = Claude.execute({ method: "GET", path: "/v1/x?a=1", query: { b: 2 }, response: Schema.Unknown })
      yield* Effect.provide(program, over(played))
      assert.strictEqual(played.received[0]?.request.url, "https://api.anthropic.com/v1/x?a=1&b=2")
    })
  )
})

describe("the refusal of long unary calls", () => {
  const long = { ...request, max_tokens: 64_000 }
  it.effect("is lifted by a timeout of the call's own, and by validation: shape", () =>
    Effect.gen(function* () {
      const own = Claude.create(long).pipe(Claude.withOptions({ timeouts: { headers: "30 minutes" } }))
      yield* Effect.provide(own, over(script(ok("there"))))
      yield* Effect.provide(Claude.create(long), over(script(ok("there")), { validation: "shape" }))
      const error = yield* Effect.provide(Effect.flip(Claude.create(long)), over(script()))
      assert.strictEqual(error._tag, "InvalidRequest")
    })
  )
})

describe("a whole answer", () => {
  it.effect("is whole whatever comes behind message_stop, in the same chunk or not", () =>
    Effect.gen(function* () {
      const whole = [events.start, events.block, events.text("Hi"), events.blockStop, events.delta, events.stop]
      for (const tail of ["data: [DONE]\n\n", events.error("overloaded_error"), sse({ type: "message_delta" })]) {
        assert.strictEqual(yield* Effect.provide(text, over(script(streamed(whole.join("") + tail)))), "Hi")
        assert.strictEqual(yield* Effect.provide(text, over(script(streamed(...whole, tail)))), "Hi")
      }
    })
  )

  it.effect("is a stream whatever the case of its content type", () =>
    Effect.gen(function* () {
      const played = script({ ...wholeStream("Hi"), headers: { "content-type": "Text/Event-Stream; charset=utf-8" } })
      assert.strictEqual(yield* Effect.provide(text, over(played)), "Hi")
    })
  )
})

describe("an error of the API under a 2xx", () => {
  const overloaded = JSON.stringify({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } })
  it.effect("is that error, for a message and for a stream", () =>
    Effect.gen(function* () {
      for (const program of [Effect.asVoid(Claude.create(request)), Effect.asVoid(text)]) {
        const error = yield* Effect.provide(Effect.flip(program), over(script({ body: [overloaded] })))
        assert.strictEqual(error._tag, "Overloaded")
      }
    })
  )

  it.effect("a page that breaks off is the fault that broke it", () =>
    Effect.gen(function* () {
      const page = { headers: { "content-type": "text/html" }, body: ["<html>", { fault: reset({ phase: "body" }) }] }
      const error = yield* Effect.provide(Effect.flip(text), over(script(page)))
      assert.strictEqual(error._tag, "ConnectionReset")
    })
  )
})

describe("withOptions", () => {
  it.effect("leaves values that are Effects what they are", () =>
    Effect.gen(function* () {
      const scoped = Claude.withOptions({ betas: ["x"] })
      assert.strictEqual(yield* scoped(Option.some(1)), 1)
      assert.strictEqual(yield* scoped(Either.right(2)), 2)
      assert.strictEqual(yield* scoped(yield* Ref.make(3)), 3)
      assert.strictEqual(yield* Claude.withDeadline(Option.some(4), "1 second"), 4)
    })
  )

  it.effect("an undefined timeout leaves the outer one", () =>
    Effect.gen(function* () {
      const played = script({ ...ok("late"), after: "8 seconds" })
      const program = Claude.create(request).pipe(
        Claude.withOptions({ timeouts: { headers: undefined } }),
        Claude.withOptions({ timeouts: { headers: "7 seconds" } })
      )
      const fiber = yield* Effect.fork(Effect.flip(Effect.provide(program, over(played))))
      yield* TestClock.adjust("7 seconds")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "TimedOut")
    })
  )

  it.effect("a key of the call goes before any credential of its client", () =>
    Effect.gen(function* () {
      const played = script(ok("there"))
      const options = { headers: { "X-Api-Key": "of-the-client", authorization: "Bearer of-the-client" } }
      yield* Effect.provide(
        Claude.create(request).pipe(Claude.withOptions({ apiKey: Redacted.make("of-the-call") })),
        over(played, options)
      )
      assert.strictEqual(played.received[0]?.request.headers["authorization"], "Bearer of-the-call")
      assert.isUndefined(played.received[0]?.request.headers["x-api-key"])
    })
  )

  it.effect("a blank key is none", () =>
    Effect.gen(function* () {
      const error = yield* Effect.provide(
        Effect.flip(Claude.create(request)),
        over(script(), { apiKey: Redacted.make(" ") })
      )
      assert.strictEqual(error._tag, "AuthenticationFailed")
    })
  )
})

describe("who watches", () => {
  it.effect("a listener that throws fails no call, and is told nothing more", () =>
    Effect.gen(function* () {
      let told = 0
      const program = Effect.scoped(
        Effect.zipRight(
          ClaudeEvent.listen(() => {
            told++
            throw new Error("a listener's own")
          }),
          Claude.create(request)
        )
      )
      yield* Effect.provide(program, over(script(ok("there")))).pipe(Effect.provide(ClaudeEvent.layerHub))
      assert.strictEqual(told, 1)
    })
  )

  it.effect("hears a client that was built with its hub, and the hub of a call's context goes before it", () =>
    Effect.gen(function* () {
      const [built, called] = [ClaudeEvent.unsafeMakeHub(), ClaudeEvent.unsafeMakeHub()]
      const heard: Array<string> = []
      built.unsafeListen(() => heard.push("built"))
      called.unsafeListen(() => heard.push("called"))
      const client = Layer.provide(over(script(ok("one"), ok("two"))), Layer.succeed(ClaudeEvent.CurrentHub, built))
      const program = Effect.gen(function* () {
        yield* Claude.create(request)
        heard.push("|")
        yield* Effect.provideService(Claude.create(request), ClaudeEvent.CurrentHub, called)
      })
      yield* Effect.provide(program, client)
      const at = heard.indexOf("|")
      assert.deepStrictEqual([...new Set(heard.slice(0, at))], ["built"])
      assert.deepStrictEqual([...new Set(heard.slice(at + 1))], ["called"])
    })
  )

  it.effect("withMetadata inside withMetadata: both know of the call", () =>
    Effect.gen(function* () {
      const program = Claude.withMetadata(Claude.withMetadata(Claude.create(request)))
      const [[, inner], outer] = yield* Effect.provide(program, over(script(ok("there"))))
      assert.strictEqual(inner.requestId, "req_ok")
      assert.strictEqual(outer.requestId, "req_ok")
    })
  )
})

describe("checkCapabilities", () => {
  it.effect("asks once for a model, however many calls ask meanwhile", () =>
    Effect.gen(function* () {
      const model = { type: "model", id: request.model, display_name: "Opus", created_at: "2026-01-01T00:00:00Z" }
      const answer = { body: [JSON.stringify(model)], after: "1 seconds" } as const
      const played = script(answer, ok("1"), ok("2"), ok("3"))
      const calls = Effect.all(
        [1, 2, 3].map(() => Claude.create(request)),
        { concurrency: "unbounded" }
      )
      const fiber = yield* Effect.fork(Effect.provide(calls, over(played, { checkCapabilities: true })))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        played.received.map(({ request }) => request.method),
        ["GET", "POST", "POST", "POST"]
      )
    })
  )
})
