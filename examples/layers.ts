/**
 * One program over four transports. Only the layer differs: a pool of its own, fetch, `node:http`, and a pool whose API
 * is a simulator within the process.
 *
 * The first three read ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL; the last needs nothing.
 */
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Claude, MessageStream } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { Console, Effect, Layer, Redacted } from "effect"
import * as assert from "node:assert/strict"

const program = Effect.gen(function* () {
  const message = yield* MessageStream.message(
    Claude.stream({
      model: "claude-opus-5-5",
      max_tokens: 256,
      messages: [{ role: "user", content: "One sentence about layers, please." }]
    })
  )
  assert.equal(message.stop_reason, "end_turn")
  return message.usage.output_tokens
})

const layers = {
  pool: NodeClaude.layer,
  fetch: Claude.layerConfig().pipe(Layer.provide(FetchHttpClient.layer)),
  "node:http": Claude.layerConfig().pipe(Layer.provide(NodeHttpClient.layer)),
  simulator: Layer.unwrapEffect(
    Effect.map(Simulator.Simulator, ({ url }) =>
      NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
    )
  ).pipe(Layer.provide(Simulator.layer()))
}

const main = Effect.forEach(
  Object.entries(layers),
  ([name, layer]) =>
    program.pipe(
      Effect.provide(layer),
      Effect.flatMap((tokens) => Console.log(`${name}: ${tokens} tokens`))
    ),
  { discard: true }
)

NodeRuntime.runMain(main)
