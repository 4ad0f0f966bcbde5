import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Layer, Redacted, Schema } from "effect"
import {
  Admission,
  CircuitBreaker,
  Claude,
  ClaudeEvent,
  FlightRecorder,
  HealthMonitor,
  RateLimits,
  RetryPolicy,
  SupportBundle
} from "effect-claude"
import { request } from "../support/fixtures.js"
import { ok, refusal, script } from "../support/scriptedTransport.js"
import { inTime } from "./support.js"

const read = Schema.decodeUnknownSync(Schema.parseJson(SupportBundle.SupportBundle))

const everything = Layer.mergeAll(
  Admission.layer(),
  CircuitBreaker.layer(),
  RateLimits.layer(),
  FlightRecorder.layer(),
  HealthMonitor.layer()
).pipe(Layer.provideMerge(ClaudeEvent.layerHub))

const left = { "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "7" }

const prompt = "canary-prompt"

/** A call that fails and one that succeeds, and then the bundle. */
const bundle = (options?: SupportBundle.Options) => {
  const played = script(refusal(529, "overloaded_error"), ok("canary-answer", left))
  const client = Claude.layerTransport({ apiKey: Redacted.make("canary-key"), retry: RetryPolicy.never })
  const call = Effect.either(Claude.create({ ...request, messages: [{ role: "user", content: prompt }] }))
  return Effect.zipRight(Effect.all([call, call]), SupportBundle.collect(options)).pipe(
    Effect.provide(Layer.provide(client, played.layer))
  )
}

describe("a support bundle", () => {
  it.effect("has the last attempts, the health, the limits, the queue and the circuits, and survives JSON", () =>
    Effect.gen(function* () {
      const about = { node: "v20" }
      const found = Either.getOrThrow(yield* inTime(Effect.provide(bundle({ about }), everything)))
      assert.deepStrictEqual(found.about, about)
      assert.deepStrictEqual(
        found.attempts?.map(({ error, requestId, state }) => [state, requestId, error?._tag]),
        [
          ["failed", "req_529", "Overloaded"],
          ["succeeded", "req_ok", undefined]
        ]
      )
      assert.deepNestedInclude(found, {
        "health.status.level": "healthy",
        "health.windows.fiveMinutes.calls.failed": 1,
        "limits.opus-5-5.requests": { limit: 50, remaining: 7 },
        "admission.groups[0].rates.requests": 50
      })
      const [circuit] = Object.values(found.circuits ?? {})
      assert.deepInclude(circuit, { _tag: "Closed", failures: 1, outcomes: 2 })
      assert.deepStrictEqual(read(SupportBundle.toJson(found)), found)
    })
  )

  it.effect("leaves out what the context does not have, and takes attempts from elsewhere", () =>
    Effect.gen(function* () {
      const none = Either.getOrThrow(yield* inTime(bundle()))
      assert.deepStrictEqual(Object.keys(none), ["version", "at", "about"])
      const given = Either.getOrThrow(yield* inTime(Effect.provide(bundle(), everything))).attempts ?? []
      const crashed = yield* inTime(SupportBundle.collect({ attempts: given }))
      assert.deepStrictEqual(Either.getOrThrow(crashed).attempts, given)
    })
  )

  it.effect("takes the report of a doctor in, with its durations as milliseconds", () =>
    Effect.gen(function* () {
      const network = { version: 1, findings: [{ check: "dns", verdict: "ok", took: Duration.millis(7) }] }
      const found = Either.getOrThrow(yield* inTime(SupportBundle.collect({ network })))
      assert.deepStrictEqual(found.network, { version: 1, findings: [{ check: "dns", verdict: "ok", took: 7 }] })
      assert.deepStrictEqual(read(SupportBundle.toJson(found)), found)
    })
  )

  it.effect("holds neither prompt nor answer nor key", () =>
    Effect.gen(function* () {
      const found = Either.getOrThrow(yield* inTime(Effect.provide(bundle(), everything)))
      assert.notInclude(SupportBundle.toJson(found), "canary")
      assert.include(SupportBundle.toJson(found), "req_529")
    })
  )
})
