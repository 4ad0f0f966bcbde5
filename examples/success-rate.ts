/**
 * A hundred calls against an API that breaks one request in four: how many succeed without and with retries, and what
 * the failures were.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Claude, RetryPolicy } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Array, Console, Effect, Either, Layer, Record, Redacted } from "effect"
import * as assert from "node:assert/strict"

const faults = [
  Fault.withProbability(Fault.resetBeforeHeaders(), 0.08),
  Fault.withProbability(Fault.rateLimited({ retryAfterMs: 200 }), 0.08),
  Fault.withProbability(Fault.overloaded(), 0.08)
]

const Simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
  )
).pipe(Layer.provide(Simulator.layer({ faults, answerTokens: 20 })))

const measure = (name: string, retry: RetryPolicy.Input) =>
  Effect.gen(function* () {
    const outcomes = yield* Effect.forEach(
      Array.range(1, 100),
      (n) =>
        Claude.create({
          model: "claude-haiku-5-5",
          max_tokens: 64,
          messages: [{ role: "user", content: `Greeting ${n}, please.` }]
        }).pipe(Claude.withOptions({ retry }), Claude.withMetadata, Effect.either),
      { concurrency: 20 }
    )
    const failures = outcomes.flatMap((outcome) => (Either.isLeft(outcome) ? [outcome.left] : []))
    const attempts = outcomes.map((outcome) =>
      Either.isRight(outcome) ? outcome.right[1].attempts : outcome.left.attempt
    )
    const tags = Array.groupBy(failures, (error) => `${error._tag} in ${error.phase}`)
    const told = Record.collect(tags, (tag, errors) => `${errors.length} × ${tag}`).join(", ")
    const sum = attempts.reduce((all, one) => all + one, 0)
    yield* Console.log(`${name}: ${100 - failures.length} of 100 in ${sum} attempts${told === "" ? "" : `; ${told}`}`)
    return 100 - failures.length
  })

const program = Effect.gen(function* () {
  // over 100 attempts here too: a reset on a reused connection is tried once more on a fresh one, outside the Schedule
  const without = yield* measure("without retries", RetryPolicy.never)
  const standard = yield* measure("with the standard policy", RetryPolicy.standard)
  assert.ok(without < 95, "the simulator was too kind")
  // 0.24 to the power of 5: about one call in 1,300 fails all of its attempts
  assert.ok(standard >= 98, "retries did not help")
})

NodeRuntime.runMain(program.pipe(Effect.provide(Simulated)))
