/**
 * An HTTP API of one's own that streams Claude's answers to its clients, as server-sent events.
 *
 * - What fails before the first piece of the answer gets a status: 429 with `retry-after`, 400, 503 or 502.
 * - What fails after it is the last event, since by then the status has been sent.
 * - A client that goes away interrupts its handler, and with it the call to Claude: nobody pays for what nobody reads.
 */
import {
  FetchHttpClient,
  HttpApi,
  HttpApiBuilder,
  HttpApiEndpoint,
  HttpApiGroup,
  HttpApiSchema,
  HttpApp,
  HttpClient,
  HttpClientRequest,
  HttpServer,
  HttpServerResponse
} from "@effect/platform"
import { NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { Claude, type ClaudeError, MessageStream, RetryPolicy, Sse } from "effect-claude"
import { NodeClaude } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { Chunk, Console, Duration, Effect, Layer, Option, Redacted, Schedule, Schema, Stream } from "effect"
import * as assert from "node:assert/strict"
import { createServer } from "node:http"

// The API. Its errors are its own: clients need not know whose model answers them.

class TooManyRequests extends Schema.TaggedError<TooManyRequests>()(
  "TooManyRequests",
  {},
  HttpApiSchema.annotations({ status: 429 })
) {}
class BadQuestion extends Schema.TaggedError<BadQuestion>()(
  "BadQuestion",
  { reasons: Schema.Array(Schema.String) },
  HttpApiSchema.annotations({ status: 400 })
) {}
class TryLater extends Schema.TaggedError<TryLater>()("TryLater", {}, HttpApiSchema.annotations({ status: 503 })) {}
class Broken extends Schema.TaggedError<Broken>()("Broken", {}, HttpApiSchema.annotations({ status: 502 })) {}

const Events = Schema.String.pipe(HttpApiSchema.withEncoding({ kind: "Text", contentType: "text/event-stream" }))

const Api = HttpApi.make("Answers").add(
  HttpApiGroup.make("answers").add(
    HttpApiEndpoint.post("ask", "/ask")
      .setPayload(Schema.Struct({ question: Schema.String }))
      .addSuccess(Events)
      .addError(TooManyRequests)
      .addError(BadQuestion)
      .addError(TryLater)
      .addError(Broken)
  )
)

const toApiError = (error: ClaudeError.ClaudeError) =>
  Effect.gen(function* () {
    if (error._tag === "InvalidRequest") {
      return yield* new BadQuestion({ reasons: error.issues.map(({ message }) => message) })
    }
    if (error._tag === "RateLimited") {
      // errors of an HttpApi are bodies; headers are put on the response that is made of them
      const seconds = String(Math.ceil(Duration.toSeconds(error.retryAfter ?? "1 second")))
      yield* HttpApp.appendPreResponseHandler((_request, response) =>
        Effect.succeed(HttpServerResponse.setHeader(response, "retry-after", seconds))
      )
      return yield* new TooManyRequests()
    }
    // what is left is no fault of the client: our key, our credit, the network, the API
    yield* Effect.logWarning(error.message)
    return yield* error.isRetryable ? new TryLater() : new Broken()
  })

/** Waits for the first piece of a stream, or for what comes instead; what it gives begins with this piece. */
const begun = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
  Effect.gen(function* () {
    // open until the scope ends, which for a handler is when its response has been sent
    const pull = yield* Stream.toPull(Stream.provideContext(stream, yield* Effect.context<R>()))
    const first = yield* Effect.catchAll(
      pull,
      Option.match({ onNone: () => Effect.succeed(Chunk.empty<A>()), onSome: Effect.fail })
    )
    return Stream.concat(Stream.fromChunk(first), Stream.repeatEffectChunkOption(pull))
  })

const sse = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const Answers = HttpApiBuilder.group(Api, "answers", (handlers) =>
  handlers.handle("ask", ({ payload }) =>
    Effect.gen(function* () {
      const answer = yield* Claude.stream({
        model: "claude-opus-5-5",
        max_tokens: 1024,
        messages: [{ role: "user", content: payload.question }]
      }).pipe(MessageStream.text, begun, Effect.catchAll(toApiError))

      // a chunked body that just ends looks whole, so that its reader has to be told which end this was
      const events = answer.pipe(
        Stream.map((text) => sse("text", text)),
        Stream.concat(Stream.succeed(sse("done", {}))),
        Stream.catchAll((error) => Stream.succeed(sse("error", error._tag))),
        Stream.encodeText
      )
      return HttpServerResponse.stream(events, {
        contentType: "text/event-stream",
        headers: { "cache-control": "no-cache" }
      })
    })
  )
)

// The layers: a simulator, Claude over it, the API over Claude. Without retries each fault is seen at once.

const Simulated = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ url }) =>
    NodeClaude.layerWith({
      apiKey: Redacted.make("any"),
      baseUrl: url,
      retry: RetryPolicy.never,
      pool: { proxy: false }
    })
  )
).pipe(Layer.provideMerge(Simulator.layer({ answerTokens: 300, tokenDelay: "2 millis" })))

const Server = HttpApiBuilder.serve().pipe(
  Layer.provide(HttpApiBuilder.api(Api)),
  Layer.provide(Answers),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.provideMerge(Simulated),
  Layer.merge(FetchHttpClient.layer)
)

// A client, and what it sees.

const post = (question: string) =>
  HttpServer.addressFormattedWith((url) =>
    HttpClientRequest.post(`${url}/ask`).pipe(HttpClientRequest.bodyUnsafeJson({ question }), HttpClient.execute)
  )

const ask = (question: string) =>
  Stream.unwrap(Effect.map(post(question), ({ stream }) => stream)).pipe(
    Sse.decode(),
    Stream.map(({ data, event }) => ({ event, data: JSON.parse(data) as unknown }))
  )

const program = Effect.gen(function* () {
  const simulator = yield* Simulator.Simulator
  const lastCall = Effect.map(simulator.log, (log) => log.at(-1))

  // the answer, piece by piece, and its end
  const events = Chunk.toReadonlyArray(yield* Stream.runCollect(ask("Tell me about rivers.")))
  const text = events.flatMap(({ data, event }) => (event === "text" ? [data] : [])).join("")
  yield* Console.log(`${events.length} events: ${text.slice(0, 60)}…`)
  assert.ok(events.length > 10)
  assert.equal(events.at(-1)?.event, "done")
  assert.equal(text, (yield* lastCall)?.textSent)

  // a failure before the first piece is an answer with a status
  yield* simulator.setFaults([Fault.rateLimited({ retryAfter: 7 }), Fault.overloaded()])
  const limited = yield* post("Tell me about rivers.")
  yield* Console.log(`${limited.status}, retry-after ${limited.headers["retry-after"]}: ${yield* limited.text}`)
  assert.deepEqual([limited.status, limited.headers["retry-after"]], [429, "7"])
  assert.equal((yield* post("Tell me about rivers.")).status, 503)
  const bad = yield* post("")
  yield* Console.log(`${bad.status}: ${yield* bad.text}`)
  assert.equal(bad.status, 400)

  // a failure behind it is the last event
  yield* simulator.setFaults([Fault.resetAt({ text: 200 })])
  const cut = yield* Stream.runLast(ask("Tell me about rivers."))
  yield* Console.log("cut:", Option.getOrUndefined(cut))
  assert.deepEqual(Option.getOrUndefined(cut), { event: "error", data: "ConnectionReset" })

  // a client that has enough goes away, and the call to Claude ends with it
  yield* Stream.runDrain(Stream.take(ask("Tell me all about rivers."), 3))
  const hasEnded = Effect.map(lastCall, (call) => call?.outcome !== "open")
  yield* Effect.repeat(hasEnded, { until: (ended) => ended, schedule: Schedule.spaced("10 millis") })
  const left = yield* lastCall
  yield* Console.log(`the client left: the API was ${left?.outcome} after ${left?.eventsSent} events`)
  assert.equal(left?.outcome, "left")
})

NodeRuntime.runMain(program.pipe(Effect.scoped, Effect.provide(Server)))
