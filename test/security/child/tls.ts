/** Asks an API whose certificate nobody vouches for, and says what came of it, over the pool and over fetch. */
import { FetchHttpClient } from "@effect/platform"
import { Claude, RetryPolicy } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Effect, Layer, Redacted } from "effect"

const [baseUrl = "", ca = ""] = process.argv.slice(2)

const options = { apiKey: Redacted.make("any"), baseUrl, retry: RetryPolicy.never }

const told = <E>(name: string, layer: Layer.Layer<Claude.Claude, E>) =>
  Claude.models.get("claude-opus-5-5").pipe(
    Effect.as("answered"),
    Effect.catchAll((error) => Effect.succeed(`${error._tag} ${"reason" in error ? error.reason : ""}`.trim())),
    Effect.provide(layer),
    Effect.map((outcome) => void process.stdout.write(`${name}: ${outcome}\n`))
  )

await Effect.runPromise(
  Effect.all([
    told("pool", NodeClaude.layerWith({ ...options, pool: { proxy: false } })),
    told("pool with its certificate", NodeClaude.layerWith({ ...options, pool: { proxy: false, ca } })),
    told("fetch", Claude.layer(options).pipe(Layer.provide(FetchHttpClient.layer)))
  ])
)
