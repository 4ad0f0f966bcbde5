import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, FastCheck, Fiber, Layer, Redacted, Stream, TestClock } from "effect"
import type { ClaudeError } from "effect-claude"
import { Claude, MessageStream, Resumable, RetryPolicy, Transport } from "effect-claude"
import { NodeTransport } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { Faults, TestClaude } from "effect-claude/testing"

const request = { model: "claude-opus-5-5", max_tokens: 64, messages: [{ role: "user", content: "Hello" }] } as const

const answer = TestClaude.tokens(["a", "b", "c", "d"])

/** A client under faults; the script below them answers everything. */
const under = (plan: ReadonlyArray<Faults.Fault>, options: Claude.Options & { readonly seed?: string } = {}) =>
  Claude.layerTransport({ apiKey: Redacted.make("k"), retry: RetryPolicy.never, ...options }).pipe(
    Layer.provideMerge(Faults.layer(plan, options.seed)),
    Layer.provideMerge(TestClaude.layerTransport([TestClaude.always(answer)]))
  )

const streamed = Effect.gen(function* () {
  const seen: Array<string> = []
  const exit = yield* Claude.stream(request).pipe(
    MessageStream.text,
    Stream.runForEach((token) => Effect.sync(() => seen.push(token))),
    Effect.either
  )
  return { text: seen.join(""), error: exit._tag === "Left" ? exit.left : undefined }
})

/** What came of a stream, by enough virtual time for every limit. */
const outcome = <R>(effect: Effect.Effect<{ text: string; error: ClaudeError.ClaudeError | undefined }, never, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust("20 minutes")
    const { error, text } = yield* Fiber.join(fiber)
    const limit = error?._tag === "TimedOut" ? `:${error.limit}` : ""
    return [text, error === undefined ? "ok" : `${error._tag}${limit}`, error?.phase, error?.mayHaveRun]
  })

interface Row {
  readonly fault: Faults.Fault
  readonly gives: ReadonlyArray<unknown>
  /** Whether the request reaches the other side. */
  readonly reaches: boolean
}

const row = (fault: Faults.Fault, reaches: boolean, ...gives: ReadonlyArray<unknown>): Row => ({
  fault,
  reaches,
  gives
})

const table: ReadonlyArray<Row> = [
  row(Faults.poolExhausted(), false, "", "TimedOut:pool", "queue", false),
  row(Faults.dns(), false, "", "ConnectionFailed", "connect", false),
  row(Faults.connectionRefused(), false, "", "ConnectionFailed", "connect", false),
  row(Faults.unreachable(), false, "", "ConnectionFailed", "connect", false),
  row(Faults.tls(), false, "", "ConnectionFailed", "connect", false),
  row(Faults.proxyRefused(), false, "", "ConnectionFailed", "connect", false),
  row(Faults.connectStall(), false, "", "TimedOut:connect", "connect", false),
  // every client retries it at once, on a fresh connection
  row(Faults.staleKeepAlive(), true, "abcd", "ok", undefined, undefined),
  row(Faults.resetDuringUpload(), false, "", "ConnectionReset", "send", false),
  row(Faults.resetBeforeHeaders(), true, "", "ConnectionReset", "headers", true),
  row(Faults.finBeforeHeaders(), true, "", "ConnectionReset", "headers", true),
  row(Faults.garbageHead(), true, "", "UnexpectedResponse", "headers", true),
  row(Faults.stallBeforeHeaders(), true, "", "TimedOut:headers", "headers", true),
  row(Faults.stallBeforeHeaders("1 minute"), true, "abcd", "ok", undefined, undefined),
  row(Faults.rateLimited({ retryAfter: 1 }), false, "", "RateLimited", "headers", true),
  row(Faults.overloaded(), false, "", "Overloaded", "headers", true),
  row(Faults.serverError(), false, "", "ServerError", "headers", true),
  row(Faults.html(), false, "", "UnexpectedResponse", "headers", true),
  row(Faults.apiError({ status: 403, type: "permission_error" }), false, "", "PermissionDenied", "headers", true),
  row(Faults.answer({ status: 200, body: "hm" }), false, "", "StreamTruncated", "body", true),
  row(Faults.resetAt({ event: 4 }), true, "ab", "ConnectionReset", "body", true),
  row(Faults.resetAt(0), true, "", "ConnectionReset", "body", true),
  row(Faults.finAt({ event: 4 }), true, "ab", "ConnectionReset", "body", true),
  row(Faults.endAt({ event: 5 }), true, "abc", "StreamTruncated", "body", true),
  row(Faults.malformedAt({ event: 3 }), true, "a", "UnexpectedResponse", "body", true),
  row(Faults.stallAt({ event: 3 }), true, "a", "TimedOut:idle", "body", true),
  row(Faults.stallAt({ event: 3 }, "2 minutes"), true, "abcd", "ok", undefined, undefined),
  row(Faults.errorEvent(), true, "a", "Overloaded", "body", true),
  row(Faults.malformedEvent(), true, "a", "UnexpectedResponse", "body", true),
  row(Faults.unknownEvent(), true, "abcd", "ok", undefined, undefined),
  row(Faults.sliced(5), true, "abcd", "ok", undefined, undefined),
  row(Faults.slow("10 seconds"), true, "abcd", "ok", undefined, undefined)
]

describe("each fault", () => {
  for (const [index, { fault, gives, reaches }] of table.entries()) {
    it.effect(`${fault.name} (row ${index + 1}) gives ${gives.slice(0, 3).join(" ")}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* outcome(streamed), [...gives])
        const [entry] = yield* Faults.log
        assert.strictEqual(entry?.fault, fault.name)
        assert.isTrue(entry?.struck)
        assert.isString(entry?.detail)
        assert.strictEqual((yield* TestClaude.requests).length > 0, reaches)
      }).pipe(Effect.provide(under([fault])))
    )
  }
})

describe("a plan", () => {
  it.effect("gives each request the first fault that fits it, and retries are requests", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Claude.create(request))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      const log = yield* Faults.log
      assert.deepStrictEqual(
        log.map(({ fault, nth, struck }) => [nth, fault, struck]),
        [
          [1, "reset-before-headers", true],
          [2, "429", true],
          [3, undefined, false]
        ]
      )
      assert.isAtLeast((log[2]?.at ?? 0) - (log[1]?.at ?? 0), 1000)
    }).pipe(
      Effect.provide(
        under([Faults.errorEvent(), Faults.resetBeforeHeaders(), Faults.rateLimited({ retryAfter: 1 })], {
          retry: RetryPolicy.standard
        })
      )
    )
  )

  it.effect("picks requests by number, by predicate, and as often as it says", () =>
    Effect.gen(function* () {
      for (let n = 0; n < 7; n++) yield* Effect.exit(Claude.create(request))
      yield* Effect.exit(Claude.countTokens({ model: "m", messages: request.messages }))
      assert.deepStrictEqual(
        (yield* Faults.log).map(({ fault }) => fault),
        ["529", "529", "500", undefined, "html-502", "html-502", "html-502", "connection-refused"]
      )
    }).pipe(
      Effect.provide(
        under([
          Faults.onMatch(Faults.connectionRefused(), ({ path }) => path.endsWith("count_tokens")),
          Faults.times(Faults.overloaded(), 2),
          Faults.serverError(),
          Faults.always(Faults.onRequest(Faults.html(), 2))
        ])
      )
    )
  )

  it.effect("spares a fresh connection the stale one's fate, and the client asks for a fresh one", () =>
    Effect.gen(function* () {
      yield* Claude.create(request)
      assert.deepStrictEqual(
        (yield* Faults.log).map(({ at, fault }) => [at, fault]),
        [
          [0, "stale-keep-alive"],
          [0, undefined]
        ]
      )
    }).pipe(Effect.provide(under([Faults.always(Faults.staleKeepAlive())], { retry: RetryPolicy.standard })))
  )

  it.effect("says of a fault whose place the body did not reach that it did not strike", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* outcome(streamed)).slice(0, 2), ["abcd", "ok"])
      const [entry] = yield* Faults.log
      assert.deepInclude(entry, { fault: "reset-in-body", struck: false, detail: undefined })
    }).pipe(Effect.provide(under([Faults.resetAt(100_000)])))
  )

  it.effect("may be changed while it runs", () =>
    Effect.gen(function* () {
      const faults = yield* Faults.Faults
      yield* faults.inject(Faults.serverError())
      yield* Effect.exit(Claude.create(request))
      yield* faults.setFaults([])
      yield* Claude.create(request)
      assert.deepStrictEqual(
        (yield* Faults.log).map(({ fault }) => fault),
        ["500", undefined]
      )
    }).pipe(Effect.provide(under([Faults.always(Faults.overloaded())])))
  )

  it.effect("does both where it says both", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* outcome(streamed)).slice(0, 2), ["ab", "ConnectionReset"])
      assert.strictEqual((yield* Faults.log)[0]?.fault, "sliced+reset-in-body")
    }).pipe(Effect.provide(under([Faults.both(Faults.sliced(3), Faults.resetAt({ event: 4 }))])))
  )
})

describe("a seed", () => {
  /** Thirty calls through anything, and what was done and came out of each. */
  const run = (seed: string) =>
    Effect.gen(function* () {
      const results: Array<unknown> = []
      for (let n = 0; n < 30; n++) results.push(yield* outcome(streamed))
      return { results, log: yield* Faults.log }
    }).pipe(Effect.provide(under([Faults.anything(0.7), Faults.always(Faults.sliced(20))], { seed })))

  it.effect("gives the same run again, and another seed another one", () =>
    Effect.gen(function* () {
      const first = yield* run("one")
      // the Clock has moved on meanwhile
      const bare = ({ log, results }: typeof first) => ({ log: log.map((entry) => ({ ...entry, at: 0 })), results })
      assert.deepStrictEqual(bare(yield* run("one")), bare(first))
      assert.notDeepEqual(bare(yield* run("two")), bare(first))
      assert.isAbove(new Set(first.log.map(({ detail }) => detail?.split(",")[0])).size, 6)
    })
  )

  it.effect("keeps to the probability", () =>
    Effect.gen(function* () {
      for (let n = 0; n < 400; n++) yield* Effect.exit(Claude.create(request))
      const struck = (yield* Faults.log).filter(({ fault }) => fault !== undefined).length
      assert.isAbove(struck, 50)
      assert.isBelow(struck, 110)
    }).pipe(Effect.provide(under([Faults.withProbability(Faults.overloaded(), 0.2)])))
  )
})

describe("whatever the seed", () => {
  it.effect.prop(
    "a call gives the whole answer or an error, and never part of it as the whole",
    [FastCheck.string()],
    ([seed]) =>
      Effect.gen(function* () {
        for (let n = 0; n < 10; n++) {
          const [text, result] = yield* outcome(streamed)
          if (result === "ok") assert.strictEqual(text, "abcd")
          else assert.isTrue("abcd".startsWith(String(text)))
        }
      }).pipe(Effect.provide(under([Faults.anything(0.8)], { seed }))),
    { fastCheck: { numRuns: 8 } }
  )

  it.effect("a resumable stream brings the whole answer where the model goes on", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.exit(Resumable.message(Resumable.stream(request))))
      yield* TestClock.adjust("1 hour")
      assert.isTrue(Exit.isSuccess(yield* Fiber.join(fiber)))
      assert.deepStrictEqual(
        (yield* Faults.log).map(({ struck }) => struck),
        [true, true, true, false]
      )
    }).pipe(
      Effect.provide(
        under([Faults.resetAt(0), Faults.overloaded(), Faults.resetBeforeHeaders()], { retry: RetryPolicy.standard })
      )
    )
  )
})

describe("a stalled body", () => {
  it.effect("ends at once when its reader gives it up", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.timed(streamed))
      yield* TestClock.adjust("3 seconds")
      const [time, { error }] = yield* Fiber.join(fiber)
      assert.strictEqual(error?._tag === "TimedOut" && error.limit, "idle")
      assert.strictEqual(Duration.toSeconds(time), 3)
    }).pipe(Effect.provide(under([Faults.stallAt({ event: 2 })], { timeouts: { idle: "3 seconds" } })))
  )
})

describe("over any HttpClient", () => {
  const client = HttpClient.make((request) =>
    Effect.succeed(HttpClientResponse.fromWeb(request, new Response(JSON.stringify({ input_tokens: 5 }))))
  )

  it.live("the faults are the same", () =>
    Effect.gen(function* () {
      const count = Claude.countTokens({ model: "m", messages: request.messages })
      const error = yield* Effect.flip(count)
      assert.strictEqual(error._tag, "ConnectionReset")
      assert.deepStrictEqual(yield* count, { input_tokens: 5 })
    }).pipe(
      Effect.provide(
        Claude.layerTransport({ apiKey: Redacted.make("k"), retry: RetryPolicy.never }).pipe(
          Layer.provideMerge(Faults.layerHttpClient([Faults.resetAt(3)])),
          Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
        )
      )
    )
  )
})

describe("the transport below", () => {
  it.effect("is told to close the connection when a fault strikes in the body", () =>
    Effect.gen(function* () {
      const aborted: Array<string> = []
      const below: Transport.Service = {
        execute: () =>
          Effect.succeed({
            status: 200,
            headers: {},
            reusedConnection: undefined,
            body: {
              read: Effect.succeed(new TextEncoder().encode("bytes")),
              abort: ({ reason }) => Effect.sync(() => void aborted.push(reason))
            }
          })
      }
      const { transport } = yield* Faults.make(below, [Faults.resetAt(7), Faults.endAt(5)])
      const sent = { method: "GET", url: "http://test/", headers: {}, body: undefined, fresh: false } as const
      const limits = { pool: undefined, connect: undefined, headers: undefined }
      const reset = yield* transport.execute({ ...sent, limits })
      const chunks = [yield* reset.body.read, yield* reset.body.read]
      assert.deepStrictEqual(
        chunks.map((bytes) => new TextDecoder().decode(bytes)),
        ["bytes", "by"]
      )
      const fault = yield* Effect.flip(reset.body.read)
      assert.deepInclude({ ...fault }, { reason: "Reset", phase: "body", bytesReceived: 7 })
      assert.strictEqual((yield* Effect.flip(reset.body.read)).reason, "Reset")
      const ended = yield* transport.execute({ ...sent, limits })
      yield* ended.body.read
      assert.isUndefined(yield* ended.body.read)
      assert.isUndefined(yield* ended.body.read)
      assert.deepStrictEqual(aborted, ["Reset", "Reset"])
    }).pipe(Effect.scoped)
  )
})

describe("on real sockets", () => {
  it.live("a fault in the body closes the connection, and the call goes on over the next", () =>
    Effect.gen(function* () {
      const { connections, log, url } = yield* Simulator.Simulator
      const program = Effect.gen(function* () {
        const { message, segments } = yield* Resumable.message(
          Resumable.stream({
            ...request,
            messages: [{ role: "user", content: "Tell me of the sea, in 80 words." }]
          })
        )
        assert.strictEqual(segments.length, 2)
        return message.stop_reason
      })
      const layer = Claude.layerTransport({ apiKey: Redacted.make("k"), baseUrl: url }).pipe(
        Layer.provide(Faults.layer([Faults.resetAt({ event: 12 })])),
        Layer.provide(Layer.scoped(Transport.Transport, NodeTransport.make({ proxy: false })))
      )
      assert.strictEqual(yield* Effect.provide(program, layer), "max_tokens")
      assert.strictEqual((yield* log).length, 2)
      assert.isAtMost((yield* connections).length, 1)
    }).pipe(Effect.provide(Simulator.layer({ tokenDelay: 0 })))
  )
})
