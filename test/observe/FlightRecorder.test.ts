import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, FastCheck as fc, Fiber, Schema, Stream, TestClock } from "effect"
import { Claude, ClaudeError, ClaudeEvent, FlightRecorder, Resumable } from "effect-claude"
import { Ring } from "../../src/observe/internal/ring.js"
import { bytesOf, eventsOf, model, type Thought } from "../resume/support.js"
import { request } from "../support/fixtures.js"
import { events, ok, refusal, reset, script, streamed } from "../support/scriptedTransport.js"
import { client, inTime } from "./support.js"

/** The records that a program leaves. */
const recorded = <A, E>(program: Effect.Effect<A, E, Claude.Claude>, options?: FlightRecorder.Options) =>
  Effect.gen(function* () {
    yield* Effect.either(program)
    return yield* FlightRecorder.records
  }).pipe(Effect.provide(FlightRecorder.layer(options)))

const outcome = (records: ReadonlyArray<FlightRecorder.AttemptRecord>) =>
  records.map(({ attempt, call, state }) => `${call}.${attempt} ${state}`)

const encode = Schema.encodeSync(Schema.parseJson(Schema.Array(FlightRecorder.AttemptRecord)))
const decode = Schema.decodeSync(Schema.parseJson(Schema.Array(FlightRecorder.AttemptRecord)))

describe("a flight recorder", () => {
  it.effect("keeps each attempt with its times, its answer and its error", () =>
    Effect.gen(function* () {
      const played = script(refusal(529, "overloaded_error", { "retry-after-ms": "2000" }), {
        ...ok("there", { "anthropic-ratelimit-requests-remaining": "7" }),
        after: "3 seconds"
      })
      const records = Either.getOrThrow(yield* inTime(Effect.provide(recorded(Claude.create(request)), client(played))))
      assert.deepStrictEqual(outcome(records), ["1.1 failed", "1.2 succeeded"])
      const [first, second] = records
      assert.strictEqual(first?.status, 529)
      assert.strictEqual(first?.requestId, "req_529")
      assert.strictEqual(first?.error?._tag, "Overloaded")
      assert.strictEqual(first?.hint, first?.error?.hint)
      assert.strictEqual(first?.retry?.reason, "schedule")
      assert.isAtLeast(first?.retry?.delay ?? 0, 2000)
      assert.strictEqual(second?.startedAt, (first?.endedAt ?? 0) + (first?.retry?.delay ?? 0))
      assert.strictEqual((second?.headersAt ?? 0) - (second?.startedAt ?? 0), 3000)
      assert.strictEqual(second?.limits?.requests?.remaining, 7)
      assert.deepStrictEqual([second?.stopReason, second?.inputTokens, second?.outputTokens], ["end_turn", 3, 2])
    })
  )

  it.effect("tells a cut from a failure, and what was left early from both", () =>
    Effect.gen(function* () {
      const body = [events.start, events.block, events.text("a")]
      const played = script(
        streamed(...body, { fault: reset({ phase: "body" }) }),
        streamed(...body, "silence"),
        refusal(400, "invalid_request_error")
      )
      const stream = Claude.stream(request)
      const program = Effect.all([
        Effect.either(Stream.runDrain(stream)),
        Stream.runDrain(Stream.take(stream, 2)),
        Effect.either(Claude.create(request))
      ])
      const records = Either.getOrThrow(yield* inTime(Effect.provide(recorded(program), client(played))))
      assert.deepStrictEqual(outcome(records), ["1.1 cut", "2.1 interrupted", "3.1 failed"])
      assert.isNumber(records[0]?.firstContentAt)
      assert.strictEqual(records[0]?.error?._tag, "ConnectionReset")
      assert.isUndefined(records[1]?.error)
    })
  )

  it.effect("marks the segment of a stream that goes on", () =>
    Effect.gen(function* () {
      const story: ReadonlyArray<Thought> = [{ type: "text", text: "Once upon a time there was a fox. ".repeat(6) }]
      const half = Math.floor(bytesOf(eventsOf(story)).length / 2)
      const played = model({ thoughts: story, cuts: [{ at: half, how: "reset" }] })
      const program = Stream.runDrain(Resumable.stream({ ...request, max_tokens: 4096 }))
      const records = Either.getOrThrow(yield* inTime(Effect.provide(recorded(program), played.layer)))
      assert.deepStrictEqual(
        records.map(({ segment, state }) => [state, segment]),
        [
          ["cut", undefined],
          ["succeeded", 2]
        ]
      )
    })
  )

  it.effect("shows what runs, and forgets only what ended", () =>
    Effect.gen(function* () {
      const program = Effect.gen(function* () {
        const recorder = yield* FlightRecorder.FlightRecorder
        yield* Claude.create(request)
        const fiber = yield* Effect.fork(Claude.create(request))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(outcome(yield* recorder.records), ["1.1 succeeded", "2.1 running"])
        yield* recorder.clear
        assert.deepStrictEqual(outcome(yield* recorder.records), ["2.1 running"])
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(outcome(yield* recorder.records), ["2.1 succeeded"])
      })
      yield* program.pipe(
        Effect.provide(FlightRecorder.layer()),
        Effect.provide(client(script(ok("a"), { ...ok("b"), after: "5 seconds" }))),
        Effect.provide(ClaudeEvent.layerHub)
      )
    })
  )

  it.effect("keeps the last ones alone", () =>
    Effect.gen(function* () {
      const played = script(...Array.from({ length: 5 }, () => ok("a")))
      const calls = Effect.replicateEffect(Claude.create(request), 5)
      const records = Either.getOrThrow(yield* inTime(Effect.provide(recorded(calls, { capacity: 3 }), client(played))))
      assert.deepStrictEqual(
        records.map(({ call }) => call),
        [3, 4, 5]
      )
    })
  )

  it.effect("is data: it survives JSON, and holds neither prompt nor answer nor key", () =>
    Effect.gen(function* () {
      const page = { headers: { "content-type": "text/html" }, body: [`<html>${"a page ".repeat(10_000)}</html>`] }
      const played = script(reset(), refusal(529, "overloaded_error"), ok("A secret answer"), page)
      const secretive = { ...request, messages: [{ role: "user", content: "A secret wish" }] } as const
      const calls = Effect.zip(Claude.create(secretive), Effect.either(Claude.create(secretive)))
      const records = Either.getOrThrow(yield* inTime(Effect.provide(recorded(calls), client(played))))
      assert.lengthOf(records, 4)
      const json = encode(records)
      assert.deepStrictEqual(decode(json), records)
      assert.notInclude(json, "secret")
      assert.notInclude(json, "canary")
    })
  )

  it.effect("does not keep a whole reply alive", () =>
    Effect.gen(function* () {
      const page = { headers: { "content-type": "text/html" }, body: ["<html>paid for</html>"] }
      const failure: Array<unknown> = []
      const call = Effect.tapError(Claude.create(request), (error) => Effect.sync(() => failure.push(error)))
      const records = Either.getOrThrow(yield* inTime(Effect.provide(recorded(call), client(script(page)))))
      const [error] = failure
      assert.instanceOf(error, ClaudeError.UnexpectedResponse)
      if (error instanceof ClaudeError.UnexpectedResponse) {
        assert.strictEqual(ClaudeError.UnexpectedResponse.body(error), "<html>paid for</html>")
      }
      const kept = records[0]?.error
      assert.isTrue(kept?._tag === "UnexpectedResponse" && ClaudeError.UnexpectedResponse.body(kept) === undefined)
    })
  )
})

describe("a ring", () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant("add" as const), value: fc.nat(9) }),
    fc.record({ type: fc.constant("keep" as const), value: fc.nat(9) })
  )

  it("is the end of a list", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step), (capacity, steps) => {
        const ring = new Ring<number>(capacity)
        let list: ReadonlyArray<number> = []
        for (const { type, value } of steps) {
          if (type === "add") {
            ring.add(value)
            list = [...list, value].slice(-capacity)
          } else {
            ring.keep((held) => held >= value)
            list = list.filter((held) => held >= value)
          }
          assert.deepStrictEqual(ring.values(), list)
        }
      })
    )
  })
})
