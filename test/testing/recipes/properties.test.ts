import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Claude, MessageStream } from "effect-claude"
import { Arbitraries, TestClaude } from "effect-claude/testing"

it.effect.prop(
  "a message is the same, whole or streamed",
  [Arbitraries.request, Arbitraries.message],
  ([request, message]) =>
    Effect.gen(function* () {
      const whole = yield* Claude.create(request)
      const streamed = yield* MessageStream.message(Claude.stream(request))
      assert.deepStrictEqual(streamed, whole)
    }).pipe(
      Effect.provide(TestClaude.layer([TestClaude.sequence(TestClaude.message(message), TestClaude.message(message))]))
    ),
  { fastCheck: { numRuns: 20 } }
)
