/**
 * A whole message, then one token by token.
 *
 * Takes ANTHROPIC_API_KEY and, where it is set, ANTHROPIC_BASE_URL from the environment.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Claude, MessageStream } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Console, Effect, Stream } from "effect"
import * as assert from "node:assert/strict"

const request = {
  model: "claude-opus-5-5",
  max_tokens: 1024,
  messages: [{ role: "user", content: "In one sentence: why is the sky blue?" }]
} as const

const program = Effect.gen(function* () {
  const message = yield* Claude.create(request)
  const said = message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("")
  yield* Console.log(`${message.stop_reason}, ${message.usage.output_tokens} tokens: ${said}`)
  assert.notEqual(said, "")

  let pieces = 0
  yield* Claude.stream(request).pipe(
    MessageStream.text,
    Stream.runForEach((piece) =>
      Effect.sync(() => {
        pieces += 1
        process.stdout.write(piece)
      })
    )
  )
  yield* Console.log(`\n(in ${pieces} pieces)`)
  assert.ok(pieces > 1)
})

NodeRuntime.runMain(program.pipe(Effect.provide(NodeClaude.layer)))
