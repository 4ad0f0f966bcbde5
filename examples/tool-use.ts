/**
 * Tool use by hand: calls are run as soon as their input is whole, and answered with `tool_result` blocks.
 *
 * Takes ANTHROPIC_API_KEY and, where it is set, ANTHROPIC_BASE_URL from the environment.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Claude, type ContentBlock, InvalidToolInput, MessageRequest, MessageStream } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Chunk, Console, Effect, Schema, Stream } from "effect"
import * as assert from "node:assert/strict"

const Place = Schema.Struct({ city: Schema.String })

const tools = [
  {
    name: "weather",
    description: "The weather of a city.",
    input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
  }
] as const

const question = { role: "user", content: "What is the weather in Lisbon? Use the weather tool." } as const

const result = (tool_use_id: string, content: string, is_error: boolean) =>
  ({ type: "tool_result", tool_use_id, content, is_error }) as const

/** What the model is told of a call. A refusal is an answer too: it may try again with better input. */
const run = (call: ContentBlock.ToolUseBlock | InvalidToolInput.InvalidToolInput) =>
  InvalidToolInput.isInvalidToolInput(call)
    ? Effect.succeed(result(call.id, `The input is ${call.reason}: ${call.raw}`, true))
    : Schema.decodeUnknown(Place)(call.input).pipe(
        Effect.map(({ city }) => result(call.id, `Sunny in ${city}, 24 degrees.`, false)),
        Effect.catchAll((error) => Effect.succeed(result(call.id, error.message, true))),
        Effect.tap(({ content }) => Console.log(`tool: ${content}`))
      )

const program = Effect.gen(function* () {
  const first = { model: "claude-opus-5-5", max_tokens: 1024, tools, messages: [question] } as const

  // one request, read by two: the turn has to be sent back whole, text and thinking included
  const [turn, results] = yield* Effect.scoped(
    Effect.gen(function* () {
      const [events, again] = yield* Stream.broadcast(Claude.stream(first), 2, 64)
      const calls = again.pipe(MessageStream.toolUse, Stream.mapEffect(run), Stream.runCollect)
      return yield* Effect.all([MessageStream.message(events), calls], { concurrency: 2 })
    })
  )
  assert.equal(turn.stop_reason, "tool_use")
  assert.ok(results.length > 0)

  const answer = yield* Claude.create(
    MessageRequest.make({
      ...first,
      messages: [
        question,
        { role: "assistant", content: turn.content },
        { role: "user", content: Chunk.toReadonlyArray(results) }
      ]
    })
  )
  assert.equal(answer.stop_reason, "end_turn")
  yield* Console.log(`${answer.usage.output_tokens} tokens of answer after ${results.length} tool result`)
})

NodeRuntime.runMain(program.pipe(Effect.provide(NodeClaude.layer)))
