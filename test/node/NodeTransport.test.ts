import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Scope, TestClock } from "effect"
import type * as NodeTransport from "../../src/node/NodeTransport.js"
import { make } from "../../src/node/NodeTransport.js"
import type { TransportRequest } from "../../src/transport/Transport.js"
import { TransportFault } from "../../src/transport/TransportFault.js"
import {
  certificate,
  chunk,
  lastChunk,
  lengthHead,
  type Peer,
  rawServer,
  streamHead
} from "../transport/support/rawServer.js"
import { collect, limits, post } from "../transport/support/transports.js"

const transport = (options: NodeTransport.Options = {}) => make({ proxy: false, ...options })

const ok = (peer: Peer): void => peer.write(`${lengthHead(2)}ok`)

/** The head of a stream and its first byte. */
const begin = (peer: Peer): void => peer.write(Buffer.concat([Buffer.from(streamHead), chunk("x")]))

const answer = (peer: Peer | undefined): void => {
  assert.isDefined(peer)
  if (peer !== undefined) {
    ok(peer)
  }
}

/** One whole exchange. */
const exchange = (transport: NodeTransport.NodeTransport, request: TransportRequest) =>
  Effect.scoped(
    Effect.gen(function* () {
      const response = yield* transport.execute(request)
      const { bytes, fault } = yield* collect(response.body)
      return fault === undefined ? { ...response, text: bytes.toString() } : yield* fault
    })
  )

/** Waits, in real time, until something is so. */
const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.async((resume) => {
    const check = (): void => {
      if (condition()) {
        resume(Effect.void)
      } else {
        timer = setTimeout(check, 2)
      }
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    check()
    return Effect.sync(() => clearTimeout(timer))
  })

describe("an exchange", () => {
  it.scopedLive("carries method, path, query, headers and body there and the response back", () =>
    Effect.gen(function* () {
      let seen = ""
      const server = yield* rawServer({
        onRequest: (peer, _, head) => {
          seen = head
          peer.write("HTTP/1.1 201 Created\r\nX-Many: a\r\nx-many: b\r\ncontent-length: 5\r\n\r\nhello")
        }
      })
      const response = yield* exchange(yield* transport(), {
        ...post(server.url),
        method: "PUT",
        url: `${server.url}/v1/models?limit=2&after=x%20y`,
        headers: { "x-api-key": "secret" }
      })
      assert.strictEqual(response.status, 201)
      assert.strictEqual(response.headers["x-many"], "a, b")
      assert.strictEqual(response.text, "hello")
      assert.include(seen, "PUT /v1/models?limit=2&after=x%20y HTTP/1.1")
      assert.include(seen, "x-api-key: secret")
      assert.include(seen, "content-length: 2")
    })
  )

  it.scopedLive("passes over answers of 1xx", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) => {
          peer.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")
          ok(peer)
        }
      })
      const response = yield* exchange(yield* transport(), post(server.url))
      assert.deepStrictEqual([response.status, response.text], [200, "ok"])
    })
  )

  it.scopedLive("hands a chunk on when it comes, not when the body ends", () =>
    Effect.gen(function* () {
      const peers: Array<Peer> = []
      const server = yield* rawServer({
        onRequest: (peer) => {
          peers.push(peer)
          peer.write(Buffer.concat([Buffer.from(streamHead), chunk("one")]))
        }
      })
      const response = yield* (yield* transport()).execute(post(server.url))
      assert.strictEqual(Buffer.from((yield* response.body.read) ?? "").toString(), "one")
      peers[0]?.write(Buffer.concat([chunk("two"), Buffer.from(lastChunk)]))
      assert.strictEqual((yield* collect(response.body)).bytes.toString(), "two")
      assert.isUndefined(yield* response.body.read)
    })
  )

  it.scopedLive("keeps its bytes when a read is interrupted", () =>
    Effect.gen(function* () {
      const peers: Array<Peer> = []
      const server = yield* rawServer({
        onRequest: (peer) => {
          peers.push(peer)
          peer.write(streamHead)
        }
      })
      const response = yield* (yield* transport()).execute(post(server.url))
      const reader = yield* Effect.fork(response.body.read)
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(reader)
      peers[0]?.write(Buffer.concat([chunk("kept"), Buffer.from(lastChunk)]))
      assert.strictEqual((yield* collect(response.body)).bytes.toString(), "kept")
    })
  )

  it.scopedLive("fails the waiting and all later reads with the fault of an abort, and closes the connection", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: begin })
      const response = yield* (yield* transport()).execute(post(server.url))
      yield* response.body.read
      const reader = yield* Effect.fork(Effect.flip(response.body.read))
      yield* Effect.yieldNow()
      const fault = new TransportFault({ reason: "TimedOut", limit: "idle", phase: "body", bytesReceived: 1 })
      yield* response.body.abort(fault)
      assert.strictEqual(yield* Fiber.join(reader), fault)
      assert.strictEqual(yield* Effect.flip(response.body.read), fault)
      yield* server.drained
    })
  )

  it.scopedLive("closes its connection when it is interrupted before the headers", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({})
      const running = yield* Effect.fork(exchange(yield* transport(), post(server.url)))
      yield* until(() => server.requests() === 1)
      yield* Fiber.interrupt(running)
      yield* server.drained
    })
  )

  it.scopedLive("closes its connection when its scope closes in the middle of the body", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: begin })
      const shared = yield* transport()
      yield* Effect.scoped(Effect.flatMap(shared.execute(post(server.url)), (response) => response.body.read))
      yield* server.drained
      assert.strictEqual((yield* shared.stats).size, 0)
    })
  )

  it.scopedLive("is refused, not thrown, when its URL or a header is none", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: ok })
      const shared = yield* transport()
      for (const request of [
        post("not a url"),
        post("ftp://127.0.0.1"),
        post(server.url, { headers: { "x-bad": "line\nbreak" } }),
        post(server.url, { headers: { "bad name": "x" } })
      ]) {
        const fault = yield* Effect.flip(exchange(shared, request))
        assert.strictEqual(fault.reason, "Malformed")
        assert.strictEqual(fault.requestSent, false)
      }
      assert.strictEqual((yield* exchange(shared, post(server.url))).text, "ok")
    })
  )
})

describe("the pool", () => {
  it.scopedLive("uses one connection again and again, and says so", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: ok })
      const shared = yield* transport()
      const all = yield* Effect.forEach([1, 2, 3], () => exchange(shared, post(server.url)))
      assert.deepStrictEqual(
        all.map((_) => _.reusedConnection),
        [false, true, true]
      )
      assert.strictEqual(server.accepted(), 1)
    })
  )

  it.scopedLive("gives a fresh connection where one is asked for, and closes those that lie idle", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: ok })
      const shared = yield* transport()
      yield* exchange(shared, post(server.url))
      const response = yield* exchange(shared, post(server.url, { fresh: true }))
      assert.strictEqual(response.reusedConnection, false)
      assert.strictEqual(server.accepted(), 2)
      yield* until(() => server.open() === 1)
      assert.strictEqual((yield* exchange(shared, post(server.url))).reusedConnection, true)
    })
  )

  it.scopedLive("gives a fresh connection to one that had to wait, though others become free", () =>
    Effect.gen(function* () {
      const peers: Array<Peer> = []
      const server = yield* rawServer({ onRequest: (peer) => void peers.push(peer) })
      const shared = yield* transport({ connections: 1 })
      const first = yield* Effect.fork(exchange(shared, post(server.url)))
      yield* until(() => peers.length === 1)
      const second = yield* Effect.fork(exchange(shared, post(server.url, { fresh: true })))
      yield* until(() => Effect.runSync(shared.stats).get(server.url)?.queued === 1)
      answer(peers[0])
      yield* Fiber.join(first)
      yield* until(() => peers.length === 2)
      answer(peers[1])
      assert.strictEqual((yield* Fiber.join(second)).reusedConnection, false)
      assert.strictEqual(server.accepted(), 2)
    })
  )

  it.scopedLive("opens no more connections than it may, serves first come first, and counts", () =>
    Effect.gen(function* () {
      const peers: Array<readonly [Peer, string]> = []
      const server = yield* rawServer({ onRequest: (peer, _, head) => void peers.push([peer, head]) })
      const shared = yield* transport({ connections: 2 })
      assert.strictEqual(shared.poolSize, 2)
      const running: Array<Fiber.RuntimeFiber<unknown, TransportFault>> = []
      for (const name of ["a", "b", "c", "d"]) {
        running.push(yield* Effect.fork(exchange(shared, post(server.url, { headers: { name } }))))
        yield* Effect.yieldNow()
      }
      yield* until(() => peers.length === 2)
      assert.deepStrictEqual((yield* shared.stats).get(server.url), { connected: 2, free: 0, queued: 2, running: 2 })
      for (let index = 0; index < 4; index++) {
        yield* until(() => peers.length > index)
        answer(peers[index]?.[0])
      }
      yield* Fiber.joinAll(running)
      assert.deepStrictEqual(
        peers.map(([, head]) => /name: (\w)/.exec(head)?.[1]),
        ["a", "b", "c", "d"]
      )
      assert.strictEqual(server.accepted(), 2)
      assert.deepStrictEqual((yield* shared.stats).get(server.url), { connected: 2, free: 2, queued: 0, running: 0 })
    })
  )

  it.scopedLive("forgets one that was interrupted while it waited", () =>
    Effect.gen(function* () {
      const peers: Array<Peer> = []
      const server = yield* rawServer({ onRequest: (peer) => void peers.push(peer) })
      const shared = yield* transport({ connections: 1 })
      const first = yield* Effect.fork(exchange(shared, post(server.url)))
      yield* until(() => peers.length === 1)
      const second = yield* Effect.fork(exchange(shared, post(server.url)))
      yield* until(() => Effect.runSync(shared.stats).get(server.url)?.queued === 1)
      yield* Fiber.interrupt(second)
      assert.strictEqual((yield* shared.stats).get(server.url)?.queued, 0)
      answer(peers[0])
      yield* Fiber.join(first)
      assert.strictEqual(server.requests(), 1)
    })
  )

  it.scopedLive("takes a connection for the next that is closed by the server after its response", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) => peer.write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok", peer.end)
      })
      const shared = yield* transport({ connections: 1 })
      const all = yield* Effect.forEach([1, 2, 3], () => exchange(shared, post(server.url)), { concurrency: 3 })
      assert.deepStrictEqual(
        all.map((_) => _.reusedConnection),
        [false, false, false]
      )
    })
  )

  it.scopedLive("closes an idle connection after the time that was set, whatever the server promises", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) => peer.write("HTTP/1.1 200 OK\r\nkeep-alive: timeout=600\r\ncontent-length: 2\r\n\r\nok")
      })
      yield* exchange(yield* transport({ keepAlive: "50 millis" }), post(server.url))
      yield* server.drained
    })
  )

  it.scopedLive("works with options that make no sense", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: ok })
      const senseless = [{ connections: 0 }, { connections: 1.5, keepAlive: 0 }, { keepAlive: Duration.infinity }]
      for (const options of senseless) {
        assert.strictEqual((yield* exchange(yield* transport(options), post(server.url))).text, "ok")
      }
    })
  )

  it.scopedLive("keeps the connections of each origin apart", () =>
    Effect.gen(function* () {
      const [one, two] = [yield* rawServer({ onRequest: ok }), yield* rawServer({ onRequest: ok })]
      const shared = yield* transport({ connections: 1 })
      yield* exchange(shared, post(one.url))
      yield* exchange(shared, post(two.url))
      assert.deepStrictEqual([...(yield* shared.stats).keys()], [one.url, two.url])
    })
  )

  it.live("closes every connection with its scope, and ends what runs", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const server = yield* rawServer({ onRequest: (peer, index) => (index === 0 ? ok(peer) : undefined) })
        const scope = yield* Scope.make()
        const shared = yield* Scope.extend(transport({ connections: 1 }), scope)
        yield* exchange(shared, post(server.url))
        const running = yield* Effect.fork(Effect.flip(exchange(shared, post(server.url))))
        yield* until(() => server.requests() === 2)
        const waiting = yield* Effect.fork(Effect.flip(exchange(shared, post(server.url))))
        yield* until(() => Effect.runSync(shared.stats).get(server.url)?.queued === 1)
        yield* Scope.close(scope, Exit.void)
        assert.deepInclude(yield* Fiber.join(running), { reason: "Reset", phase: "headers", code: "UND_ERR_CLOSED" })
        assert.deepInclude(yield* Fiber.join(waiting), { reason: "Reset", phase: "queue", requestSent: false })
        yield* server.drained
        const late = yield* Effect.flip(exchange(shared, post(server.url)))
        assert.deepInclude(late, { reason: "Reset", code: "UND_ERR_CLOSED", requestSent: false })
      })
    )
  )
})

describe("limits", () => {
  it.scopedLive("tells how long the wait for a connection was, when it was too long", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({})
      const shared = yield* transport({ connections: 1 })
      yield* Effect.fork(exchange(shared, post(server.url)))
      yield* until(() => server.requests() === 1)
      const request = post(server.url, { limits: limits({ pool: 60, headers: 60_000 }) })
      const fault = yield* Effect.flip(exchange(shared, request))
      assert.deepInclude(fault, { reason: "TimedOut", limit: "pool", phase: "queue", requestSent: false })
      assert.deepStrictEqual(fault.duration, Duration.millis(60))
      assert.strictEqual((yield* shared.stats).get(server.url)?.queued, 0)
    })
  )

  it.scoped("goes by Effect's clock", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({})
      const shared = yield* transport()
      const request = post(server.url, { limits: limits({ pool: 30_000, connect: 10_000, headers: 60_000 }) })
      const running = yield* Effect.fork(Effect.flip(exchange(shared, request)))
      yield* until(() => server.requests() === 1)
      yield* TestClock.adjust("59999 millis")
      assert.isTrue((yield* Fiber.poll(running))._tag === "None")
      yield* TestClock.adjust("1 millis")
      const fault = yield* Fiber.join(running)
      assert.deepInclude(fault, { reason: "TimedOut", limit: "headers", phase: "headers", requestSent: true })
    })
  )

  it.scoped("does not count the body's time", () =>
    Effect.gen(function* () {
      const peers: Array<Peer> = []
      const server = yield* rawServer({
        onRequest: (peer) => {
          peers.push(peer)
          peer.write(streamHead)
        }
      })
      const response = yield* (yield* transport()).execute(post(server.url, { limits: limits({ headers: 1000 }) }))
      yield* TestClock.adjust("1 hour")
      peers[0]?.write(Buffer.concat([chunk("late"), Buffer.from(lastChunk)]))
      assert.strictEqual((yield* collect(response.body)).bytes.toString(), "late")
    })
  )

  it.scoped("tells how long the connection had been silent", () =>
    Effect.gen(function* () {
      const peers: Array<Peer> = []
      const server = yield* rawServer({
        onRequest: (peer) => {
          peers.push(peer)
          peer.write(Buffer.concat([Buffer.from(streamHead), chunk("x")]))
        }
      })
      const response = yield* (yield* transport()).execute(post(server.url))
      yield* response.body.read
      yield* TestClock.adjust("61 seconds")
      peers[0]?.reset()
      assert.deepStrictEqual((yield* Effect.flip(response.body.read)).idleFor, Duration.seconds(61))
    })
  )

  it.scopedLive("ends at once where a limit is nothing", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({})
      const shared = yield* transport()
      const request = post(server.url, { limits: limits({ headers: 0 }) })
      const faults = yield* Effect.forEach([1, 2], () => Effect.flip(exchange(shared, request)))
      assert.deepStrictEqual(
        faults.map((fault) => fault.limit),
        ["headers", "headers"]
      )
    })
  )
})

describe("backpressure", () => {
  const piece = Buffer.alloc(1024, "x")

  it.scopedLive(
    "slows the server down to the reader's speed",
    () =>
      Effect.gen(function* () {
        let flushed = 0
        const total = 48 * 1024
        const server = yield* rawServer({
          onRequest: (peer) => {
            peer.write(streamHead)
            const next = (): void => {
              if (flushed < total) {
                flushed += 1
                peer.write(chunk(piece), next)
              } else {
                peer.write(lastChunk)
              }
            }
            next()
          }
        })
        const response = yield* (yield* transport()).execute(post(server.url))
        yield* Effect.repeat(
          Effect.gen(function* () {
            const before = flushed
            yield* Effect.sleep("50 millis")
            return flushed === before
          }),
          { until: (still) => still }
        )
        assert.isBelow(flushed, total / 2)
        assert.strictEqual((yield* collect(response.body)).bytes.length, total * piece.length)
      }),
    60_000
  )

  for (const [what, tls] of [
    ["plain", undefined],
    ["TLS", certificate("self-signed")]
  ] as const) {
    it.scopedLive(`loses no byte to a reset that comes while the reader is slow (${what})`, () =>
      Effect.gen(function* () {
        // More than the client holds itself, less than its kernel takes beside.
        const pieces = 100
        const gone = yield* Deferred.make<void>()
        const server = yield* rawServer(
          {
            onRequest: (peer) => {
              peer.write(streamHead)
              let sent = 0
              // One by one, so that the client meets its own limit between two of them.
              const next = (): void => {
                if (sent < pieces) {
                  sent += 1
                  peer.write(chunk(piece), () => setTimeout(next, 1))
                } else {
                  peer.reset()
                  Deferred.unsafeDone(gone, Effect.void)
                }
              }
              next()
            }
          },
          tls
        )
        const response = yield* (yield* transport({ ca: tls?.cert })).execute(post(server.url))
        yield* Deferred.await(gone)
        yield* Effect.sleep("50 millis")
        const { bytes, fault } = yield* collect(response.body)
        assert.strictEqual(bytes.length, pieces * piece.length)
        assert.deepInclude(fault, { reason: "Reset", phase: "body", bytesReceived: bytes.length })
      })
    )
  }
})

describe("TLS", () => {
  const secure = (name: string, ca: string) =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: ok }, certificate(name))
      return { server, shared: yield* transport({ ca: certificate(ca).cert }) }
    })

  it.scopedLive("is spoken with a server whose certificate is trusted, and its connection used again", () =>
    Effect.gen(function* () {
      const { server, shared } = yield* secure("self-signed", "self-signed")
      assert.strictEqual((yield* exchange(shared, post(server.url))).text, "ok")
      assert.strictEqual((yield* exchange(shared, post(`https://127.0.0.1:${server.port}`))).reusedConnection, true)
      assert.strictEqual((yield* exchange(shared, post(`https://localhost:${server.port}`))).text, "ok")
    })
  )

  it.scopedLive("carries a large request and tells that it was sent", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: (peer) => peer.reset() }, certificate("self-signed"))
      const shared = yield* transport({ ca: certificate("self-signed").cert })
      const fault = yield* Effect.flip(exchange(shared, post(server.url, { body: new Uint8Array(3_000_000) })))
      assert.deepInclude(fault, { reason: "Reset", phase: "headers", requestSent: true, reusedConnection: false })
      yield* server.drained
    })
  )

  for (const [what, name, code] of [
    ["of another host", "other-host", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["that has expired", "expired", "CERT_HAS_EXPIRED"]
  ] as const) {
    it.scopedLive(`is refused with a certificate ${what}`, () =>
      Effect.gen(function* () {
        const { server, shared } = yield* secure(name, name)
        const fault = yield* Effect.flip(exchange(shared, post(server.url)))
        assert.deepInclude(fault, { reason: "Tls", phase: "connect", code, requestSent: false })
        yield* server.drained
      })
    )
  }
})
