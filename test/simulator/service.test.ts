import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope, Stream } from "effect"
import { Agent } from "node:http"
import { connect } from "node:net"
import * as FastCheck from "effect/FastCheck"
import * as limits from "../../src/simulator/internal/limits.js"
import { Fault, Simulator } from "../../src/simulator/index.js"
import {
  ask,
  eventually,
  get,
  headers,
  keptConnection,
  post,
  rawPost,
  send,
  start,
  stream,
  withFaults
} from "./support.js"

const refusesConnections = (port: number) =>
  Effect.async<boolean>((resume) => {
    const socket = connect(port, "127.0.0.1")
    socket.on("connect", () => {
      socket.destroy()
      resume(Effect.succeed(false))
    })
    socket.on("error", () => resume(Effect.succeed(true)))
  })

describe("rate limits", () => {
  it.scopedLive("are shown in headers on every message, whether enforced or not", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const got = yield* post(simulator, ask("Hi"))
      for (const kind of ["requests", "input-tokens", "output-tokens"]) {
        const value = (name: string) => got.headers.get(`anthropic-ratelimit-${kind}-${name}`) ?? ""
        assert.isAbove(Number(value("limit")), 0)
        assert.isAtMost(Number(value("remaining")), Number(value("limit")))
        assert.strictEqual(value("remaining"), value("limit"))
        assert.match(value("reset"), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      }
      assert.match(got.headers.get("request-id") ?? "", /^req_/)
      assert.isNotNull(got.headers.get("anthropic-organization-id"))
    })
  )

  it.scopedLive("answer 429 with retry-after when the bucket of requests is empty, for one limit group alone", () =>
    Effect.gen(function* () {
      const simulator = yield* start({ limits: { requests: 2 } })
      const statuses = yield* Effect.forEach([1, 2, 3], () => post(simulator, ask("Hi")))
      const last = statuses[2]
      assert.deepStrictEqual(
        statuses.map(({ status }) => status),
        [200, 200, 429]
      )
      assert.strictEqual(last?.json.error.type, "rate_limit_error")
      assert.isAtLeast(Number(last?.headers.get("retry-after")), 29)
      assert.strictEqual(last?.headers.get("anthropic-ratelimit-requests-remaining"), "0")
      assert.strictEqual((yield* post(simulator, ask("Hi", { model: "claude-haiku-4-5" }))).status, 200)
      assert.strictEqual((yield* post(simulator, ask("Hi"), { path: "/v1/messages/count_tokens" })).status, 200)
    })
  )

  it("refill all the time: what was refused passes after the wait that was named, and not before", () => {
    const buckets = limits.make({ requests: 60 })
    for (let nth = 0; nth < 60; nth++) assert.isUndefined(buckets.admit("opus", 1, 1000))
    const refused = buckets.admit("opus", 1, 1000)
    assert.strictEqual(refused?.headers?.["retry-after"], "1")
    assert.isDefined(buckets.admit("opus", 1, 1900))
    assert.isUndefined(buckets.admit("opus", 1, 2000))
    assert.isDefined(buckets.admit("opus", 1, 2001))
  })

  it("admit no more in any window than rate × window + burst + one request", () => {
    const gaps = FastCheck.array(FastCheck.integer({ min: 0, max: 3000 }), { maxLength: 300, minLength: 50 })
    FastCheck.assert(
      FastCheck.property(gaps, FastCheck.integer({ min: 1, max: 120 }), (gaps, rate) => {
        const buckets = limits.make({ requests: rate })
        const admitted: Array<number> = []
        let now = 0
        for (const gap of gaps) {
          now += gap
          if (buckets.admit("opus", 1, now) === undefined) admitted.push(now)
        }
        for (const [from, start] of admitted.entries()) {
          for (let to = from; to < admitted.length; to++) {
            const window = (admitted[to] ?? 0) - start
            assert.isAtMost(to - from + 1, (rate * window) / 60_000 + rate + 1)
          }
        }
      }),
      { numRuns: 15 }
    )
  })

  it.scopedLive("count input and output tokens: a large request leaves a debt", () =>
    Effect.gen(function* () {
      const simulator = yield* start({ limits: { inputTokens: 1000 } })
      assert.strictEqual((yield* post(simulator, ask("x".repeat(8000)))).status, 200)
      const input = yield* post(simulator, ask("Hi"))
      assert.deepStrictEqual([input.status, /input tokens per minute/.test(input.json.error.message)], [429, true])
      const other = yield* start({ limits: { outputTokens: 50 } })
      assert.strictEqual((yield* post(other, ask("Tell me about rain."))).status, 200)
      const output = yield* post(other, ask("Hi"))
      assert.deepStrictEqual([output.status, /output tokens per minute/.test(output.json.error.message)], [429, true])
    })
  )
})

describe("the log", () => {
  it.scopedLive("tells every request and what was answered, without keys", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.overloaded())
      yield* post(simulator, ask("Hi"))
      yield* post(simulator, ask("Hi"), { headers: { ...headers, "x-api-key": "sk-ant-secret" } })
      yield* get(simulator, "/v1/models?limit=2")
      const log = yield* simulator.log
      assert.deepStrictEqual(
        log.map(({ nth, outcome, path, route, status }) => [nth, route, path, status, outcome]),
        [
          [1, "messages", "/v1/messages", 529, "complete"],
          [2, "messages", "/v1/messages", 200, "complete"],
          [3, "models", "/v1/models?limit=2", 200, "complete"]
        ]
      )
      assert.deepStrictEqual(log[0]?.body, ask("Hi"))
      assert.deepStrictEqual([log[0]?.fault, log[0]?.errorType], ["529", "overloaded_error"])
      assert.notInclude(JSON.stringify(log), "sk-ant")
      assert.strictEqual(log[1]?.headers["authorization"], "<redacted>")
    })
  )

  it.scopedLive("tells what was sent: bytes, whole events, their text", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const got = yield* post(simulator, ask("Hi", { stream: true }))
      const [entry] = yield* simulator.log
      assert.strictEqual(entry?.bytesSent, Buffer.byteLength(got.text))
      assert.strictEqual(entry?.eventsSent, got.text.split("\n\n").length - 1)
      assert.isAbove(entry?.textSent.length ?? 0, 20)
    })
  )

  it.scopedLive("keeps the newest, and forgets on reset", () =>
    Effect.gen(function* () {
      const simulator = yield* start({ faults: [Fault.overloaded()], logLimit: 2 })
      yield* Effect.forEach([1, 2, 3], () => post(simulator, ask("Hi")))
      assert.deepStrictEqual(
        (yield* simulator.log).map(({ nth }) => nth),
        [2, 3]
      )
      yield* simulator.reset
      assert.deepStrictEqual(yield* simulator.log, [])
      assert.strictEqual((yield* post(simulator, ask("Hi"))).status, 529)
    })
  )

  it.scopedLive(
    "lets go of the oldest bodies when they weigh too much, and of nothing else",
    () =>
      Effect.gen(function* () {
        const simulator = yield* start()
        yield* Effect.forEach([1, 2, 3, 4], () => post(simulator, ask("x".repeat(20 * 1024 * 1024), { max_tokens: 1 })))
        const log = yield* simulator.log
        assert.deepStrictEqual(
          log.map(({ body }) => body !== undefined),
          [false, true, true, true]
        )
        assert.isTrue(log.every(({ bodyBytes, status }) => bodyBytes > 20_000_000 && status === 200))
      }),
    60_000
  )

  it.scopedLive("is a stream too, of requests as they end", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const fiber = yield* simulator.requests.pipe(Stream.take(2), Stream.runCollect, Effect.fork)
      // The subscription is in place when the first entry comes through: entries before it are not told.
      const both = yield* post(simulator, ask("Hi")).pipe(
        Effect.repeat({ until: () => Effect.map(fiber.status, (status) => status._tag === "Done") }),
        Effect.zipRight(Fiber.join(fiber))
      )
      assert.deepStrictEqual(
        [...both].map(({ outcome }) => outcome),
        ["complete", "complete"]
      )
    })
  )

  it.scopedLive("says that a client left, and knows its connection", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.stallBeforeHeaders())
      yield* post(simulator, ask("Hi")).pipe(Effect.timeoutOption("100 millis"))
      const left = yield* eventually(simulator.log, (log) => log[0]?.outcome !== "open")
      assert.deepStrictEqual(
        [left[0]?.outcome, left[0]?.status, left[0]?.fault],
        ["left", undefined, "stall-before-headers"]
      )
    })
  )
})

describe("connections", () => {
  it.scopedLive("are kept alive, listed, and can be dropped", () =>
    Effect.gen(function* () {
      const simulator = yield* withFaults(Fault.stallAt({ text: 10 }))
      const agent = yield* keptConnection
      yield* send(simulator, agent, ask("Hi"))
      yield* send(simulator, agent, ask("Hi"))
      assert.deepStrictEqual(yield* simulator.connections, [{ busy: false, id: 1, requests: 2 }])
      const stalled = yield* Effect.fork(rawPost(simulator, { ...ask("Hi"), stream: true }))
      yield* eventually(simulator.connections, (all) => all.some(({ busy }) => busy))
      yield* simulator.drop({ idleOnly: true })
      yield* eventually(simulator.connections, (all) => all.length === 1)
      yield* simulator.drop({ how: "reset" })
      assert.strictEqual((yield* Fiber.join(stalled)).ended, "ECONNRESET")
      assert.strictEqual((yield* eventually(simulator.log, (log) => log[2]?.outcome !== "open"))[2]?.outcome, "cut")
      yield* eventually(simulator.connections, (all) => all.length === 0)
    })
  )

  it.scopedLive("are closed after the answer when the client asks for it", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      const closing = new Agent({ keepAlive: false })
      assert.strictEqual((yield* send(simulator, closing, ask("Hi"))).status, 200)
      yield* eventually(simulator.connections, (all) => all.length === 0)
    })
  )

  it.scopedLive("do not pile up listeners however many requests they carry", () =>
    Effect.gen(function* () {
      const warnings: Array<string> = []
      const listen = (warning: Error) => warnings.push(warning.name)
      process.on("warning", listen)
      const simulator = yield* start()
      const agent = yield* keptConnection
      yield* Effect.forEach(Array.from({ length: 30 }), () => send(simulator, agent, ask("Hi")))
      yield* Effect.promise(() => new Promise(setImmediate))
      process.off("warning", listen)
      assert.strictEqual((yield* simulator.connections).length, 1)
      assert.deepStrictEqual(warnings, [])
    })
  )
})

describe("a scope", () => {
  it.live("that closes ends the server and all its connections at once, the stalled and the idle", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const simulator = yield* withFaults(Fault.stallAt({ text: 10 })).pipe(Scope.extend(scope))
      yield* post(simulator, ask("Hi"))
      const stalled = yield* Effect.fork(rawPost(simulator, { ...ask("Hi"), stream: true }))
      yield* eventually(simulator.connections, (all) => all.some(({ busy }) => busy))
      yield* Scope.close(scope, Exit.void)
      assert.notStrictEqual((yield* Fiber.join(stalled)).ended, "client")
      assert.isTrue(yield* refusesConnections(simulator.port))
      assert.deepStrictEqual(yield* simulator.connections, [])
      assert.deepStrictEqual(
        (yield* simulator.log).map(({ outcome }) => outcome),
        ["complete", "closed"]
      )
    })
  )

  it.scopedLive("of its own listens on loopback alone, on the port that was asked for", () =>
    Effect.gen(function* () {
      const simulator = yield* start()
      assert.strictEqual(simulator.url, `http://127.0.0.1:${simulator.port}`)
      const taken = yield* Effect.flip(start({ port: simulator.port }))
      assert.deepStrictEqual([taken._tag, taken.code, taken.port], ["SimulatorError", "EADDRINUSE", simulator.port])
      assert.include(taken.message, `127.0.0.1:${simulator.port}`)
    })
  )

  it.live("is a layer's, too", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const events = yield* stream(simulator, ask("Hi"))
      assert.strictEqual(events[events.length - 1]?.event, "message_stop")
    }).pipe(Effect.provide(Simulator.layer({ tokenDelay: 0 })))
  )
})
