/**
 * Errors by tag: what each says of itself, and what a program does about it.
 *
 * The simulator breaks each call in another way. Nothing is retried here, so that the errors are seen.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Claude, RetryPolicy } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Console, Duration, Effect, Layer, Redacted } from "effect"
import * as assert from "node:assert/strict"

const faults = [Fault.resetBeforeHeaders(), Fault.rateLimited({ retryAfter: 7 }), Fault.html(502)]

const Simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({
      apiKey: Redacted.make("any"),
      baseUrl: url,
      retry: RetryPolicy.never,
      pool: { proxy: false }
    })
  )
).pipe(Layer.provide(Simulator.layer({ faults })))

const ask = (model: string, max_tokens: number) =>
  Claude.create({ model, max_tokens, messages: [{ role: "user", content: "Hello" }] }).pipe(
    Effect.as("an answer"),
    Effect.tapError((error) => Console.log(`${error.message}\n  hint: ${error.hint ?? "none"}`)),
    Effect.catchTags({
      ConnectionReset: (error) => Effect.succeed(`reset in phase ${error.phase}, may have run: ${error.mayHaveRun}`),
      RateLimited: ({ retryAfter }) =>
        Effect.succeed(`not before ${retryAfter === undefined ? "a while" : Duration.format(retryAfter)}`),
      NotFound: (error) => Effect.succeed(`use ${error.successor ?? "another model"}`),
      InvalidRequest: (error) => Effect.succeed(error.issues.map((issue) => issue.rule).join(", "))
    }),
    // what is left is still typed
    Effect.catchAll((error) => Effect.succeed(`${error._tag}, worth another try: ${error.isRetryable}`))
  )

const program = Effect.gen(function* () {
  assert.equal(yield* ask("claude-opus-5-5", 16), "reset in phase headers, may have run: true")
  assert.equal(yield* ask("claude-opus-5-5", 16), "not before 7s")
  assert.equal(yield* ask("claude-opus-5-5", 16), "UnexpectedResponse, worth another try: true")
  // the simulator does not know a model that was retired, as the API does not; the error names its successor
  assert.match(yield* ask("claude-3-opus-20240229", 16), /^use claude-/)
  // refused before a byte is sent
  assert.equal(yield* ask("claude-opus-5-5", -1), "max-tokens")
  assert.equal(yield* ask("claude-opus-5-5", 16), "an answer")
})

NodeRuntime.runMain(program.pipe(Effect.provide(Simulated)))
