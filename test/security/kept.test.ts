import { NodeFileSystem, NodeKeyValueStore } from "@effect/platform-node"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Exit, Layer, Redacted, Schedule, Stream } from "effect"
import { CheckpointStore, Claude, Resumable, Transport } from "effect-claude"
import { FileCheckpointStore, NodeClaude, NodeTransport } from "effect-claude/node"
import { Cassette } from "effect-claude/testing"
import { inspect } from "node:util"
import { clients } from "../faults/support/clients.js"
import { clientLayer, makeTransport, names, post } from "../transport/support/transports.js"
import { isIn, leaksOf, prompt, secrets } from "./canaries.js"
import { addExit, directory, Emitted, filesIn, watched } from "./emitted.js"
import { type AnswerName, parrot } from "./parrot.js"
import { calls, client, options, plain, withServer } from "./planted.js"

const all = { ...secrets, prompt }

const stores = {
  memory: () => CheckpointStore.layerMemory,
  KeyValueStore: (path: string) =>
    Layer.orDie(CheckpointStore.layerKeyValueStore().pipe(Layer.provide(NodeKeyValueStore.layerFileSystem(path)))),
  files: (path: string) => Layer.orDie(FileCheckpointStore.layer({ directory: path }))
}

describe.each(["memory", "KeyValueStore", "files"] as const)("a checkpoint in %s", (name) => {
  it.live("holds the prompt, and no secret of its request", () =>
    Effect.gen(function* () {
      const api = yield* parrot
      api.answer("a reset of the body")
      const path = yield* directory
      const emitted = new Emitted()
      const program = Effect.gen(function* () {
        const store = yield* CheckpointStore.CheckpointStore
        const stream = Resumable.stream(withServer, {
          id: "one",
          store,
          policy: Schedule.recurs(1),
          durability: "beforeDelivery"
        })
        const exit = yield* Effect.exit(Stream.runDrain(stream))
        emitted.add("checkpoint", store, inspect(yield* store.read("one"), { depth: 20 }), ...filesIn(path))
        return yield* exit
      })
      yield* watched(emitted, [program], Layer.merge(stores[name](path), client("NodeClaude", api.url)))
      const kept = emitted.texts((source) => source === "checkpoint")
      assert.isTrue(kept.some(([, text]) => text.includes(prompt)))
      assert.isTrue(kept.some(([, text]) => text.includes("/mcp_servers/0/authorization_token")))
      assert.deepStrictEqual(leaksOf(emitted.texts(), secrets), [])
      // the error has the checkpoint, so that it can be gone on with; its own words have nothing of it
      const withError = new Set(["checkpoint", "error", "exit", "log", "span's exit"])
      const others = emitted.texts((source) => !withError.has(source))
      assert.deepStrictEqual(leaksOf(others, { prompt }), [])
      assert.include(new Set(others.map(([source]) => source)), "pretty")
    }).pipe(Effect.scoped)
  )
})

const recordedAnswers: ReadonlyArray<AnswerName> = [
  "401",
  "502 as a page",
  "a redirect",
  "200 as JSON of another kind",
  "an error event",
  "an event that is no JSON",
  "a whole answer"
]

describe("a cassette", () => {
  it.live(
    "holds the prompt, and no secret that was sent or repeated",
    () =>
      Effect.gen(function* () {
        const api = yield* parrot
        const path = `${yield* directory}/cassette.json`
        const emitted = new Emitted()
        const recorded = Claude.layerTransport(options(api.url)).pipe(
          Layer.provide(Cassette.layer(path, { mode: "record", headers: ["x-gateway", "x-tenant", "authorization"] })),
          Layer.provide(Layer.scoped(Transport.Transport, NodeTransport.make({ proxy: false }))),
          Layer.provide(NodeFileSystem.layer)
        )
        for (const answer of recordedAnswers) {
          api.answer(answer)
          yield* watched(emitted, [calls.create, calls.stream, calls.endpoint], recorded)
          const [text = ""] = filesIn(path.replace(/\/[^/]*$/, ""))
          emitted.add("cassette", text, Buffer.from(text, "latin1").toString("utf8"), ...decoded(text))
        }
        assert.isTrue(emitted.texts((source) => source === "cassette").some(([, text]) => text.includes(prompt)))
        assert.deepStrictEqual(leaksOf(emitted.texts(), secrets), [])
        assert.deepStrictEqual(
          leaksOf(
            emitted.texts((source) => source !== "cassette"),
            { prompt }
          ),
          []
        )
      }).pipe(Effect.scoped),
    120_000
  )
})

/** Chunks that are no text are kept in base64. */
const decoded = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/"base64": ?"([^"]*)"/g)].map(([, bytes = ""]) => Buffer.from(bytes, "base64").toString())

describe("telemetry that was asked for content", () => {
  it.live("writes the prompt into spans, and nothing else of the request that is private", () =>
    Effect.gen(function* () {
      const api = yield* parrot
      const emitted = new Emitted()
      const layer = client("NodeClaude", api.url)
      yield* watched(emitted, [calls.create, calls.stream], layer, { content: true })
      const spans = emitted.texts((source) => source === "span with content")
      assert.isTrue(spans.some(([, text]) => isIn(text, prompt)))
      assert.deepStrictEqual(leaksOf(emitted.texts(), secrets), [])
      assert.deepStrictEqual(
        leaksOf(
          emitted.texts((source) => source !== "span with content"),
          { prompt }
        ),
        []
      )
    }).pipe(Effect.scoped)
  )
})

describe("what a client is made of", () => {
  it.effect("shows no secret when it is dumped", () =>
    Effect.gen(function* () {
      const emitted = new Emitted()
      const proxy = Redacted.make(`http://user:${encodeURIComponent(secrets.proxyPassword)}@127.0.0.1:1`)
      const environment = ConfigProvider.fromMap(
        new Map([
          ["ANTHROPIC_AUTH_TOKEN", secrets.authToken],
          ["ANTHROPIC_CUSTOM_HEADERS", `X-Env: ${secrets.headerOfEnvironment}`],
          ["https_proxy", Redacted.value(proxy)]
        ])
      )
      const read = yield* Effect.withConfigProvider(Claude.optionsFromConfig(), environment)
      assert.strictEqual(Redacted.value(Object(read.headers)["x-env"]), secrets.headerOfEnvironment)
      const given = { ...options("http://127.0.0.1:1"), pool: { proxy } }
      const layer = NodeClaude.layerWithPool(given)
      emitted.add("options", read, given, layer, Claude.layerTransport(given))
      const services = yield* Effect.withConfigProvider(Layer.build(layer), environment)
      emitted.add("services", services, ...services.unsafeMap.values())
      assert.deepStrictEqual(leaksOf(emitted.texts(), all), [])
    }).pipe(Effect.scoped)
  )
})

describe.each(names)("a fault of the transport over %s", (name) => {
  it.live("shows nothing of the request when it is dumped, nor do the spans of a client that makes them", () =>
    Effect.gen(function* () {
      const api = yield* parrot
      api.answer("a reset before the headers")
      const emitted = new Emitted()
      const headers = { authorization: `Bearer ${secrets.apiKey}`, "x-gateway": secrets.headerOfClient }
      const body = new TextEncoder().encode(JSON.stringify(withServer))
      const transport = Effect.gen(function* () {
        if (name === "NodeTransport") return yield* makeTransport(name)
        const made = yield* Effect.provide(HttpClient.HttpClient, clientLayer(name))
        return Transport.fromHttpClient(made, { traceHeaders: true })
      })
      for (const url of [api.url, "http://127.0.0.1:1", "no URL"]) {
        const program = Effect.scoped(
          Effect.flatMap(transport, (transport) => transport.execute(post(url, { headers, body })))
        )
        emitted.add("fault", yield* Effect.flip(program))
        yield* watched(emitted, [program], Layer.empty)
      }
      assert.isTrue(emitted.texts((source) => source === "fault").some(([, text]) => text.includes("Reset")))
      // a client's own span ends with the client's own error; what is exported of it is its message
      assert.deepStrictEqual(
        leaksOf(
          emitted.texts((source) => source !== "span's exit"),
          all
        ),
        []
      )
    }).pipe(Effect.scoped)
  )
})

describe("a proxy's password", () => {
  it.live("is in no error, whatever is wrong with the proxy", () =>
    Effect.gen(function* () {
      const api = yield* parrot
      const emitted = new Emitted()
      const user = `user:${encodeURIComponent(secrets.proxyPassword)}@`
      const { host } = new URL(api.url)
      for (const proxy of [
        `http://${user}${host}`,
        `http://${user}127.0.0.1:1`,
        `ftp://${user}${host}`,
        `http://${user}`
      ]) {
        const layer = NodeClaude.layerWith({ ...options(api.url), pool: { proxy } })
        const exit = yield* Effect.exit(Effect.provide(Claude.create(plain), layer))
        assert.isTrue(Exit.isFailure(exit), proxy)
        addExit(emitted, exit)
        yield* watched(emitted, [Effect.provide(Claude.create(plain), layer)], Layer.empty)
      }
      assert.deepStrictEqual(leaksOf(emitted.texts(), all), [])
    }).pipe(Effect.scoped)
  )
})

describe.each(clients)("over %s, a base URL", (name) => {
  it.live("that holds a secret is refused, and told nowhere", () =>
    Effect.gen(function* () {
      const api = yield* parrot
      const emitted = new Emitted()
      const { host } = new URL(api.url)
      const password = encodeURIComponent(secrets.baseUrlPassword)
      const query = encodeURIComponent(secrets.baseUrlQuery)
      for (const base of [
        `http://user:${password}@${host}`,
        `http://${host}?key=${query}`,
        `http://${host}/v#${query}`
      ]) {
        const layer = client(name, base)
        yield* watched(emitted, Object.values(calls), layer)
        const error = yield* Effect.flip(Effect.provide(Claude.create(plain), layer))
        assert.deepStrictEqual(error._tag === "InvalidRequest" && error.issues.map(({ rule }) => rule), ["base-url"])
      }
      assert.strictEqual(api.asked().length, 0)
      assert.deepStrictEqual(leaksOf(emitted.texts(), all), [])
    }).pipe(Effect.scoped)
  )
})
