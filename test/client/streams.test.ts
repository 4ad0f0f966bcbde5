import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Either, Fiber, Layer, Stream, TestClock } from "effect"
import { Claude, ClaudeEvent, MessageStream, RetryPolicy } from "effect-claude"
import { request, secret } from "../support/fixtures.js"
import {
  events,
  type Piece,
  refusal,
  reset,
  script,
  type Script,
  streamed,
  wholeStream
} from "../support/scriptedTransport.js"

const provided = (played: Script, options: Claude.Options = {}) =>
  Claude.layerTransport({ apiKey: secret, ...options }).pipe(Layer.provide(played.layer))

const types = Stream.runCollect(Claude.stream(request)).pipe(
  Effect.map((chunk) => Chunk.toReadonlyArray(chunk).map((event) => event.type))
)

const text = Stream.mkString(MessageStream.text(Claude.stream(request)))

const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(effect))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

/** What a stream gave before it ended, and how it ended. */
const account = (played: Script, options?: Claude.Options) =>
  Effect.gen(function* () {
    const seen: Array<string> = []
    const result = yield* inTime(
      Stream.runForEach(Claude.stream(request), (event) => Effect.sync(() => seen.push(event.type))).pipe(
        Effect.provide(provided(played, options))
      )
    )
    return { seen, failure: Either.isLeft(result) ? result.left : undefined }
  })

describe("a stream that comes whole", () => {
  it.effect("gives the events of the message, and keeps pings to itself", () =>
    Effect.gen(function* () {
      const played = script(
        streamed(
          events.start,
          events.ping,
          events.block,
          events.text("Hel"),
          events.ping,
          events.text("lo"),
          events.blockStop,
          events.delta,
          events.stop
        )
      )
      assert.deepStrictEqual(yield* Effect.provide(types, provided(played)), [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop"
      ])
      assert.strictEqual(played.open(), 0)
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(played.received[0]?.request.body)), {
        ...request,
        stream: true
      })
    })
  )

  it.effect("asks anew on each run", () =>
    Effect.gen(function* () {
      const played = script(wholeStream("one"), wholeStream("two"))
      const both = yield* Effect.provide(Effect.zip(text, text), provided(played))
      assert.deepStrictEqual(both, ["one", "two"])
    })
  )

  it.effect("is whole without message_stop once the stop reason came, and says so", () =>
    Effect.gen(function* () {
      const warnings: Array<string> = []
      const played = script(streamed(events.start, events.block, events.text("Hi"), events.blockStop, events.delta))
      const result = yield* Effect.scoped(
        Effect.zipRight(
          ClaudeEvent.listen((event) => event._tag === "Warning" && warnings.push(event.kind)),
          text
        )
      ).pipe(Effect.provide(provided(played)), Effect.provide(ClaudeEvent.layerHub))
      assert.strictEqual(result, "Hi")
      assert.deepStrictEqual(warnings, ["missing-message-stop"])
    })
  )

  it.effect("drains the body after message_stop, so that the connection can be used again, for 100 ms at most", () =>
    Effect.gen(function* () {
      const played = script(
        streamed(events.start, events.block, events.blockStop, events.delta, events.stop, "silence")
      )
      const fiber = yield* Effect.fork(Effect.provide(types, provided(played)))
      yield* TestClock.adjust("99 millis")
      assert.strictEqual(played.open(), 1)
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(fiber)
      assert.strictEqual(played.open(), 0)
    })
  )

  it.effect("tells the stop reason and the usage when it ends", () =>
    Effect.gen(function* () {
      const finished: Array<ClaudeEvent.CallFinished> = []
      yield* Effect.scoped(
        Effect.zipRight(
          ClaudeEvent.listen((event) => event._tag === "CallFinished" && finished.push(event)),
          types
        )
      ).pipe(Effect.provide(provided(script(wholeStream("Hi")))), Effect.provide(ClaudeEvent.layerHub))
      const [end] = finished
      assert.deepStrictEqual(
        [end?.outcome, end?.stopReason, end?.inputTokens, end?.outputTokens],
        ["success", "end_turn", 3, 5]
      )
    })
  )
})

describe("before the first content", () => {
  const rows: ReadonlyArray<readonly [string, ReadonlyArray<Piece>]> = [
    ["a reset before any byte", [{ fault: reset({ phase: "body" }) }]],
    ["a clean end before any byte", []],
    ["a reset after message_start", [events.start, { fault: reset({ phase: "body" }) }]],
    ["a clean end after message_start", [events.start]],
    ["an overloaded_error after message_start", [events.start, events.error("overloaded_error")]],
    ["an overloaded_error in the chunk of message_start", [events.start + events.error("overloaded_error")]]
  ]
  it.effect.each(rows)("%s is retried, and nothing of the failed attempt is seen", ([, body]) =>
    Effect.gen(function* () {
      const played = script(streamed(...body), wholeStream("whole"))
      const { failure, seen } = yield* account(played)
      assert.isUndefined(failure)
      assert.deepStrictEqual(
        seen.filter((type) => type === "message_start"),
        ["message_start"]
      )
      assert.strictEqual(played.received.length, 2)
      assert.strictEqual(played.open(), 0)
    })
  )

  it.effect("an error status is retried like any call's", () =>
    Effect.gen(function* () {
      const played = script(refusal(529, "overloaded_error"), wholeStream("whole"))
      const result = yield* inTime(Effect.provide(text, provided(played)))
      assert.deepStrictEqual(result, Either.right("whole"))
    })
  )
})

describe("after the first content", () => {
  const begun = [events.start, events.block, events.text("Hel")]
  const rows: ReadonlyArray<readonly [string, ReadonlyArray<Piece>, string]> = [
    ["a reset", [{ fault: reset({ phase: "body", bytesReceived: 9 }) }], "ConnectionReset"],
    ["a clean end without message_stop", [], "StreamTruncated"],
    ["an overloaded_error", [events.error("overloaded_error")], "Overloaded"],
    ["a rate_limit_error", [events.error("rate_limit_error")], "RateLimited"],
    ["an api_error", [events.error("api_error")], "ServerError"],
    ["an error of a type nobody knows", [events.error("brand_new_error")], "ServerError"],
    ["an event that is not JSON", ['event: content_block_delta\ndata: {"type":\n\n'], "UnexpectedResponse"],
    ["silence", ["silence"], "TimedOut"]
  ]
  it.effect.each(rows)("%s fails the stream, typed, without another attempt", ([, tail, tag]) =>
    Effect.gen(function* () {
      const played = script(streamed(...begun, ...tail))
      const { failure, seen } = yield* account(played)
      assert.strictEqual(failure?._tag, tag)
      assert.strictEqual(failure?.phase, "body")
      assert.strictEqual(failure?.mayHaveRun, true)
      assert.strictEqual(failure?.requestId, "req_stream")
      assert.deepStrictEqual(seen, ["message_start", "content_block_start", "content_block_delta"])
      assert.strictEqual(played.received.length, 1)
      assert.strictEqual(played.open(), 0)
    })
  )

  it.effect("events that came in the same chunk as what broke the stream are delivered first", () =>
    Effect.gen(function* () {
      const played = script(streamed(events.start + events.block + events.text("a") + events.error("api_error")))
      const { failure, seen } = yield* account(played)
      assert.strictEqual(failure?._tag, "ServerError")
      assert.strictEqual(seen.length, 3)
    })
  )

  it.effect("a page where events were asked for is an UnexpectedResponse", () =>
    Effect.gen(function* () {
      const played = script({ headers: { "content-type": "text/html" }, body: ["<html>hello</html>"] })
      const { failure } = yield* account(played)
      assert.strictEqual(failure?._tag, "UnexpectedResponse")
    })
  )
})

describe("watchdogs", () => {
  const paused = (...pieces: ReadonlyArray<Piece>) =>
    script(streamed(events.start, events.block, ...pieces, events.blockStop, events.delta, events.stop))
  const limitOf = (played: Script, options?: Claude.Options) =>
    Effect.map(account(played, options), ({ failure }) =>
      failure?._tag === "TimedOut" ? failure.limit : failure?._tag
    )

  it.effect("idle: 180 s without a byte", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* limitOf(paused({ after: "181 seconds", bytes: events.ping })), "idle")
      assert.isUndefined(yield* limitOf(paused({ after: "179 seconds", bytes: events.ping })))
    })
  )

  it.effect("idle ends exactly when it says", () =>
    Effect.gen(function* () {
      const played = paused("silence")
      const fiber = yield* Effect.fork(Effect.either(Effect.provide(types, provided(played))))
      yield* TestClock.adjust("179 seconds")
      assert.strictEqual(played.open(), 1)
      yield* TestClock.adjust("1 seconds")
      const result = yield* Fiber.join(fiber)
      assert.isTrue(Either.isLeft(result) && result.left._tag === "TimedOut")
    })
  )

  it.effect("stalled: 300 s with pings alone", () =>
    Effect.gen(function* () {
      const pings = Array.from({ length: 12 }, () => ({ after: "30 seconds" as const, bytes: events.ping }))
      assert.strictEqual(yield* limitOf(paused(...pings)), "stalled")
      assert.isUndefined(yield* limitOf(paused(...pings.slice(0, 9), events.text("still there"))))
    })
  )

  it.effect("a slow but living stream is left alone", () =>
    Effect.gen(function* () {
      const slow = Array.from({ length: 40 }, () => ({ after: "90 seconds" as const, bytes: events.text("x") }))
      const played = paused(...slow)
      const fiber = yield* Effect.fork(Effect.either(Effect.provide(types, provided(played))))
      yield* TestClock.adjust("2 hours")
      assert.isTrue(Either.isRight(yield* Fiber.join(fiber)))
    })
  )

  it.effect("stand still while the consumer is not reading", () =>
    Effect.gen(function* () {
      const played = paused(events.text("a"), events.text("b"))
      const slowly = Claude.stream(request).pipe(Stream.runForEach(() => Effect.sleep("10 minutes")))
      const fiber = yield* Effect.fork(Effect.either(Effect.provide(slowly, provided(played))))
      yield* TestClock.adjust("3 hours")
      assert.isTrue(Either.isRight(yield* Fiber.join(fiber)))
    })
  )

  it.effect("can be set, and switched off with Infinity", () =>
    Effect.gen(function* () {
      const pause = { after: "20 minutes", bytes: events.text("late") } as const
      assert.strictEqual(yield* limitOf(paused(pause), { timeouts: { idle: "1 seconds" } }), "idle")
      assert.isUndefined(yield* limitOf(paused(pause), { timeouts: { idle: Infinity, stalled: Infinity } }))
    })
  )

  it.effect("total is wall time, body and all", () =>
    Effect.gen(function* () {
      const slow = Array.from({ length: 40 }, () => ({ after: "1 seconds" as const, bytes: events.text("x") }))
      assert.strictEqual(yield* limitOf(paused(...slow), { timeouts: { total: "10 seconds" } }), "total")
    })
  )

  it.effect("headers get more time for a larger request: a second for every 32 KB", () =>
    Effect.gen(function* () {
      const large = { ...request, messages: [{ role: "user" as const, content: "x".repeat(32_768 * 10) }] }
      const tries = (after: `${number} seconds`) => {
        const played = script({ ...wholeStream("there"), after })
        return inTime(
          Effect.provide(Stream.runDrain(Claude.stream(large)), provided(played, { retry: RetryPolicy.never }))
        )
      }
      assert.isTrue(Either.isRight(yield* tries("190 seconds")))
      assert.isTrue(Either.isLeft(yield* tries("195 seconds")))
    })
  )
})

describe("options and account of a stream", () => {
  it.effect("withOptions reaches the call, and keeps the stream a stream", () =>
    Effect.gen(function* () {
      const played = script(streamed(events.start))
      const stream = Claude.stream(request).pipe(
        Claude.withOptions({ retry: RetryPolicy.never, headers: { "x-team": "blue" }, betas: ["one", "two"] }),
        Claude.withOptions({ betas: ["zero"] })
      )
      const result = yield* Effect.either(Effect.provide(Stream.runDrain(stream), provided(played)))
      assert.isTrue(Either.isLeft(result) && result.left._tag === "StreamTruncated")
      assert.strictEqual(played.received[0]?.request.headers["x-team"], "blue")
      assert.strictEqual(played.received[0]?.request.headers["anthropic-beta"], "zero,one,two")
    })
  )

  it.effect("withMetadataStream knows the request id from the headers on", () =>
    Effect.gen(function* () {
      const played = script(reset(), wholeStream("a", "b"))
      const [stream, info] = yield* Claude.withMetadataStream(Claude.stream(request))
      const during = yield* inTime(
        Effect.provide(Stream.runHead(Stream.mapEffect(stream, () => info)), provided(played))
      )
      assert.strictEqual(Either.getOrThrow(during)._tag, "Some")
      const { attempts, requestId } = yield* info
      assert.deepStrictEqual([attempts, requestId], [2, "req_stream"])
    })
  )

  it.effect("a stream that is left early closes its body", () =>
    Effect.gen(function* () {
      const played = script(streamed(events.start, events.block, "silence"))
      yield* Effect.provide(Stream.runDrain(Stream.take(Claude.stream(request), 1)), provided(played))
      assert.strictEqual(played.open(), 0)
    })
  )

  it.effect("an interrupted stream closes its body at once", () =>
    Effect.gen(function* () {
      const played = script(streamed(events.start, events.block, "silence"))
      const fiber = yield* Effect.fork(Effect.provide(types, provided(played)))
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(played.open(), 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(played.open(), 0)
    })
  )
})
