import { NodeFileSystem } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Config, Effect, Layer, Redacted, Stream } from "effect"
import { Claude, MessageStream, Transport } from "effect-claude"
import { NodeTransport } from "effect-claude/node"
import { Cassette } from "effect-claude/testing"
import { fileURLToPath } from "node:url"

const path = fileURLToPath(new URL("harbour.json", import.meta.url))

// the key is needed to record, not to play
const apiKey = Config.redacted("ANTHROPIC_API_KEY").pipe(Config.withDefault(Redacted.make("none")))

const ClaudeRecorded = Layer.unwrapEffect(Effect.map(apiKey, (apiKey) => Claude.layerTransport({ apiKey }))).pipe(
  Layer.provide(Cassette.layer(path, { mode: "auto" })),
  Layer.provide(Layer.scoped(Transport.Transport, NodeTransport.make())),
  Layer.provide(NodeFileSystem.layer)
)

it.effect("a harbour is described as it was when this was recorded", () =>
  Effect.gen(function* () {
    const description = yield* Claude.stream({
      model: "claude-opus-5-5",
      max_tokens: 64,
      messages: [{ role: "user", content: "Describe a harbour in one sentence." }]
    }).pipe(MessageStream.text, Stream.mkString)
    assert.include(description, "harbour")
  }).pipe(Effect.provide(ClaudeRecorded))
)
