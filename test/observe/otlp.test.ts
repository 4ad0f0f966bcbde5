import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Otlp } from "@effect/opentelemetry"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { Claude, MessageStream, Telemetry } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { collector, metricsOf, plain, spansOf } from "./collector.js"

const faults = [Fault.overloaded(), Fault.resetBeforeHeaders()]

const Simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
  )
).pipe(Layer.provide(Simulator.layer({ faults })))

const model = "claude-sonnet-5-5"

const program = Claude.stream({ model, max_tokens: 256, messages: [{ role: "user", content: "Hello" }] }).pipe(
  MessageStream.text,
  Stream.runDrain,
  Effect.withSpan("greeting")
)

describe("an OTLP collector on a real socket", () => {
  it.scopedLive(
    "gets the spans of a call and of its attempts, and the metrics, from @effect/opentelemetry as it is",
    () =>
      Effect.gen(function* () {
        const received = yield* collector
        const Observed = Telemetry.layer().pipe(
          Layer.provideMerge(Otlp.layerJson({ baseUrl: received.url, resource: { serviceName: "test" } })),
          Layer.provide(FetchHttpClient.layer)
        )
        // closing the layers sends what is left
        yield* program.pipe(Effect.provide(Simulated), Effect.provide(Observed))

        const spans = spansOf(received)
        const named = (name: string) => spans.filter((span) => span.name === name)
        const [greeting] = named("greeting")
        const [chat] = named(`chat ${model}`)
        const attempts = named("POST /v1/messages")
        assert.strictEqual(chat?.parentSpanId, greeting?.spanId)
        assert.strictEqual(chat?.kind, 3) // CLIENT
        assert.strictEqual(plain(chat?.attributes ?? [])["gen_ai.provider.name"], "anthropic")
        assert.deepStrictEqual(
          attempts.map(({ parentSpanId }) => parentSpanId),
          attempts.map(() => chat?.spanId)
        )
        assert.deepStrictEqual(
          attempts
            .map(({ attributes }) => plain(attributes))
            .map((attributes) => [
              attributes["http.response.status_code"],
              attributes["http.request.resend_count"],
              attributes["error.type"]
            ]),
          [
            [529, undefined, "Overloaded"],
            [undefined, 1, "ConnectionReset"],
            [200, 2, undefined]
          ]
        )
        assert.isTrue(attempts.every(({ startTimeUnixNano }) => startTimeUnixNano >= (chat?.startTimeUnixNano ?? "")))
        assert.isTrue(attempts.every(({ endTimeUnixNano }) => endTimeUnixNano <= (chat?.endTimeUnixNano ?? "")))

        const metrics = new Map(metricsOf(received).map((metric) => [metric.name, metric]))
        const duration = metrics.get("gen_ai.client.operation.duration")
        assert.strictEqual(duration?.unit, "s")
        const [point] = duration?.histogram?.dataPoints ?? []
        assert.strictEqual(point?.count, 1)
        assert.deepStrictEqual(point?.explicitBounds?.slice(0, 3), [0.01, 0.02, 0.04])
        assert.deepStrictEqual(plain(point?.attributes ?? [])["gen_ai.request.model"], model)
        const retries = metrics.get("claude.client.retries")
        assert.isTrue(retries?.sum?.isMonotonic)
        assert.lengthOf(retries?.sum?.dataPoints ?? [], 2)
        const tokens = metrics.get("gen_ai.client.token.usage")?.histogram?.dataPoints ?? []
        assert.sameMembers(
          tokens.map(({ attributes }) => plain(attributes)["gen_ai.token.type"]),
          ["input", "output"]
        )
      })
  )
})
