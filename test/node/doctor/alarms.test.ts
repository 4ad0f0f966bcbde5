import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Duration, Effect, Fiber, Redacted } from "effect"
import { Doctor } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { keptBy } from "../../../src/node/internal/doctor/idle.js"
import { judgeHandshake } from "../../../src/node/internal/doctor/path.js"
import { fromCause } from "../../../src/transport/TransportFault.js"
import { connectProxy } from "../../transport/support/connectProxy.js"
import { rawServer } from "../../transport/support/rawServer.js"

const key = "sk-ant-of-the-doctor"

const examine = (baseUrl: string, options: Doctor.Options = {}) =>
  Doctor.examine({
    timeout: "5 seconds",
    rounds: 2,
    client: { apiKey: Redacted.make(key), baseUrl, pool: { proxy: false } },
    ...options
  })

const finding = (report: Doctor.Report, check: Doctor.Check): Doctor.Finding => {
  const found = report.findings.find((finding) => finding.check === check)
  if (found === undefined) throw new Error(`no finding of ${check}`)
  return found
}

const answer = (status: string, body: string, headers = "") =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`

const models = `{"data":[],"has_more":false,"first_id":null,"last_id":null}`

const environment = (variables: Record<string, string>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)), { pathDelim: "/" }))

describe("Doctor, on gateways", () => {
  it.scopedLive("one that serves no list of models is a warning, and the rest is examined", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) => peer.write(answer("404 Not Found", `{"detail":"Not Found"}`))
      })
      const report = yield* examine(`${server.url}/llm`, { upload: 1000, idle: "10 millis" })
      assert.strictEqual(finding(report, "api").verdict, "warning")
      // an answer is an answer
      assert.strictEqual(finding(report, "latency").verdict, "ok")
      assert.strictEqual(finding(report, "upload").verdict, "note")
      assert.include(finding(report, "upload").says, "cannot be told")
      assert.strictEqual(finding(report, "idle").verdict, "ok")
    })
  )

  it.scopedLive("one that has a rate limit of its own is a warning, and what it repeats of the key is not shown", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) => peer.write(answer("429 Too Many Requests", `{"error":{"message":"slower, ${key}"}}`))
      })
      const report = yield* examine(server.url)
      assert.strictEqual(finding(report, "api").verdict, "warning")
      assert.include(finding(report, "latency").says, "2 of 2 calls failed: 2 RateLimited")
      assert.notInclude(Doctor.toJson(report), key)
    })
  )

  it.scopedLive("one that does not get to the API is a failure", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: (peer) => peer.write(answer("502 Bad Gateway", "{}")) })
      assert.strictEqual(finding(yield* examine(server.url), "api").verdict, "failure")
    })
  )
})

describe("Doctor, on the settings of a client", () => {
  it.scopedLive("a base URL that ends in /v1 is pointed out", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      for (const end of ["/v1", "/v1/"]) {
        const report = yield* examine(simulator.url + end)
        assert.deepInclude(finding(report, "settings"), { verdict: "warning" })
        assert.include(finding(report, "settings").says, "ends in /v1")
      }
      assert.strictEqual(finding(yield* examine(`${simulator.url}/v12`), "settings").verdict, "ok")
    })
  )

  it.scopedLive("a key with a line end in it is told with what to do about it, and not shown", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const client = { apiKey: Redacted.make(`${key}\n`), baseUrl: simulator.url, pool: { proxy: false } } as const
      const report = yield* examine(simulator.url, { client })
      assert.strictEqual(finding(report, "settings").verdict, "warning")
      assert.strictEqual(finding(report, "api").verdict, "failure")
      assert.include(finding(report, "api").remedy, "line break")
      assert.notInclude(Doctor.toJson(report), key)
    })
  )

  for (const [name, value] of [
    ["ANTHROPIC_AUTH_TOKEN", key],
    ["ANTHROPIC_CUSTOM_HEADERS", `authorization: Bearer ${key}`]
  ] as const) {
    it.scopedLive(`a credential from ${name} alone is one`, () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.make({ keys: [key] })
        const report = yield* examine(simulator.url, { client: { baseUrl: simulator.url, pool: { proxy: false } } })
        assert.strictEqual(Doctor.verdict(report), "ok")
        assert.notInclude(Doctor.toJson(report), key)
      }).pipe(environment({ [name]: value }))
    )
  }

  it.scopedLive("without a credential nothing is tried that needs one", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ keys: [key] })
      const client = { baseUrl: simulator.url, pool: { proxy: false } } as const
      const report = yield* examine(simulator.url, { client, upload: 1000, stream: true })
      for (const check of ["upload", "stream"] as const) {
        assert.deepInclude(finding(report, check), {
          verdict: "skipped",
          says: "Not tried, since there is no credential."
        })
      }
    }).pipe(environment({}))
  )

  it.scopedLive("a proxy of the environment is none where pool.proxy says so", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      assert.deepInclude(finding(yield* examine(simulator.url), "proxy"), {
        verdict: "ok",
        says: "Connections go straight to the API, as pool.proxy says."
      })
    }).pipe(environment({ HTTP_PROXY: "http://127.0.0.1:1" }))
  )
})

describe("Doctor, whatever it is given", () => {
  it.scopedLive("sends no more than the API takes, and at least something", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      for (const [upload, bytes] of [
        [Infinity, 32_000_000],
        [NaN, 1],
        [-1, 1]
      ] as const) {
        const report = yield* examine(simulator.url, { upload, rounds: NaN, timeout: "30 seconds" })
        assert.deepInclude(finding(report, "upload"), { verdict: "ok" })
        assert.strictEqual(finding(report, "upload").evidence["bytes"], bytes)
        assert.strictEqual(finding(report, "latency").evidence["rounds"], 1)
      }
    })
  )

  it.scopedLive("ends although an answer trickles for ever", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: ({ socket }) => {
          socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
          const timer = setInterval(() => socket.write(" "), 20)
          socket.once("close", () => clearInterval(timer))
        }
      })
      const api = finding(yield* examine(server.url, { timeout: "100 millis" }), "api")
      assert.strictEqual(api.verdict, "failure")
      assert.strictEqual(api.evidence["tag"], "TimedOut")
      yield* server.drained
    })
  )
})

describe("Doctor, on a handshake", () => {
  it.scopedLive("that is never answered does not speak of a connection that was not opened", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({})
      const url = server.url.replace("http:", "https:")
      const tls = finding(yield* examine(url, { timeout: "100 millis" }), "tls")
      assert.deepInclude(tls, {
        verdict: "failure",
        says: "The connection opens, but no TLS handshake comes within 100 ms."
      })
      assert.include(tls.remedy, "MTU")
      // it is not asked again for a certificate that it will not show
      assert.strictEqual(server.accepted(), 2)
      yield* server.drained
    })
  )

  it("that lacks the intermediate certificate is told so, and another is not", () => {
    const fault = (code: string) => fromCause(Object.assign(new Error(code), { code }), { phase: "connect" })
    assert.include(judgeHandshake(fault("UNABLE_TO_VERIFY_LEAF_SIGNATURE")).remedy, "the whole chain")
    assert.notInclude(judgeHandshake(fault("DEPTH_ZERO_SELF_SIGNED_CERT")).remedy, "the whole chain")
  })
})

describe("Doctor, on idle connections", () => {
  it.scopedLive("heeds what the other side promises, as the client does", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) =>
          peer.write(answer("200 OK", models, "request-id: req_1\r\nkeep-alive: timeout=2\r\n"), () =>
            peer.socket.setTimeout(30, () => peer.end())
          )
      })
      const report = yield* examine(server.url, { idle: "4 seconds" })
      // two seconds of it are the client's margin: nothing is left
      assert.deepInclude(finding(report, "idle"), { verdict: "note" })
      assert.include(finding(report, "idle").says, "one answer only")
      // those of tcp and idle, and one for each of the client's four calls
      assert.strictEqual(server.accepted(), 6)
    })
  )

  it("takes the shorter of what it would keep and what is promised, less a margin", () => {
    for (const [promise, kept] of [
      [undefined, 4000],
      ["max=100", 4000],
      ["timeout=75", 4000],
      ["timeout=5, max=100", 3000],
      ["timeout=1", 0]
    ] as const) {
      assert.strictEqual(keptBy(promise, Duration.seconds(4)), kept, promise)
    }
  })

  it.scopedLive("takes an answer of HTTP/1.0 for the end of its connection", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) =>
          peer.write(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\nrequest-id: req_1\r\n\r\n${models}`, () =>
            peer.end()
          )
      })
      const idle = finding(yield* examine(server.url, { idle: "4 seconds" }), "idle")
      assert.strictEqual(idle.verdict, "note")
      assert.include(idle.says, "one answer only")
    })
  )
})

describe("Doctor, left midway", () => {
  /** A server that takes connections and lets them wait, and when the first one waits that is not of tcp. */
  const waiting = (count: number) =>
    Effect.gen(function* () {
      const reached = yield* Deferred.make<void>()
      const server = yield* rawServer({
        onAccept: (_, index) => {
          if (index === count - 1) Deferred.unsafeDone(reached, Effect.void)
        }
      })
      return { server, reached: Deferred.await(reached) }
    })

  for (const [what, scheme] of [
    ["a call without an answer", "http:"],
    ["a handshake without an answer", "https:"]
  ] as const) {
    it.scopedLive(`in ${what}, leaves no connection behind`, () =>
      Effect.gen(function* () {
        const { reached, server } = yield* waiting(2)
        const fiber = yield* Effect.fork(examine(server.url.replace("http:", scheme), { timeout: "1 hour" }))
        yield* reached
        yield* Fiber.interrupt(fiber)
        yield* Effect.timeout(server.drained, "5 seconds")
      })
    )
  }

  it.scopedLive("in a tunnel that leads to a handshake without an answer, leaves no connection behind", () =>
    Effect.gen(function* () {
      // the tunnels of tunnel and of tls; tcp goes to the proxy alone
      const { reached, server } = yield* waiting(2)
      const proxy = yield* connectProxy("tunnel")
      const client = {
        apiKey: Redacted.make(key),
        baseUrl: server.url.replace("http:", "https:"),
        pool: { proxy: `http://127.0.0.1:${proxy.port}` }
      }
      const fiber = yield* Effect.fork(examine(server.url, { client, timeout: "1 hour" }))
      yield* reached
      yield* Fiber.interrupt(fiber)
      yield* Effect.timeout(server.drained, "5 seconds")
    })
  )
})
