import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Layer, Redacted, Schema, Stream } from "effect"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Claude } from "effect-claude"
import { request, secret } from "../support/fixtures.js"
import { ok, script, type Script, wholeStream } from "../support/scriptedTransport.js"

const sent = (
  options: Claude.Options,
  program: Effect.Effect<unknown, unknown, Claude.Claude> = Claude.create(request)
) =>
  Effect.gen(function* () {
    const played = script(ok("there"), ok("there"), ok("there"))
    yield* Effect.provide(program, Claude.layerTransport(options).pipe(Layer.provide(played.layer)))
    const [first] = played.received
    if (first === undefined) return yield* Effect.dieMessage("nothing was sent")
    return first.request
  })

const failing = (options: Claude.Options, program = Claude.create(request), played: Script = script()) =>
  Effect.provide(Effect.flip(program), Claude.layerTransport(options).pipe(Layer.provide(played.layer)))

describe("headers", () => {
  it.effect("a key travels as a bearer token, under the API version 2026-10-21", () =>
    Effect.gen(function* () {
      const { headers, method, url } = yield* sent({ apiKey: secret })
      assert.strictEqual(method, "POST")
      assert.strictEqual(url, "https://api.anthropic.com/v1/messages")
      assert.deepInclude(headers, {
        authorization: `Bearer ${Redacted.value(secret)}`,
        "anthropic-version": "2026-10-21",
        "content-type": "application/json",
        accept: "application/json",
        "accept-encoding": "identity"
      })
      assert.isUndefined(headers["x-api-key"])
    })
  )

  it.effect("a key travels as x-api-key under the API version 2023-06-01", () =>
    Effect.gen(function* () {
      const { headers } = yield* sent({ apiKey: secret, apiVersion: "2023-06-01" })
      assert.strictEqual(headers["x-api-key"], Redacted.value(secret))
      assert.isUndefined(headers["authorization"])
    })
  )

  it.effect("a bearer token is one under every version, and a key beside it wins", () =>
    Effect.gen(function* () {
      const authToken = Redacted.make("token")
      const old = yield* sent({ authToken, apiVersion: "2023-06-01" })
      assert.strictEqual(old.headers["authorization"], "Bearer token")
      const both = yield* sent({ authToken, apiKey: secret })
      assert.strictEqual(both.headers["authorization"], `Bearer ${Redacted.value(secret)}`)
    })
  )

  it.effect("a call may have a key of its own", () =>
    Effect.gen(function* () {
      const program = Claude.create(request).pipe(Claude.withOptions({ apiKey: Redacted.make("other") }))
      assert.strictEqual((yield* sent({ apiKey: secret }, program)).headers["authorization"], "Bearer other")
    })
  )

  it.effect("headers of the call lie over those of the client, and undefined takes one away", () =>
    Effect.gen(function* () {
      const program = Claude.create(request).pipe(
        Claude.withOptions({ headers: { "X-Team": "blue", "user-agent": undefined } })
      )
      const { headers } = yield* sent({ apiKey: secret, headers: { "x-team": "red", "x-kept": "yes" } }, program)
      assert.strictEqual(headers["x-team"], "blue")
      assert.strictEqual(headers["x-kept"], "yes")
      assert.isFalse("user-agent" in headers)
    })
  )

  it.effect("betas add up, each once, wherever they come from", () =>
    Effect.gen(function* () {
      const program = Claude.create(request).pipe(
        Claude.withOptions({ betas: ["b", "c"], headers: { "anthropic-beta": "d, a" } })
      )
      const { headers } = yield* sent({ apiKey: secret, betas: ["a", "b"] }, program)
      assert.deepStrictEqual(headers["anthropic-beta"]?.split(","), ["a", "b", "c", "d"])
    })
  )

  it.effect("no trace header is sent unless asked for", () =>
    Effect.gen(function* () {
      const program = Effect.withSpan(Claude.create(request), "test")
      const plain = yield* sent({ apiKey: secret }, program)
      assert.isFalse(Object.keys(plain.headers).some((name) => ["traceparent", "b3"].includes(name)))
      const traced = yield* sent({ apiKey: secret, traceHeaders: true }, program)
      assert.match(traced.headers["traceparent"] ?? "", /^00-[0-9a-z]+-[0-9a-z]+-0[01]$/)
    })
  )

  it.effect("fields of a request that are headers on the wire are sent as such", () =>
    Effect.gen(function* () {
      const program = Claude.create({ ...request, user_profile_id: "prof_1", workspace_id: "wrk_1" })
      const { body, headers } = yield* sent({ apiKey: secret }, program)
      assert.strictEqual(headers["anthropic-user-profile-id"], "prof_1")
      assert.strictEqual(headers["anthropic-workspace-id"], "wrk_1")
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(body)), request)
    })
  )
})

describe("addresses", () => {
  it.effect("a base URL may carry a path prefix, with or without a slash at its end", () =>
    Effect.gen(function* () {
      for (const baseUrl of ["https://gateway.example/claude", "https://gateway.example/claude/"]) {
        const { url } = yield* sent({ apiKey: secret, baseUrl })
        assert.strictEqual(url, "https://gateway.example/claude/v1/messages")
      }
    })
  )

  it.effect("a query writes arrays with brackets and leaves undefined out", () =>
    Effect.gen(function* () {
      const program = Claude.execute({
        method: "GET",
        path: "/v1/files",
        query: { ids: ["a", "b&c"], limit: 2, page: undefined, deep: true },
        response: Schema.Unknown
      })
      const { body, headers, method, url } = yield* sent({ apiKey: secret }, program)
      assert.strictEqual(url, "https://api.anthropic.com/v1/files?ids%5B%5D=a&ids%5B%5D=b%26c&limit=2&deep=true")
      assert.strictEqual(method, "GET")
      assert.isUndefined(body)
      assert.isFalse("content-type" in headers)
    })
  )

  it.effect("a base URL that is none is refused before anything is sent", () =>
    Effect.gen(function* () {
      for (const baseUrl of ["localhost:8787", "ftp://example.com", ""]) {
        const error = yield* failing({ apiKey: secret, baseUrl })
        assert.isTrue(error._tag === "InvalidRequest" && error.issues[0]?.path[0] === "baseUrl")
      }
    })
  )

  it.effect("an id that would ask another path is refused", () =>
    Effect.gen(function* () {
      for (const id of ["", ".", ".."]) {
        const error = yield* failing({ apiKey: secret }, Effect.asVoid(Claude.models.get(id)) as never)
        assert.strictEqual(error._tag, "InvalidRequest")
      }
      const { url } = yield* sent({ apiKey: secret }, Effect.ignore(Claude.models.get("a/b c")))
      assert.strictEqual(url, "https://api.anthropic.com/v1/models/a%2Fb%20c")
    })
  )
})

describe("what is refused before it is sent", () => {
  it.effect("a wrong request, with all that is wrong about it, in phase validate", () =>
    Effect.gen(function* () {
      const error = yield* failing({ apiKey: secret }, Claude.create({ ...request, max_tokens: -1, messages: [] }))
      assert.strictEqual(error._tag, "InvalidRequest")
      if (error._tag === "InvalidRequest") {
        assert.deepInclude(error, { source: "local", phase: "validate", attempt: 0, mayHaveRun: false })
        const paths = error.issues.map((issue) => issue.path.join("."))
        assert.include(paths, "max_tokens")
        assert.include(paths, "messages")
      }
    })
  )

  it.effect("what validation: off lets through", () =>
    Effect.gen(function* () {
      const { body } = yield* sent({ apiKey: secret, validation: "off" }, Claude.create({ ...request, max_tokens: -1 }))
      assert.strictEqual(JSON.parse(new TextDecoder().decode(body)).max_tokens, -1)
    })
  )

  it.effect("a body above 32 MB, and one that is no JSON", () =>
    Effect.gen(function* () {
      const large = { ...request, messages: [{ role: "user" as const, content: "x".repeat(33 * 1024 * 1024) }] }
      const error = yield* failing({ apiKey: secret }, Claude.create(large))
      assert.isTrue(error._tag === "InvalidRequest" && error.issues[0]?.rule === "body-size")
      const circular: Record<string, unknown> = {}
      circular["self"] = circular
      const cyclic = yield* failing(
        { apiKey: secret },
        Effect.asVoid(
          Claude.execute({ method: "POST", path: "/v1/x", body: circular, response: Schema.Unknown })
        ) as never
      )
      assert.isTrue(cyclic._tag === "InvalidRequest" && cyclic.issues[0]?.rule === "json-encodable")
    })
  )

  it.effect("a unary call that would take more than ten minutes, unless the headers' timeout is the user's", () =>
    Effect.gen(function* () {
      const long = { ...request, max_tokens: 21_334 }
      const error = yield* failing({ apiKey: secret }, Claude.create(long))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.include(JSON.stringify(error), "Resumable.create")
      yield* sent({ apiKey: secret }, Claude.create({ ...request, max_tokens: 21_333 }))
      yield* sent({ apiKey: secret, timeouts: { headers: "30 minutes" } }, Claude.create(long))
      const streamed = script(wholeStream("long"))
      yield* Effect.provide(
        Stream.runDrain(Claude.stream(long)),
        Claude.layerTransport({ apiKey: secret }).pipe(Layer.provide(streamed.layer))
      )
      assert.strictEqual(streamed.received.length, 1)
    })
  )

  it.effect("what a model does not support, where checkCapabilities is on; each model is asked for once", () =>
    Effect.gen(function* () {
      const model = {
        type: "model",
        id: request.model,
        display_name: "Opus",
        created_at: "2026-01-01T00:00:00Z",
        max_tokens: 32
      }
      const played = script({ body: [JSON.stringify(model)] }, ok("there"))
      const layer = Claude.layerTransport({ apiKey: secret, checkCapabilities: true }).pipe(Layer.provide(played.layer))
      const program = Effect.gen(function* () {
        const error = yield* Effect.flip(Claude.create(request))
        assert.isTrue(error._tag === "InvalidRequest" && error.issues[0]?.path[0] === "max_tokens")
        yield* Claude.create({ ...request, max_tokens: 32 })
      })
      yield* Effect.provide(program, layer)
      assert.deepStrictEqual(
        played.received.map(({ request }) => request.method),
        ["GET", "POST"]
      )
    })
  )

  it.effect("sampling parameters, but not under the API version that takes them", () =>
    Effect.gen(function* () {
      const sampled = { ...request, temperature: 0.5 }
      const error = yield* failing({ apiKey: secret }, Claude.create(sampled))
      assert.strictEqual(error._tag, "InvalidRequest")
      const { body } = yield* sent({ apiKey: secret, apiVersion: "2023-06-01" }, Claude.create(sampled))
      assert.strictEqual(JSON.parse(new TextDecoder().decode(body)).temperature, 0.5)
    })
  )

  it.effect("a call without any credential", () =>
    Effect.gen(function* () {
      const error = yield* failing({})
      assert.deepInclude(error, { _tag: "AuthenticationFailed", phase: "validate" })
      const { headers } = yield* sent({ headers: { Authorization: "Bearer from-a-gateway" } })
      assert.strictEqual(headers["authorization"], "Bearer from-a-gateway")
    })
  )

  it.effect("a key with a line break in it, without showing it", () =>
    Effect.gen(function* () {
      const error = yield* failing({ apiKey: Redacted.make("sk-ant-pasted\n") })
      assert.isTrue(error._tag === "InvalidRequest" && error.issues[0]?.path[1] === "authorization")
      assert.notInclude(JSON.stringify(error), "sk-ant-pasted")
    })
  )
})

describe("layerConfig", () => {
  const client = (environment: Record<string, string>, options: Claude.ConfigOptions = {}) =>
    Effect.gen(function* () {
      const seen: Array<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }> = []
      const http = HttpClient.make((request, url) =>
        Effect.sync(() => {
          seen.push({ url: url.href, headers: request.headers })
          return HttpClientResponse.fromWeb(request, Response.json({ input_tokens: 3 }))
        })
      )
      const program = Claude.countTokens({ model: request.model, messages: request.messages })
      yield* Effect.provide(program, Claude.layerConfig(options)).pipe(
        Effect.provideService(HttpClient.HttpClient, http),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment))))
      )
      return seen[0]
    })

  it.effect("reads key, base URL and custom headers from the environment, trimmed", () =>
    Effect.gen(function* () {
      const seen = yield* client({
        ANTHROPIC_API_KEY: " key-1 ",
        ANTHROPIC_AUTH_TOKEN: "ignored beside a key",
        ANTHROPIC_BASE_URL: "https://gateway.example/x",
        ANTHROPIC_CUSTOM_HEADERS: "X-One: 1\nX-Two: a: b"
      })
      assert.strictEqual(seen?.url, "https://gateway.example/x/v1/messages/count_tokens")
      assert.deepInclude(seen?.headers, { authorization: "Bearer key-1", "x-one": "1", "x-two": "a: b" })
    })
  )

  it.effect("reads a token where there is no key, and a blank key is none", () =>
    Effect.gen(function* () {
      const seen = yield* client({ ANTHROPIC_API_KEY: "  ", ANTHROPIC_AUTH_TOKEN: "token-1" })
      assert.strictEqual(seen?.headers["authorization"], "Bearer token-1")
    })
  )

  it.effect("what is given goes before the environment", () =>
    Effect.gen(function* () {
      const seen = yield* client({ ANTHROPIC_API_KEY: "key-1" }, { authToken: Redacted.make("mine") })
      assert.strictEqual(seen?.headers["authorization"], "Bearer mine")
    })
  )

  it.effect("fails where no credential is found, and names the variable", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.either(client({}))
      assert.isTrue(Either.isLeft(failed) && String(failed.left).includes("ANTHROPIC_API_KEY"))
    })
  )
})

describe("models", () => {
  const model = (id: string) => ({ type: "model", id, display_name: id, created_at: "2026-01-01T00:00:00Z" })
  it.effect("are listed page after page, and only as far as is read", () =>
    Effect.gen(function* () {
      const page = (ids: ReadonlyArray<string>, has_more: boolean) => ({
        body: [JSON.stringify({ data: ids.map(model), has_more, first_id: ids[0], last_id: ids.at(-1) })]
      })
      const played = script(page(["a", "b"], true), page(["c"], false), page(["a", "b"], true))
      const layer = Claude.layerTransport({ apiKey: secret }).pipe(Layer.provide(played.layer))
      const all = yield* Effect.provide(Stream.runCollect(Claude.models.list({ pageSize: 2 })), layer)
      assert.deepStrictEqual(
        [...all].map(({ id }) => id),
        ["a", "b", "c"]
      )
      assert.deepStrictEqual(
        played.received.map(({ request }) => request.url.split("?")[1]),
        ["limit=2", "limit=2&after_id=b"]
      )
      yield* Effect.provide(Stream.runDrain(Stream.take(Claude.models.list(), 2)), layer)
      assert.strictEqual(played.received.length, 3)
    })
  )
})
