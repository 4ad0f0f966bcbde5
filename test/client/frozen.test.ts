import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, FastCheck, Fiber, Layer, Option, Stream, TestClock } from "effect"
import { Claude, type ClaudeError, RetryPolicy } from "effect-claude"
import { request, secret } from "../support/fixtures.js"
import { jumpingClock } from "../support/jumpingClock.js"
import { events, message, type Piece, script, streamed } from "../support/scriptedTransport.js"

const hour = 3_600_000

/** Begins to read a stream of these pieces, in a process that can be frozen. */
const reading = (pieces: ReadonlyArray<Piece>, timeouts: NonNullable<Claude.Options["timeouts"]> = {}) =>
  Effect.gen(function* () {
    const played = script(streamed(events.start, events.block, ...pieces, events.blockStop, events.delta, events.stop))
    const client = Claude.layerTransport({ apiKey: secret, retry: RetryPolicy.never, timeouts })
    const { freeze, program } = yield* jumpingClock
    const run = Effect.either(Stream.runDrain(Claude.stream(request))).pipe(
      Effect.provide(Layer.provide(client, played.layer)),
      program
    )
    const fiber = yield* Effect.fork(run)
    yield* TestClock.adjust(0)
    return { fiber, freeze }
  })

const limitOf = (result: Either.Either<unknown, ClaudeError.ClaudeError>): string | undefined =>
  Either.isLeft(result) ? (result.left._tag === "TimedOut" ? result.left.limit : result.left._tag) : undefined

/** Seconds in which the process runs, and seconds in which it does not, by turns. */
const life = FastCheck.array(
  FastCheck.tuple(FastCheck.integer({ min: 1, max: 200 }), FastCheck.integer({ min: 2, max: 90_000 })),
  { maxLength: 6 }
)

const gaps = FastCheck.array(FastCheck.integer({ min: 0, max: 140 }), { minLength: 1, maxLength: 8 })

describe("a stream in a process that was frozen", () => {
  it.effect.prop(
    "is not ended by any watchdog while the API goes on",
    [gaps, life],
    ([gaps, life]) =>
      Effect.gen(function* () {
        // an event at least every 280 s, bytes every 140 s: within the limits of 300 s and 180 s
        const pieces = gaps.map((gap, at): Piece => ({
          after: Duration.seconds(gap),
          bytes: at % 2 === 0 ? events.ping : events.text("x")
        }))
        const { fiber, freeze } = yield* reading(pieces)
        for (const [awake, frozen] of life) {
          yield* TestClock.adjust(Duration.seconds(awake))
          freeze(frozen * 1000)
        }
        yield* TestClock.adjust("1 hour")
        assert.isUndefined(limitOf(yield* Fiber.join(fiber)))
      }),
    { fastCheck: { numRuns: 30 } }
  )

  it.effect("has its whole limits again: a silence from then on ends it", () =>
    Effect.gen(function* () {
      const { fiber, freeze } = yield* reading(["silence"])
      yield* TestClock.adjust("179 seconds")
      freeze(hour)
      yield* TestClock.adjust("180 seconds")
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(limitOf(yield* Fiber.join(fiber)), "idle")
    })
  )

  it.effect("is not taken for stalled after a night, by a ping that comes before an event", () =>
    Effect.gen(function* () {
      const { fiber, freeze } = yield* reading([
        { after: "100 seconds", bytes: events.ping },
        { after: "170 seconds", bytes: events.text("x") }
      ])
      yield* TestClock.adjust("99 seconds")
      freeze(8 * hour)
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(limitOf(yield* Fiber.join(fiber)))
    })
  )

  it.effect("ends all the same where the whole call had a time, which is by the clock on the wall", () =>
    Effect.gen(function* () {
      const { fiber, freeze } = yield* reading(["silence"], { total: "2 minutes" })
      yield* TestClock.adjust("119 seconds")
      freeze(hour)
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(limitOf(yield* Fiber.join(fiber)), "total")
    })
  )

  it.effect("is ended on time where nothing was frozen", () =>
    Effect.gen(function* () {
      const { fiber, freeze } = yield* reading(["silence"])
      yield* TestClock.adjust("100 seconds")
      // a pause of a garbage collector
      freeze(900)
      yield* TestClock.adjust("80 seconds")
      assert.strictEqual(limitOf(yield* Fiber.join(fiber)), "idle")
    })
  )
})

describe("a call over an HttpClient, in a process that was frozen", () => {
  const answering = (after: Duration.DurationInput) =>
    Effect.gen(function* () {
      const http = HttpClient.make((request) =>
        Effect.as(Effect.sleep(after), HttpClientResponse.fromWeb(request, new Response(JSON.stringify(message("Hi")))))
      )
      const client = Claude.layer({ apiKey: secret, retry: RetryPolicy.never, timeouts: { headers: "60 seconds" } })
      const { freeze, program } = yield* jumpingClock
      const run = program(
        Effect.either(
          Effect.provide(Claude.create(request), Layer.provide(client, Layer.succeed(HttpClient.HttpClient, http)))
        )
      )
      const fiber = yield* Effect.fork(run)
      yield* TestClock.adjust("59 seconds")
      freeze(hour)
      yield* TestClock.adjust("10 minutes")
      return limitOf(yield* Fiber.join(fiber))
    })

  it.effect("waits the whole limit again for its headers", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* answering("61 seconds"))
      assert.isUndefined(yield* answering("119 seconds"))
      assert.strictEqual(yield* answering("121 seconds"), "headers")
    })
  )
})
