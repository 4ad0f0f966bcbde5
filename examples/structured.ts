/**
 * Structured output: one Schema says what to ask for (`output_config.format`) and checks what came.
 *
 * Takes ANTHROPIC_API_KEY and, where it is set, ANTHROPIC_BASE_URL from the environment.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Claude } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Console, Effect, JSONSchema, Schema } from "effect"
import * as assert from "node:assert/strict"

const Book = Schema.Struct({
  title: Schema.String,
  year: Schema.Int.annotations({ description: "Year of the first edition" }),
  topics: Schema.Array(Schema.String)
})

// the API takes a subset of JSON Schema: "$schema" is not of it
const { $schema: _, ...schema } = JSONSchema.make(Book)

const program = Effect.gen(function* () {
  const message = yield* Claude.create({
    model: "claude-opus-5-5",
    max_tokens: 1024,
    messages: [{ role: "user", content: "A book about tides that one ought to have read." }],
    output_config: { format: { type: "json_schema", schema: { ...schema } } }
  })
  // cut short by max_tokens or refused, an answer need not fit the schema
  assert.equal(message.stop_reason, "end_turn")

  const text = message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("")
  const book = yield* Schema.decode(Schema.parseJson(Book))(text)
  yield* Console.log(`${book.title} (${book.year}): ${book.topics.join(", ")}`)
  assert.ok(Number.isInteger(book.year))
})

NodeRuntime.runMain(program.pipe(Effect.provide(NodeClaude.layer)))
