import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer, Stream, TestClock } from "effect"
import * as Transport from "../../src/transport/Transport.js"
import { TransportFault } from "../../src/transport/TransportFault.js"
import { chunk, lastChunk, lengthHead, type Peer, rawServer, streamHead } from "./support/rawServer.js"
import { clientLayer, collect, limits, makeTransport, post } from "./support/transports.js"

const clients = ["fetch", "node:http", "undici"] as const

const client = (name: (typeof clients)[number]) =>
  Effect.flatMap(Layer.build(clientLayer(name)), (context) => Effect.provide(HttpClient.HttpClient, context))

const ok = (peer: Peer): void => peer.write(`${lengthHead(2)}ok`)

/** A client that answers by itself. */
const answering = (respond: (signal: AbortSignal) => Effect.Effect<Response>) =>
  HttpClient.make((request, _, signal) =>
    Effect.map(respond(signal), (response) => HttpClientResponse.fromWeb(request, response))
  )

const url = "http://127.0.0.1:9"

const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.repeat(
    Effect.async<void>((resume) => void setImmediate(() => resume(Effect.void))),
    { until: condition }
  )

for (const name of clients) {
  describe(`fromHttpClient over ${name}`, () => {
    it.scopedLive("carries an exchange, and sends no trace headers", () =>
      Effect.gen(function* () {
        const heads: Array<string> = []
        const server = yield* rawServer({
          onRequest: (peer, _, head) => {
            heads.push(head)
            ok(peer)
          }
        })
        const transport = yield* makeTransport(name)
        const headers = { "X-Api-Key": "k", "content-type": "text/x" }
        const response = yield* transport.execute(post(server.url, { headers }))
        assert.strictEqual(response.status, 200)
        assert.strictEqual(response.headers["request-id"], "req_fault")
        assert.strictEqual((yield* collect(response.body)).bytes.toString(), "ok")
        assert.match(heads[0] ?? "", /^POST \/v1\/messages HTTP\/1\.1/)
        assert.match(heads[0] ?? "", /x-api-key: k/i)
        assert.match(heads[0] ?? "", /content-type: text\/x/i)
        assert.match(heads[0] ?? "", /content-length: 2/i)
        assert.notMatch(heads[0] ?? "", /traceparent|b3:/i)
        const traced = Transport.fromHttpClient(yield* client(name), { traceHeaders: true })
        yield* Effect.scoped(Effect.flatMap(traced.execute(post(server.url)), ({ body }) => collect(body)))
        assert.match(heads[1] ?? "", /traceparent/i)
      })
    )

    it.scopedLive("tells a body that was destroyed before it was attached, and keeps what it held", () =>
      Effect.gen(function* () {
        const server = yield* rawServer({
          onRequest: (peer) =>
            peer.write(Buffer.concat([Buffer.from(streamHead), chunk("held")]), () => setTimeout(peer.reset, 20))
        })
        // A gap between the headers and the body: the place where a reset passes for an empty success.
        const slow = HttpClient.transformResponse(yield* client(name), (response) =>
          Effect.zipLeft(response, Effect.sleep("100 millis"))
        )
        const response = yield* Transport.fromHttpClient(slow).execute(post(server.url))
        const { bytes, fault } = yield* collect(response.body)
        assert.deepInclude(fault, { reason: "Reset", phase: "body", code: "ECONNRESET", bytesReceived: bytes.length })
        // What lies in fetch's own queue may be lost to it.
        assert.include(name === "fetch" ? ["", "held"] : ["held"], bytes.toString())
      })
    )

    it.scopedLive("keeps what was received before a reset for a reader that comes late", () =>
      Effect.gen(function* () {
        const piece = Buffer.alloc(1024, "x")
        const gone = yield* Deferred.make<void>()
        const server = yield* rawServer({
          onRequest: (peer) => {
            peer.write(streamHead)
            let sent = 0
            const next = (): void => {
              if (sent < 100) {
                sent += 1
                peer.write(chunk(piece), () => setTimeout(next, 1))
              } else {
                setTimeout(() => {
                  peer.reset()
                  Deferred.unsafeDone(gone, Effect.void)
                }, 20)
              }
            }
            next()
          }
        })
        const response = yield* (yield* makeTransport(name)).execute(post(server.url))
        yield* Deferred.await(gone)
        yield* Effect.sleep("20 millis")
        const { bytes, fault } = yield* collect(response.body)
        assert.strictEqual(bytes.length, 100 * piece.length)
        assert.deepInclude(fault, { reason: "Reset", bytesReceived: bytes.length })
      })
    )

    it.scopedLive("slows the server down to the reader's speed", () =>
      Effect.gen(function* () {
        let flushed = 0
        const total = 64
        const piece = Buffer.alloc(1024 * 1024, "x")
        const server = yield* rawServer({
          onRequest: (peer) => {
            peer.write(streamHead)
            const next = (): void => {
              flushed += 1
              peer.write(flushed <= total ? chunk(piece) : lastChunk, flushed <= total ? next : undefined)
            }
            next()
          }
        })
        const response = yield* (yield* makeTransport(name)).execute(post(server.url))
        yield* Effect.repeat(
          Effect.gen(function* () {
            const before = flushed
            yield* Effect.sleep("100 millis")
            return flushed === before
          }),
          { until: (still) => still }
        )
        assert.isBelow(flushed, total / 2)
        assert.strictEqual((yield* collect(response.body)).bytes.length, total * piece.length)
      })
    )

    it.scopedLive("closes its connection when it is interrupted before the headers", () =>
      Effect.gen(function* () {
        const server = yield* rawServer({})
        const transport = yield* makeTransport(name)
        const running = yield* Effect.fork(Effect.scoped(transport.execute(post(server.url))))
        yield* until(() => server.requests() === 1)
        yield* Fiber.interrupt(running)
        yield* server.drained
      })
    )

    it.scopedLive("closes its connection when its scope closes in the middle of the body, and on an abort", () =>
      Effect.gen(function* () {
        const server = yield* rawServer({
          onRequest: (peer) => peer.write(Buffer.concat([Buffer.from(streamHead), chunk("x")]))
        })
        const transport = yield* makeTransport(name)
        yield* Effect.scoped(Effect.flatMap(transport.execute(post(server.url)), ({ body }) => body.read))
        yield* server.drained
        const { body } = yield* transport.execute(post(server.url))
        yield* body.read
        const reader = yield* Effect.fork(Effect.flip(body.read))
        yield* Effect.yieldNow()
        const fault = new TransportFault({ reason: "TimedOut", limit: "stalled", phase: "body", bytesReceived: 1 })
        yield* body.abort(fault)
        assert.strictEqual(yield* Fiber.join(reader), fault)
        assert.strictEqual(yield* Effect.flip(body.read), fault)
        yield* server.drained
      })
    )
  })
}

describe("fromHttpClient over any client", () => {
  it.scoped("reads the stream that somebody put in place of a response's own", () =>
    Effect.gen(function* () {
      const inner = answering(() => Effect.succeed(new Response("as it came")))
      const changed = Stream.make(new TextEncoder().encode("as it was made"))
      const wrapped = [
        (response: HttpClientResponse.HttpClientResponse) =>
          Object.defineProperty(response, "stream", { value: changed }),
        (response: HttpClientResponse.HttpClientResponse) =>
          Object.create(response, { original: { value: response }, stream: { value: changed } })
      ]
      for (const wrap of wrapped) {
        const transport = Transport.fromHttpClient(HttpClient.transformResponse(inner, Effect.map(wrap)))
        const response = yield* transport.execute(post(url))
        assert.strictEqual((yield* collect(response.body)).bytes.toString(), "as it was made")
      }
    })
  )

  it.scoped("ends by the limit on headers, by Effect's clock, and aborts", () =>
    Effect.gen(function* () {
      let aborted = false
      const silent = answering((signal) => {
        signal.addEventListener("abort", () => {
          aborted = true
        })
        return Effect.never
      })
      const request = post(url, { limits: limits({ headers: 180_000 }) })
      const running = yield* Effect.fork(Effect.flip(Transport.fromHttpClient(silent).execute(request)))
      yield* TestClock.adjust("179999 millis")
      assert.isFalse(aborted)
      yield* TestClock.adjust("1 millis")
      const fault = yield* Fiber.join(running)
      assert.deepInclude(fault, { reason: "TimedOut", limit: "headers", phase: "headers" })
      assert.isUndefined(fault.requestSent)
      assert.deepStrictEqual(fault.duration, Duration.seconds(180))
      assert.isTrue(aborted)
    })
  )

  it.scoped("takes no body for an empty one", () =>
    Effect.gen(function* () {
      const transport = Transport.fromHttpClient(answering(() => Effect.succeed(new Response(null, { status: 204 }))))
      const response = yield* transport.execute(post(url))
      assert.deepStrictEqual(yield* collect(response.body), { bytes: Buffer.alloc(0), fault: undefined })
    })
  )

  it.scoped("tells a body shorter than its length, and leaves an encoded one in peace", () =>
    Effect.gen(function* () {
      const answer = (headers: Record<string, string>) => {
        const transport = Transport.fromHttpClient(answering(() => Effect.succeed(new Response("12345", { headers }))))
        return Effect.scoped(Effect.flatMap(transport.execute(post(url)), ({ body }) => collect(body)))
      }
      const short = yield* answer({ "content-length": "9" })
      assert.strictEqual(short.bytes.toString(), "12345")
      assert.deepInclude(short.fault, { reason: "Reset", phase: "body", bytesReceived: 5 })
      assert.isUndefined((yield* answer({ "content-length": "5" })).fault)
      assert.isUndefined((yield* answer({ "content-length": "9", "content-encoding": "gzip" })).fault)
    })
  )

  it.scoped("has the response of a client that was taught to fail on its status", () =>
    Effect.gen(function* () {
      const strict = HttpClient.filterStatusOk(answering(() => Effect.succeed(new Response("busy", { status: 529 }))))
      const response = yield* Transport.fromHttpClient(strict).execute(post(url))
      assert.strictEqual(response.status, 529)
      assert.strictEqual((yield* collect(response.body)).bytes.toString(), "busy")
    })
  )

  it.scoped("tells how long the body had been silent", () =>
    Effect.gen(function* () {
      const broken = answering(() =>
        Effect.map(
          Stream.toReadableStreamEffect(
            Stream.concat(
              Stream.make(new Uint8Array([1])),
              Stream.fromEffect(
                Effect.delay(
                  Effect.fail(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })),
                  "61 seconds"
                )
              )
            )
          ),
          (stream) => new Response(stream)
        )
      )
      const response = yield* Transport.fromHttpClient(broken).execute(post(url))
      assert.deepStrictEqual(yield* response.body.read, new Uint8Array([1]))
      const reader = yield* Effect.fork(Effect.flip(response.body.read))
      yield* Effect.yieldNow()
      yield* TestClock.adjust("61 seconds")
      const fault = yield* Fiber.join(reader)
      assert.deepInclude(fault, { reason: "Reset", code: "ECONNRESET", idleFor: Duration.seconds(61) })
    })
  )

  it.scoped("refuses a URL that is none, and says that nothing was sent", () =>
    Effect.gen(function* () {
      const transport = Transport.fromHttpClient(answering(() => Effect.succeed(new Response(""))))
      const fault = yield* Effect.flip(transport.execute({ ...post(url), url: "http://" }))
      assert.deepInclude(fault, { reason: "Malformed", phase: "queue", requestSent: false })
    })
  )

  it.scoped("keeps no live response and no request in the cause of a fault", () =>
    Effect.gen(function* () {
      const body = new ReadableStream({ pull: (controller) => controller.error(new Error("terminated")) })
      const broken = answering(() => Effect.succeed(new Response(body)))
      const response = yield* Transport.fromHttpClient(broken).execute(post(url))
      const { fault } = yield* collect(response.body)
      assert.strictEqual(fault?.reason, "Reset")
      assert.notProperty(fault?.cause, "response")
      assert.notProperty(fault?.cause, "request")
    })
  )
})
