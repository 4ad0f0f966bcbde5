/** A process to be frozen: it reads an answer and waits for another, and says on each line what has come. */
import { Claude, MessageStream, RetryPolicy } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Effect, Redacted } from "effect"
import { createInterface } from "node:readline"

const [baseUrl = ""] = process.argv.slice(2)

const say = (line: string) => Effect.sync(() => void process.stdout.write(`${line}\n`))

const commands = createInterface(process.stdin)[Symbol.asyncIterator]()
const command = Effect.promise(() => commands.next())

const request = (content: string) => ({
  model: "claude-opus-5-5",
  max_tokens: 400,
  messages: [{ role: "user" as const, content }]
})

const Live = NodeClaude.layerWith({
  apiKey: Redacted.make("any"),
  baseUrl,
  retry: RetryPolicy.never,
  timeouts: { headers: "4 seconds", idle: "4 seconds", stalled: "4 seconds" },
  pool: { proxy: false }
})

let begun = false

const stream = Claude.stream(request("stream")).pipe(
  MessageStream.tapText(() => {
    if (begun) return Effect.void
    begun = true
    return say("begun")
  }),
  MessageStream.message,
  Effect.tap((message) => say(`streamed ${message.stop_reason}`))
)

const unary = Effect.tap(Claude.create(request("unary")), (message) => say(`created ${message.stop_reason}`))

const program = Effect.gen(function* () {
  yield* Effect.all([stream, unary], { concurrency: 2 })
  yield* say("idle")
  yield* command
  const [message, { attempts }] = yield* Claude.withMetadata(Claude.create(request("after")))
  yield* say(`after ${message.stop_reason} ${attempts}`)
})

Effect.runPromise(Effect.provide(program, Live)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stdout.write(`failed ${String(error)}\n`)
    process.exit(1)
  }
)
