import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted, Stream, TestClock } from "effect"
import { Claude, MessageStream } from "effect-claude"
import { Faults, TestClaude } from "effect-claude/testing"

const ClaudeUnderFaults = Claude.layerTransport({ apiKey: Redacted.make("test") }).pipe(
  Layer.provideMerge(
    Faults.layer([
      Faults.staleKeepAlive(),
      Faults.rateLimited({ retryAfter: 5 }),
      Faults.both(Faults.sliced(16), Faults.stallAt({ event: 3 }, "1 minute"))
    ])
  ),
  Layer.provide(TestClaude.layerTransport([TestClaude.text("At last.")]))
)

it.effect("the answer comes through all of it", () =>
  Effect.gen(function* () {
    const call = Claude.stream({
      model: "claude-opus-5-5",
      max_tokens: 64,
      messages: [{ role: "user", content: "Hello" }]
    })
    const fiber = yield* call.pipe(MessageStream.text, Stream.mkString, Effect.fork)
    yield* TestClock.adjust("2 minutes")
    assert.strictEqual(yield* Fiber.join(fiber), "At last.")

    const log = yield* Faults.log
    assert.deepStrictEqual(
      log.map(({ fault }) => fault),
      ["stale-keep-alive", "429", "sliced+stall"]
    )
    assert.isTrue(log.every(({ struck }) => struck))
  }).pipe(Effect.provide(ClaudeUnderFaults))
)
