import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Deferred, Effect, Fiber, Redacted, Schema, Stream } from "effect"
import { ClaudeEvent } from "effect-claude"
import { Doctor } from "effect-claude/node"
import { Fault, Simulator } from "effect-claude/simulator"
import { connectProxy } from "../../transport/support/connectProxy.js"
import { certificate, closedPortUrl, rawServer } from "../../transport/support/rawServer.js"

const key = "sk-ant-of-the-doctor"

const environment = (variables: Record<string, string>) =>
  Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)), { pathDelim: "/" }))

const clientOf = (baseUrl: string, pool: Doctor.Options["client"] = {}): Doctor.Options["client"] => ({
  apiKey: Redacted.make(key),
  baseUrl,
  ...pool,
  pool: { proxy: false, ...pool.pool }
})

const examine = (options: Doctor.Options) => Doctor.examine({ timeout: "5 seconds", ...options })

const verdicts = (report: Doctor.Report) =>
  Object.fromEntries(report.findings.map(({ check, verdict }) => [check, verdict]))

const finding = (report: Doctor.Report, check: Doctor.Check): Doctor.Finding => {
  const found = report.findings.find((finding) => finding.check === check)
  if (found === undefined) throw new Error(`no finding of ${check}`)
  return found
}

const authority = certificate("self-signed")

const hello = (body: string, more = "") =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nrequest-id: req_1\r\n${more}content-length: ${body.length}\r\n\r\n${body}`

const models = `{"data":[],"has_more":false,"first_id":null,"last_id":null}`

describe("Doctor, where all is well", () => {
  it.scopedLive("goes every step of the way, and finds nothing", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ tokenDelay: "2 millis" })
      const report = yield* examine({
        client: clientOf(simulator.url),
        upload: 1_500_000,
        stream: true,
        idle: "50 millis"
      })
      assert.deepStrictEqual(verdicts(report), {
        settings: "ok",
        proxy: "ok",
        dns: "ok",
        tcp: "ok",
        tunnel: "skipped",
        tls: "skipped",
        api: "ok",
        clock: "ok",
        latency: "ok",
        upload: "ok",
        stream: "ok",
        idle: "ok"
      })
      assert.strictEqual(Doctor.verdict(report), "ok")
      assert.strictEqual(report.origin, simulator.url)
      assert.strictEqual(finding(report, "latency").evidence["rounds"], 5)
      const log = yield* simulator.log
      assert.includeMembers(
        log.map(({ requestId }) => requestId),
        [finding(report, "api").evidence["requestId"]]
      )
    })
  )

  it.scopedLive("tells each finding as soon as it is there, and reads back from its JSON", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const options = { client: clientOf(simulator.url), rounds: 1 }
      const first = yield* Doctor.findings(options).pipe(Stream.take(5), Stream.runCollect)
      assert.strictEqual(first.length, 5)
      assert.strictEqual((yield* simulator.log).length, 0)
      const report = yield* examine(options)
      assert.deepStrictEqual(Schema.decodeSync(Schema.parseJson(Doctor.Report))(Doctor.toJson(report)), report)
      assert.strictEqual(Doctor.format(report).split("\n").length, report.findings.length)
    })
  )

  it.scopedLive("tells nobody of its calls: they are not the program's", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const told: Array<string> = []
      yield* ClaudeEvent.listen((event) => void told.push(event._tag))
      yield* examine({ client: clientOf(simulator.url) })
      assert.deepStrictEqual(told, [])
    }).pipe(Effect.provide(ClaudeEvent.layerHub))
  )
})

describe("Doctor, on the settings", () => {
  for (const [what, baseUrl] of [
    ["no URL", "not a url"],
    ["of another kind", "ftp://127.0.0.1"],
    ["with a password", "https://user:hunter2@127.0.0.1"],
    ["with a fragment", "https://127.0.0.1/#hunter2"]
  ] as const) {
    it.live(`a base URL that is ${what} ends it there, unseen`, () =>
      Effect.gen(function* () {
        const report = yield* examine({ client: clientOf(baseUrl) })
        assert.strictEqual(finding(report, "settings").verdict, "failure")
        assert.isDefined(finding(report, "settings").remedy)
        assert.isTrue(report.findings.slice(1).every(({ verdict }) => verdict === "skipped"))
        assert.isUndefined(report.origin)
        assert.notInclude(Doctor.toJson(report), "hunter2")
      })
    )
  }

  it.live("a proxy that is no URL is named by its variable, and not shown", () =>
    Effect.gen(function* () {
      const report = yield* Doctor.examine({ client: { apiKey: Redacted.make(key) } })
      const settings = finding(report, "settings")
      assert.strictEqual(settings.verdict, "failure")
      assert.include(settings.says, "https_proxy")
      assert.notInclude(Doctor.toJson(report), "hunter2")
    }).pipe(environment({ HTTPS_PROXY: "socks5://me:hunter2@127.0.0.1:1080" }))
  )

  it.scopedLive("without a credential the rest is examined, and the API's refusal is a good sign", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ keys: [key] })
      const report = yield* examine({ client: { baseUrl: simulator.url, pool: { proxy: false } } })
      assert.strictEqual(finding(report, "settings").verdict, "note")
      assert.deepInclude(finding(report, "api"), { verdict: "ok" })
      assert.include(finding(report, "api").says, "it wants a credential (req_")
    }).pipe(environment({}))
  )

  it.scopedLive("a credential with a line end in it is suspicious", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const report = yield* examine({
        client: { apiKey: Redacted.make(`"${key}"`), baseUrl: simulator.url, pool: { proxy: false } }
      })
      assert.strictEqual(finding(report, "settings").verdict, "warning")
      assert.notInclude(Doctor.toJson(report), key)
    })
  )

  it.scopedLive("NODE_TLS_REJECT_UNAUTHORIZED=0 is pointed out", () =>
    Effect.gen(function* () {
      const report = yield* examine({ client: clientOf(yield* closedPortUrl) })
      assert.strictEqual(finding(report, "settings").verdict, "warning")
      assert.include(finding(report, "settings").says, "NODE_TLS_REJECT_UNAUTHORIZED=0")
    }).pipe(environment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }))
  )

  it.scopedLive("a proxy of the environment that is not used is pointed out", () =>
    Effect.gen(function* () {
      const url = (yield* closedPortUrl).replace("http:", "https:")
      const report = yield* examine({ client: { apiKey: Redacted.make(key), baseUrl: url } })
      const proxy = finding(report, "proxy")
      assert.deepInclude(proxy, { verdict: "note" })
      assert.include(proxy.says, "HTTP_PROXY")
      assert.include(proxy.remedy, "HTTPS_PROXY")
      assert.notInclude(Doctor.toJson(report), "hunter2")
    }).pipe(environment({ HTTP_PROXY: "http://me:hunter2@127.0.0.1:3128" }))
  )
})

describe("Doctor, on the connection", () => {
  it.live("a name that does not exist fails at dns", () =>
    Effect.gen(function* () {
      const report = yield* examine({ client: clientOf("https://nobody.invalid") })
      const dns = finding(report, "dns")
      assert.strictEqual(dns.verdict, "failure")
      assert.include(["ENOTFOUND", "EAI_AGAIN"], dns.evidence["code"])
      assert.isDefined(dns.remedy)
      assert.strictEqual(finding(report, "tcp").says, "Not tried, since dns failed.")
    })
  )

  it.scopedLive("a port on which nobody listens fails at tcp", () =>
    Effect.gen(function* () {
      const report = yield* examine({ client: clientOf(yield* closedPortUrl) })
      assert.deepInclude(finding(report, "tcp"), {
        verdict: "failure",
        says: "The connection was refused (ECONNREFUSED)"
      })
      assert.strictEqual(finding(report, "api").verdict, "skipped")
    })
  )

  it.scopedLive("a certificate that nobody vouches for fails at tls, and is shown", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: (peer) => peer.write(hello(models)) }, authority)
      const report = yield* examine({ client: clientOf(server.url) })
      const tls = finding(report, "tls")
      assert.strictEqual(tls.verdict, "failure")
      assert.strictEqual(tls.evidence["code"], "DEPTH_ZERO_SELF_SIGNED_CERT")
      assert.match(tls.says, /It shows a certificate for ".+" that ".+" issued\.$/)
      assert.include(tls.remedy, "NODE_EXTRA_CA_CERTS")
      // nothing was asked over a connection that is not trusted
      assert.strictEqual(server.requests(), 0)
      yield* server.drained
    })
  )

  it.scopedLive("a certificate that is trusted by an added authority alone is a note", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onRequest: (peer) => peer.write(hello(models)) }, authority)
      const report = yield* examine({ client: clientOf(server.url, { pool: { ca: authority.cert } }) })
      const tls = finding(report, "tls")
      assert.strictEqual(tls.verdict, "note")
      assert.strictEqual(tls.evidence["protocol"], "TLSv1.3")
      assert.include(tls.remedy, "inspects TLS")
      assert.strictEqual(finding(report, "api").verdict, "ok")
    })
  )

  for (const [name, code] of [
    ["expired", "CERT_HAS_EXPIRED"],
    ["other-host", "ERR_TLS_CERT_ALTNAME_INVALID"]
  ] as const) {
    it.scopedLive(`a certificate that is ${name} fails at tls`, () =>
      Effect.gen(function* () {
        const pair = certificate(name)
        const server = yield* rawServer({}, pair)
        const report = yield* examine({ client: clientOf(server.url, { pool: { ca: pair.cert } }) })
        assert.deepInclude(finding(report, "tls").evidence, { code })
        assert.isDefined(finding(report, "tls").evidence["certificate"])
      })
    )
  }

  it.scopedLive("a server that does not speak TLS shows no certificate", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onAccept: (peer) => peer.write("220 mail.example.com\r\n") })
      const report = yield* examine({ client: clientOf(server.url.replace("http:", "https:")) })
      assert.strictEqual(finding(report, "tls").verdict, "failure")
      assert.isUndefined(finding(report, "tls").evidence["certificate"])
      yield* server.drained
    })
  )

  it.scopedLive("the way leads through the proxy, whose password is not shown", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const proxy = yield* connectProxy("tunnel")
      const report = yield* examine({
        client: clientOf(simulator.url, { pool: { proxy: `http://me:hunter2@127.0.0.1:${proxy.port}` } }),
        idle: "20 millis"
      })
      assert.strictEqual(Doctor.verdict(report), "ok")
      assert.include(finding(report, "proxy").says, `127.0.0.1:${proxy.port}, from pool.proxy`)
      assert.include(finding(report, "tunnel").says, "opens a tunnel in")
      assert.notInclude(Doctor.toJson(report), "hunter2")
      assert.isAbove(proxy.asked.length, 2)
    })
  )

  it.scopedLive("a proxy that wants credentials fails at tunnel", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy(407)
      const report = yield* examine({
        client: clientOf("http://api.example.com", { pool: { proxy: `http://127.0.0.1:${proxy.port}` } })
      })
      assert.deepInclude(finding(report, "tunnel"), {
        verdict: "failure",
        says: "The proxy opened no way to the host (status 407)"
      })
      assert.include(finding(report, "tunnel").remedy, "HTTPS_PROXY")
    })
  )

  it.scopedLive("a proxy that says nothing fails at tunnel, in time", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy("silence")
      const report = yield* examine({
        client: clientOf("http://api.example.com", { pool: { proxy: `http://127.0.0.1:${proxy.port}` } }),
        timeout: "100 millis"
      })
      assert.deepInclude(finding(report, "tunnel"), {
        verdict: "failure",
        says: "The proxy accepts connections, but opens no tunnel within 100 ms."
      })
      assert.notInclude(finding(report, "tunnel").remedy, "drops packets")
    })
  )
})

describe("Doctor, on the answer", () => {
  it.scopedLive("a credential that is refused is a failure, with the id of the refusal", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ keys: ["another"] })
      const report = yield* examine({ client: clientOf(simulator.url) })
      const api = finding(report, "api")
      assert.strictEqual(api.verdict, "failure")
      assert.match(api.says, /^The credential was not accepted \(401.*\(req_\w+\)$/)
      assert.notInclude(Doctor.toJson(report), key)
      assert.strictEqual((yield* simulator.log).length, 1)
    })
  )

  it.scopedLive("the page of a network that wants a sign-in is not taken for the API", () =>
    Effect.gen(function* () {
      const page = "<!doctype html><title>Sign in to the wireless network</title>"
      const server = yield* rawServer({
        onRequest: (peer) =>
          peer.write(`HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${page.length}\r\n\r\n${page}`)
      })
      const report = yield* examine({ client: clientOf(server.url) })
      assert.deepInclude(finding(report, "api").evidence, { tag: "UnexpectedResponse", status: 200 })
      assert.strictEqual(finding(report, "api").verdict, "failure")
    })
  )

  it.scopedLive("a gateway that gives no request id is a note", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) =>
          peer.write(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nvia: 1.1 cache\r\n\r\n{}`
          )
      })
      const report = yield* examine({ client: clientOf(server.url) })
      assert.strictEqual(finding(report, "api").verdict, "note")
      assert.strictEqual(finding(report, "api").evidence["via"], "1.1 cache")
    })
  )

  it.scopedLive("a reset of the first call fails at api, with its hint", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ onHead: (peer) => peer.reset() })
      const report = yield* examine({ client: clientOf(server.url) })
      assert.deepInclude(finding(report, "api").evidence, { tag: "ConnectionReset", phase: "headers" })
      assert.strictEqual(finding(report, "latency").verdict, "skipped")
    })
  )

  it.scopedLive("a clock that is wrong by a year is pointed out", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) => peer.write(hello(models, "date: Sat, 01 Nov 2025 00:00:00 GMT\r\n"))
      })
      const report = yield* examine({ client: clientOf(server.url) })
      assert.strictEqual(finding(report, "clock").verdict, "warning")
      assert.include(finding(report, "clock").says, "ahead of the API's")
    })
  )

  it.scopedLive("calls that fail among others are counted by their tags", () =>
    Effect.gen(function* () {
      // the first two calls are those of api and clock
      const faults = [4, 5, 7].map((at) => Fault.onRequest(Fault.overloaded(), at))
      const simulator = yield* Simulator.make({ faults })
      const latency = finding(yield* examine({ client: clientOf(simulator.url), rounds: 8 }), "latency")
      assert.deepInclude(latency, { verdict: "warning", says: "3 of 8 calls failed: 3 Overloaded." })
    })
  )

  it.scopedLive("a kept connection that is reset, and replaced by the client, is counted all the same", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ faults: [Fault.onRequest(Fault.resetBeforeHeaders(), 4)] })
      const latency = finding(yield* examine({ client: clientOf(simulator.url), rounds: 8 }), "latency")
      assert.strictEqual(latency.verdict, "warning")
      assert.include(latency.says, "1 of 8 calls found a kept connection reset")
      assert.strictEqual(latency.evidence["failed"], 0)
    })
  )
})

describe("Doctor, on request", () => {
  it.scopedLive("a limit of size in between is found, whoever sets it", () =>
    Effect.gen(function* () {
      const page = "<html><head><title>413 Request Entity Too Large</title></head></html>"
      const server = yield* rawServer({
        onRequest: (peer, _, head) =>
          peer.write(
            head.startsWith("GET")
              ? hello(models)
              : `HTTP/1.1 413 Request Entity Too Large\r\ncontent-type: text/html\r\ncontent-length: ${page.length}\r\n\r\n${page}`
          )
      })
      const report = yield* examine({ client: clientOf(server.url), upload: 1_200_000 })
      const upload = finding(report, "upload")
      assert.strictEqual(upload.verdict, "failure")
      assert.deepInclude(upload.evidence, { status: 413, bytes: 1_200_000 })
    })
  )

  it.scopedLive("a large request has the time that a slow line takes", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer, _, head) =>
          head.startsWith("GET")
            ? peer.write(hello(models))
            : void setTimeout(() => peer.write(hello('{"input_tokens":240000}')), 1500)
      })
      const report = yield* examine({ client: clientOf(server.url), timeout: "1 second", upload: 1_200_000 })
      assert.strictEqual(finding(report, "upload").verdict, "ok")
    })
  )

  it.scopedLive("events that come all at once after a wait were held back", () =>
    Effect.gen(function* () {
      const texts = Array.from(
        { length: 20 },
        (_, index) =>
          `data: ${JSON.stringify({
            type: "content_block_delta",
            index: 0,
            delta: { type: "text_delta", text: `${index} ` }
          })}\n\n`
      )
      const events = [
        `data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}\n\n`,
        `data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n`,
        ...texts,
        `data: {"type":"content_block_stop","index":0}\n\n`,
        `data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":20}}\n\n`,
        `data: {"type":"message_stop"}\n\n`
      ].join("")
      const server = yield* rawServer({
        onRequest: (peer, _, head) => {
          if (head.startsWith("GET")) return peer.write(hello(models))
          setTimeout(
            () =>
              peer.write(
                `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_2\r\ncontent-length: ${events.length}\r\n\r\n${events}`
              ),
            1000
          )
        }
      })
      const report = yield* examine({ client: clientOf(server.url), stream: true })
      assert.strictEqual(finding(report, "stream").verdict, "warning")
      assert.include(finding(report, "stream").remedy, "proxy_buffering off")
      assert.strictEqual(finding(report, "stream").evidence["pieces"], 20)
    })
  )

  it.scopedLive("a connection that the other side closes before the client would drop it is a warning", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) => peer.write(hello(models), () => setTimeout(() => peer.end(), 30))
      })
      const report = yield* examine({ client: clientOf(server.url), rounds: 1, idle: "4 seconds" })
      assert.strictEqual(finding(report, "idle").verdict, "warning")
      assert.include(finding(report, "idle").remedy, "pool.keepAlive")
      yield* server.drained
    })
  )

  it.scopedLive("a connection that is closed after each answer, as the answer says, is a note", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({
        onRequest: (peer) => peer.write(hello(models, "connection: close\r\n"), () => peer.end())
      })
      const report = yield* examine({ client: clientOf(server.url), rounds: 1, idle: "4 seconds" })
      assert.strictEqual(finding(report, "idle").verdict, "note")
      assert.include(finding(report, "idle").says, "one answer only")
    })
  )

  it.scopedLive("who leaves while a connection lies idle leaves no connection behind", () =>
    Effect.gen(function* () {
      const idling = yield* Deferred.make<void>()
      const server = yield* rawServer({
        onRequest: (peer, _, head) => {
          peer.write(hello(models))
          // of all requests that of an idle connection alone bears no credential
          if (!head.includes(key)) Deferred.unsafeDone(idling, Effect.void)
        }
      })
      const fiber = yield* Effect.fork(examine({ client: clientOf(server.url), rounds: 1, idle: "1 hour" }))
      yield* Deferred.await(idling)
      yield* Fiber.interrupt(fiber)
      yield* Effect.timeout(server.drained, "5 seconds")
    })
  )

  it.scopedLive("a silent connection that is found dead when it is used is a warning", () =>
    Effect.gen(function* () {
      const asked = new WeakSet<object>()
      const server = yield* rawServer({
        onRequest: (peer, _, head) => {
          // of the client's own calls, which bear its credential, all are answered
          if (head.includes(key) || !asked.has(peer.socket)) {
            asked.add(peer.socket)
            return peer.write(hello(models))
          }
          peer.reset()
        }
      })
      const report = yield* examine({ client: clientOf(server.url), idle: "20 millis" })
      const idle = finding(report, "idle")
      assert.strictEqual(idle.verdict, "warning")
      assert.include(idle.says, "is dead, and nobody said so")
      assert.include(idle.says, "ECONNRESET")
    })
  )
})
