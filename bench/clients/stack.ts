/**
 * This library without its policies, and with all of them and all that watches: what the stack costs.
 */
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Claude } from "../../src/index.js"
import { CircuitBreaker, HealthMonitor, RateLimits, Telemetry } from "../../src/index.js"
import { NodeClaude } from "../../src/node/index.js"
import { apiKey, type MakeClient } from "./client.js"
import { byLoop, client } from "./effect.js"

const over = (layer: (options: NodeClaude.Options) => Layer.Layer<Claude.Claude, unknown>): MakeClient =>
  client((baseUrl) => layer({ apiKey: Redacted.make(apiKey), baseUrl, pool: { proxy: false } }), byLoop)

const off = { admission: false, budget: false } as const

export const bare = over((options) => NodeClaude.layerWith({ ...options, ...off }))

export const withAdmission = over((options) => NodeClaude.layerWith(options))

export const withBreaker = over((options) => NodeClaude.layerWith({ ...options, ...off, breaker: true }))

/** Spans and metrics are made, and nothing exports them: what an exporter costs is its own. */
export const withTelemetry = over((options) =>
  Layer.provideMerge(NodeClaude.layerWith({ ...options, ...off }), Telemetry.layer())
)

export const stack = over((options) => {
  const policies = Layer.mergeAll(CircuitBreaker.layer(), RateLimits.layer())
  return Layer.mergeAll(Telemetry.layer(), HealthMonitor.layer()).pipe(
    Layer.provideMerge(NodeClaude.layerWith(options)),
    Layer.provide(policies)
  )
})
