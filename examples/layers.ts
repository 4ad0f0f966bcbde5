/**
 * One program under four layers: a pool of its own and fetch for life, a script for tests of what the program makes of
 * an answer, a simulator for tests down to the socket.
 *
 * The first two read ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL; the others need nothing.
 */
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Claude, type ClaudeError, MessageStream } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { TestClaude } from "effect-claude/testing"
import { Console, Effect, Layer, Record, Redacted, Stream } from "effect"
import * as assert from "node:assert/strict"

// its type names Claude, and nothing of where it comes from
const program: Effect.Effect<string, ClaudeError.ClaudeError, Claude.Claude> = Claude.stream({
  model: "claude-opus-5-5",
  max_tokens: 256,
  messages: [{ role: "user", content: "One sentence about layers, please." }]
}).pipe(MessageStream.text, Stream.mkString)

const layers = {
  pooled: NodeClaude.layer,
  fetch: Claude.layerConfig().pipe(Layer.provide(FetchHttpClient.layer)),
  scripted: TestClaude.layer([TestClaude.tokens(["Layers ", "are ", "recipes."])]),
  simulator: Layer.unwrapEffect(
    Effect.map(Simulator.Simulator, ({ url }) =>
      NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
    )
  ).pipe(Layer.provide(Simulator.layer()))
}

const main = Effect.gen(function* () {
  const answers = yield* Effect.all(Record.map(layers, (layer) => Effect.provide(program, layer)))
  yield* Effect.forEach(Object.entries(answers), ([name, answer]) => Console.log(`${name}: ${answer}`))

  // a text without its end would have failed
  for (const answer of Object.values(answers)) assert.ok(answer.length > 0)
  assert.equal(answers.scripted, "Layers are recipes.")
})

NodeRuntime.runMain(main)
