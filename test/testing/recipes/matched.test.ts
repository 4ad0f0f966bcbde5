import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Claude } from "effect-claude"
import { TestClaude } from "effect-claude/testing"

const ask = (model: string, content: string) =>
  Claude.create({ model, max_tokens: 64, messages: [{ role: "user", content }] }).pipe(
    Effect.map(({ content: [block] }) => (block?.type === "text" ? block.text : block?.type))
  )

it.effect("calls that run side by side find their answers", () =>
  Effect.gen(function* () {
    const answers = yield* Effect.all(
      [
        ask("claude-haiku-4-5", "Which language is this?"),
        ask("claude-opus-5-5", "What is the weather in Bern?"),
        ask("claude-opus-5-5", "Tell me a joke.")
      ],
      { concurrency: "unbounded" }
    )
    assert.deepStrictEqual(answers, ["English", "tool_use", "No."])
  }).pipe(
    Effect.provide(
      TestClaude.layer([
        TestClaude.when({ model: "claude-haiku-4-5" }, TestClaude.text("English")),
        TestClaude.when({ messages: [{ content: /weather/ }] }, TestClaude.toolUse("weather", { city: "Bern" })),
        TestClaude.when(({ prompt }) => prompt.endsWith("joke."), TestClaude.text("No."))
      ])
    )
  )
)
