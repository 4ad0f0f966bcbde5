import { FetchHttpClient } from "@effect/platform"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { Claude } from "effect-claude"
import { Simulator } from "effect-claude/simulator"
import { Faults } from "effect-claude/testing"

const ClaudeOverFetch = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) => Claude.layerTransport({ apiKey: Redacted.make("any"), baseUrl: url }))
).pipe(
  Layer.provideMerge(Faults.layerHttpClient([Faults.resetAt({ below: 100 })], "a seed")),
  Layer.provide(FetchHttpClient.layer),
  Layer.provide(Simulator.layer())
)

it.live("an answer that fetch lost midway is asked for again", () =>
  Effect.gen(function* () {
    const message = yield* Claude.create({
      model: "claude-opus-5-5",
      max_tokens: 64,
      messages: [{ role: "user", content: "Hello" }]
    })
    assert.strictEqual(message.role, "assistant")

    const log = yield* Faults.log
    assert.deepStrictEqual(
      log.map(({ struck }) => struck),
      [true, false]
    )
  }).pipe(Effect.provide(ClaudeOverFetch))
)
