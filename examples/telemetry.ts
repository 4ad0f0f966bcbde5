/**
 * Spans and metrics by OpenTelemetry's GenAI conventions, exported over OTLP/HTTP.
 *
 * The collector here is a few lines that take what is posted, so that the example can check it. With a real one, give
 * its URL to `Otlp.layerJson` instead.
 */
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Otlp } from "@effect/opentelemetry"
import { Claude, MessageStream, Telemetry } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Console, Effect, Layer, Redacted, Stream } from "effect"
import * as assert from "node:assert/strict"
import { createServer } from "node:http"

const posted: Array<string> = []

const collector = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      request.setEncoding("utf8")
      request.on("data", (text: string) => posted.push(text))
      request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"))
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" ? address?.port : undefined
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close: () => server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

const Simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({ apiKey: Redacted.make("any"), baseUrl: url, pool: { proxy: false } })
  )
).pipe(Layer.provide(Simulator.layer({ faults: [Fault.overloaded()] })))

const answer = Claude.stream({
  model: "claude-opus-5-5",
  max_tokens: 256,
  messages: [{ role: "user", content: "Hello" }]
}).pipe(MessageStream.text, Stream.runDrain, Effect.withSpan("greeting"))

const program = Effect.gen(function* () {
  const { url } = yield* collector
  const Observed = Telemetry.layer().pipe(
    Layer.provideMerge(Otlp.layerJson({ baseUrl: url, resource: { serviceName: "example" } })),
    Layer.provide(FetchHttpClient.layer)
  )
  // what is left is sent when the layer closes, so before this goes on
  yield* answer.pipe(Effect.provide(Simulated), Effect.provide(Observed))

  const all = posted.join("")
  const found = (pattern: RegExp) => [...new Set([...all.matchAll(pattern)].map((match) => match[1] ?? ""))].sort()
  const spans = found(/"spanId":"[^"]*"(?:,"parentSpanId":"[^"]*")?,"name":"([^"]*)"/g)
  const metrics = found(/"name":"((?:gen_ai|claude)\.client\.[^"]*)"/g)
  yield* Console.log(`spans: ${spans.join(", ")}\nmetrics:\n  ${metrics.join("\n  ")}`)

  assert.deepEqual(spans, ["POST /v1/messages", "chat claude-opus-5-5", "greeting"])
  assert.ok(metrics.includes("gen_ai.client.operation.duration") && metrics.includes("claude.client.retries"))
  assert.ok(!all.includes("Hello"), "prompts are recorded only when asked for")
}).pipe(Effect.scoped)

NodeRuntime.runMain(program)
