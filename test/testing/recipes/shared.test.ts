import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Claude } from "effect-claude"
import { TestClaude } from "effect-claude/testing"

const count = Claude.countTokens({ model: "claude-opus-5-5", messages: [{ role: "user", content: "Hello" }] })

layer(TestClaude.layer([]))("a layer that tests share", (it) => {
  it.effect("each adds what it needs", () =>
    Effect.gen(function* () {
      yield* TestClaude.add(TestClaude.tokenCount(8))
      assert.deepStrictEqual(yield* count, { input_tokens: 8 })
    })
  )
})
