/**
 * What came before a cut is kept: `MessageStream.partial` gives the message as far as it came, and the error beside it.
 *
 * A stream is not retried once content was handed out, since what was handed out cannot be taken back.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Claude, MessageStream } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Console, Effect, Layer, Redacted } from "effect"
import * as assert from "node:assert/strict"

const Simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
  )
).pipe(Layer.provideMerge(Simulator.layer({ faults: [Fault.resetAt({ text: 200 })], answerTokens: 200 })))

const program = Effect.gen(function* () {
  const { complete, error, message } = yield* MessageStream.partial(
    Claude.stream({
      model: "claude-opus-5-5",
      max_tokens: 1024,
      messages: [{ role: "user", content: "Tell me about rivers." }]
    })
  )
  const text = (message?.content ?? []).flatMap((block) => (block.type === "text" ? [block.text] : [])).join("")
  yield* Console.log(`${complete ? "whole" : "cut"} after ${text.length} characters: ${text.slice(0, 60)}…`)
  yield* Console.log(`${error?.message}\n${error?.hint ?? ""}`)

  assert.equal(complete, false)
  assert.equal(error?._tag, "ConnectionReset")
  assert.equal(error?.phase, "body")

  // each character that the server sent is there, and the request was sent once
  const simulator = yield* Simulator.Simulator
  const log = yield* simulator.log
  assert.deepEqual(
    log.map((entry) => entry.textSent),
    [text]
  )
})

NodeRuntime.runMain(program.pipe(Effect.provide(Simulated)))
