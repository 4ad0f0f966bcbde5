import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Stream, TestClock } from "effect"
import { Claude, MessageStream } from "effect-claude"
import { TestClaude } from "effect-claude/testing"

// the code under test
const summary = (text: string) =>
  Claude.stream({
    model: "claude-opus-5-5",
    max_tokens: 256,
    system: "Summarise in one sentence.",
    messages: [{ role: "user", content: text }]
  }).pipe(MessageStream.text, Stream.mkString)

it.effect("a summary comes after an overload and a pause", () =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(summary("It was a dark and stormy night."))
    yield* TestClock.adjust("1 minute")
    assert.strictEqual(yield* Fiber.join(fiber), "Rain fell.")

    const [first, second] = yield* TestClaude.requests
    assert.strictEqual(first?.messageRequest?.system, "Summarise in one sentence.")
    assert.deepStrictEqual(second?.body, first?.body)
  }).pipe(
    Effect.provide(
      TestClaude.layer([
        TestClaude.fail("Overloaded"),
        TestClaude.tokens(["Rain", " fell."], { after: "2 seconds", delay: "100 millis" })
      ])
    )
  )
)

it.effect("a summary that is cut off fails, and says so", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(summary("It was a dark and stormy night."))
    assert.strictEqual(error._tag, "ConnectionReset")
    assert.strictEqual(error.phase, "body")
  }).pipe(Effect.provide(TestClaude.layer([TestClaude.text("Rain fell on the house.").pipe(TestClaude.cutAfter(3))])))
)
