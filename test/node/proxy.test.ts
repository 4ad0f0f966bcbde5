import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either } from "effect"
import { make } from "../../src/node/NodeTransport.js"
import type { Options } from "../../src/node/NodeTransport.js"
import { connectProxy } from "../transport/support/connectProxy.js"
import { certificate, closedPortUrl, lengthHead, type Peer, rawServer } from "../transport/support/rawServer.js"
import { collect, limits, post } from "../transport/support/transports.js"

const ok = (peer: Peer): void => peer.write(`${lengthHead(2)}ok`)

const environment = (variables: Record<string, string>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)), { pathDelim: "/" }))

const send = Effect.fnUntraced(function* (options: Options, url: string, connect = 10_000) {
  const transport = yield* make(options)
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const response = yield* transport.execute(post(url, { limits: limits({ connect, headers: 10_000 }) }))
      return (yield* collect(response.body)).bytes.toString()
    })
  )
})

describe("a proxy", () => {
  for (const [what, tls] of [
    ["plain", undefined],
    ["TLS", certificate("self-signed")]
  ] as const) {
    it.scopedLive(`tunnels to a server (${what}), with the credentials of its URL`, () =>
      Effect.gen(function* () {
        const server = yield* rawServer({ onRequest: ok }, tls)
        const proxy = yield* connectProxy("tunnel")
        const answer = yield* send(
          { proxy: `http://us%40er:p%3Ass@127.0.0.1:${proxy.port}`, ca: tls?.cert },
          server.url
        )
        assert.strictEqual(answer, "ok")
        const authorization = `Basic ${Buffer.from("us@er:p:ss").toString("base64")}`
        assert.deepStrictEqual(proxy.asked, [{ target: `127.0.0.1:${server.port}`, authorization }])
      })
    )
  }

  it.scopedLive("may be spoken to in TLS itself, and tunnels TLS", () =>
    Effect.gen(function* () {
      const tls = certificate("self-signed")
      const server = yield* rawServer({ onRequest: ok }, tls)
      const proxy = yield* connectProxy("tunnel", tls)
      assert.strictEqual(yield* send({ proxy: `https://127.0.0.1:${proxy.port}`, ca: tls.cert }, server.url), "ok")
      const fault = yield* Effect.flip(send({ proxy: `https://127.0.0.1:${proxy.port}` }, server.url))
      assert.deepInclude(fault, { reason: "Proxy", phase: "connect", code: "DEPTH_ZERO_SELF_SIGNED_CERT" })
      assert.strictEqual(proxy.asked.length, 1)
      yield* server.drained
    })
  )

  for (const status of [407, 502]) {
    it.scopedLive(`that answers ${status} is told, with its status`, () =>
      Effect.gen(function* () {
        const server = yield* rawServer({ onRequest: ok })
        const proxy = yield* connectProxy(status)
        const fault = yield* Effect.flip(send({ proxy: `http://127.0.0.1:${proxy.port}` }, server.url))
        assert.deepInclude(fault, { reason: "Proxy", phase: "connect", proxyStatus: status, requestSent: false })
        assert.strictEqual(proxy.asked.length, 1)
      })
    )
  }

  it.scopedLive("that hangs up is asked once, and told", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: ok })
      const proxy = yield* connectProxy("hang up")
      const fault = yield* Effect.flip(send({ proxy: `http://127.0.0.1:${proxy.port}` }, server.url))
      assert.deepInclude(fault, { reason: "Proxy", phase: "connect", code: "ECONNRESET", requestSent: false })
      assert.strictEqual(proxy.asked.length, 1)
    })
  )

  it.scopedLive("that is silent runs into the limit of connecting", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: ok })
      const proxy = yield* connectProxy("silence")
      const fault = yield* Effect.flip(send({ proxy: `http://127.0.0.1:${proxy.port}` }, server.url, 300))
      assert.deepInclude(fault, { reason: "TimedOut", limit: "connect", phase: "connect", requestSent: false })
    })
  )

  it.scopedLive("that does not exist is a fault of the proxy", () =>
    Effect.gen(function* () {
      const fault = yield* Effect.flip(send({ proxy: yield* closedPortUrl }, "http://127.0.0.1:1"))
      assert.deepInclude(fault, { reason: "Proxy", phase: "connect", code: "ECONNREFUSED" })
    })
  )

  it.scopedLive("is taken from the environment, small letters before capitals", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: ok })
      const small = yield* connectProxy("tunnel")
      const large = yield* connectProxy("tunnel")
      const smallUrl = `http://127.0.0.1:${small.port}`
      const largeUrl = `http://127.0.0.1:${large.port}`
      yield* send({}, server.url).pipe(environment({ HTTP_PROXY: largeUrl }))
      assert.strictEqual(large.asked.length, 1)
      yield* send({}, server.url).pipe(environment({ HTTP_PROXY: largeUrl, http_proxy: smallUrl }))
      assert.strictEqual(small.asked.length, 1)
      yield* send({}, server.url).pipe(environment({ HTTPS_PROXY: largeUrl }))
      yield* send({ proxy: false }, server.url).pipe(environment({ HTTP_PROXY: largeUrl }))
      assert.deepStrictEqual([small.asked.length, large.asked.length], [1, 1])
    })
  )

  for (const [list, direct] of [
    ["127.0.0.1", true],
    ["example.com,127.0.0.1", true],
    ["example.com 127.0.0.1:PORT", true],
    ["*", true],
    [".0.0.1", true],
    ["127.0.0.1:1", false],
    ["27.0.0.1", false],
    ["", false]
  ] as const) {
    it.scopedLive(`${direct ? "is left out" : "is used"} where NO_PROXY says "${list}"`, () =>
      Effect.gen(function* () {
        const server = yield* rawServer({ onRequest: ok })
        const proxy = yield* connectProxy("tunnel")
        yield* send({}, server.url).pipe(
          environment({
            HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
            NO_PROXY: list.replace("PORT", String(server.port))
          })
        )
        assert.strictEqual(proxy.asked.length, direct ? 0 : 1)
      })
    )
  }

  for (const proxy of ["socks5://secret@127.0.0.1:1080", "http://user:secret@"]) {
    it.scoped(`of a kind that is not known is refused without its URL (${proxy.slice(0, 5)})`, () =>
      Effect.gen(function* () {
        const given = yield* Effect.either(make({ proxy }))
        const found = yield* Effect.either(make().pipe(environment({ https_proxy: proxy })))
        for (const result of [given, found]) {
          assert.isTrue(Either.isLeft(result))
          assert.notInclude(String(Either.isLeft(result) ? result.left : ""), "secret")
        }
      })
    )
  }
})
