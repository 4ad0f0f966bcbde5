/**
 * What happens to a call, as it happens: attempts, answers, waits, the end.
 *
 * Listeners are called at once, in order, and must neither throw nor block; `ClaudeEvent.stream` gives the same events
 * as a Stream. With nobody listening no event is made.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Claude, ClaudeEvent, MessageStream } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Console, Duration, Effect, Layer, Redacted } from "effect"
import * as assert from "node:assert/strict"

const faults = [Fault.resetBeforeHeaders(), Fault.rateLimited({ retryAfterMs: 300 })]

const Simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
  )
).pipe(Layer.provide(Simulator.layer({ faults })))

const describe = (event: ClaudeEvent.ClaudeEvent): string => {
  switch (event._tag) {
    case "HeadersReceived":
      return `${event._tag} ${event.status} ${event.requestId}`
    case "AttemptFailed":
      return `${event._tag} ${event.error._tag} in phase ${event.error.phase}`
    case "RetryScheduled":
      return `${event._tag} ${event.attempt} in ${Duration.format(event.delay)}, ${event.reason}`
    case "CallFinished":
      return `${event._tag} ${event.outcome}, ${event.attempts} attempts, ${event.outputTokens} tokens`
    default:
      return event._tag
  }
}

const program = Effect.gen(function* () {
  const told: Array<ClaudeEvent.ClaudeEvent> = []
  yield* ClaudeEvent.listen((event) => void told.push(event))
  yield* MessageStream.message(
    Claude.stream({
      model: "claude-opus-5-5",
      max_tokens: 256,
      messages: [{ role: "user", content: "Hello" }]
    })
  )
  yield* Effect.forEach(told, (event) => Console.log(describe(event)), { discard: true })

  const attempt = ["AttemptStarted", "HeadersReceived", "AttemptFailed", "RetryScheduled"]
  assert.deepEqual(
    told.map((event) => event._tag),
    [
      "CallStarted",
      ...attempt.filter((tag) => tag !== "HeadersReceived"), // the reset
      ...attempt, // the 429
      "AttemptStarted",
      "HeadersReceived",
      "FirstContent",
      "CallFinished"
    ]
  )
}).pipe(Effect.scoped)

NodeRuntime.runMain(program.pipe(Effect.provide(Simulated)))
