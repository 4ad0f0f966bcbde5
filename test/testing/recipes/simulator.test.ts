import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { Resumable } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"

const Api = Simulator.layer({ faults: [Fault.resetAt({ text: 100 })], tokenDelay: 0 })

const ClaudeOnApi = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
  )
)

layer(ClaudeOnApi.pipe(Layer.provideMerge(Api)), { excludeTestServices: true })("a live API on a free port", (it) => {
  it.effect("an answer that was reset on the socket is made whole", () =>
    Effect.gen(function* () {
      const { message, segments } = yield* Resumable.message(
        Resumable.stream({
          model: "claude-opus-5-5",
          max_tokens: 512,
          messages: [{ role: "user", content: "Tell me of the sea, in 60 words." }]
        })
      )
      assert.strictEqual(segments.length, 2)
      assert.strictEqual(message.stop_reason, "end_turn")

      const { log } = yield* Simulator.Simulator
      assert.deepStrictEqual(
        (yield* log).map(({ fault }) => fault),
        ["reset-in-body", undefined]
      )
    })
  )
})
