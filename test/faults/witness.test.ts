import Anthropic from "@anthropic-ai/sdk"
import type { MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Layer, Redacted, Stream } from "effect"
import * as Claude from "../../src/Claude.js"
import { request as anyRequest } from "../../src/testing/Arbitraries.js"
import { request } from "../support/fixtures.js"
import { capture, type Captured } from "./support/capture.js"
import { claudeLayer, type ClientName, clients } from "./support/clients.js"
import { requests } from "./support/requests.js"

const key = "sk-ant-witness"

const official = (baseURL: string) => new Anthropic({ apiKey: key, baseURL, maxRetries: 0 })

const ours = (client: ClientName, baseUrl: string) => claudeLayer(client, { baseUrl, apiKey: Redacted.make(key) })

/** The headers by which the API understands a request. */
const essential = [
  "authorization",
  "x-api-key",
  "anthropic-version",
  "anthropic-beta",
  "anthropic-user-profile-id",
  "anthropic-workspace-id",
  "content-type"
]

const meaning = ({ body, headers, method, url }: Captured) => ({
  method,
  url,
  body,
  headers: Object.fromEntries(essential.map((name) => [name, headers[name]]))
})

const assertSame = (captured: ReadonlyArray<Captured>) => {
  const [theirs, own] = captured.map(meaning)
  assert.strictEqual(captured.length, 2)
  assert.deepStrictEqual(own, theirs)
}

/** Those that suit the parameters of the SDK in particular, and those that users of this library get. */
const all: FastCheck.Arbitrary<MessageCreateParamsNonStreaming> = FastCheck.oneof(
  requests,
  // the types differ by `readonly` and by what may be unknown; of that these hold none
  anyRequest as FastCheck.Arbitrary<unknown> as FastCheck.Arbitrary<MessageCreateParamsNonStreaming>
)

const drain = async (stream: AsyncIterable<unknown>) => {
  for await (const _ of stream) continue
}

const property = (
  theirs: (client: Anthropic, request: MessageCreateParamsNonStreaming) => Promise<unknown>,
  own: (request: MessageCreateParamsNonStreaming) => Effect.Effect<unknown, unknown, Claude.Claude>
) =>
  Effect.gen(function* () {
    const server = yield* capture
    const client = official(server.url)
    const claude = yield* Layer.build(ours("NodeClaude", server.url))
    const check = FastCheck.asyncProperty(all, async (request) => {
      server.take()
      await theirs(client, request)
      await Effect.runPromise(Effect.provide(own(request), claude))
      assertSame(server.take())
    })
    yield* Effect.promise(() => FastCheck.assert(check, { numRuns: 250 }))
  })

describe.sequential("the official SDK is the witness: random requests are the same, byte for byte", () => {
  it.scopedLive(
    "of create",
    () =>
      property(
        (client, request) => client.messages.create(request),
        (request) => Claude.create(request)
      ),
    120_000
  )

  it.scopedLive(
    "of stream",
    () =>
      property(
        async (client, request) => drain(await client.messages.create({ ...request, stream: true })),
        (request) => Stream.runDrain(Claude.stream(request))
      ),
    120_000
  )

  it.scopedLive(
    "of countTokens",
    () => {
      const counted = ({
        max_tokens: _,
        metadata: __,
        service_tier: ___,
        stop_sequences: ____,
        ...rest
      }: MessageCreateParamsNonStreaming) => rest
      return property(
        (client, request) => client.messages.countTokens(counted(request)),
        (request) => Claude.countTokens(counted(request))
      )
    },
    120_000
  )
})

describe.sequential("the official SDK is the witness: what is asked for is asked the same way", () => {
  interface Case {
    readonly name: string
    readonly theirs: (client: Anthropic) => Promise<unknown>
    readonly own: Effect.Effect<unknown, unknown, Claude.Claude>
  }
  const betas = ["one-2026-01-01", "two-2026-01-01"]
  const plain = { ...request, messages: [...request.messages] }
  const cases: ReadonlyArray<Case> = [
    {
      name: "with betas",
      theirs: (client) => client.messages.create(plain, { headers: { "anthropic-beta": betas.join(",") } }),
      own: Claude.withOptions(Claude.create(request), { betas })
    },
    {
      name: "with a key of the call",
      theirs: (client) => client.withOptions({ apiKey: "sk-ant-other" }).messages.create(plain),
      own: Claude.withOptions(Claude.create(request), { apiKey: Redacted.make("sk-ant-other") })
    },
    {
      name: "models",
      theirs: async (client) => drain(client.models.list()),
      own: Stream.runDrain(Claude.models.list())
    },
    {
      name: "models of two lifecycles, five a page",
      theirs: async (client) => drain(client.models.list({ lifecycle: ["active", "retired"], limit: 5 })),
      own: Stream.runDrain(Claude.models.list({ lifecycle: ["active", "retired"], pageSize: 5 }))
    },
    {
      name: "a model whose id needs escaping",
      theirs: (client) => client.models.retrieve("claude/opus 5"),
      own: Claude.models.get("claude/opus 5")
    }
  ]
  for (const client of clients) {
    for (const { name, own, theirs } of cases) {
      it.scopedLive(
        `${name}: ${client}`,
        () =>
          Effect.gen(function* () {
            const server = yield* capture
            yield* Effect.promise(() => theirs(official(server.url)))
            yield* Effect.provide(own, ours(client, server.url))
            assertSame(server.take())
          }),
        60_000
      )
    }

    it.scopedLive(
      `${client} sends no header beside those that HTTP wants and the API knows`,
      () =>
        Effect.gen(function* () {
          const server = yield* capture
          yield* Effect.provide(Claude.create(request), ours(client, server.url))
          const [sent] = server.take()
          const names = Object.keys(sent?.headers ?? {})
          assert.includeMembers(names, ["authorization", "anthropic-version", "content-type", "content-length", "host"])
          // fetch adds three of its own
          const known = new Set([
            "accept",
            "accept-encoding",
            "user-agent",
            "connection",
            "accept-language",
            "sec-fetch-mode",
            "authorization",
            "anthropic-version",
            "content-type",
            "content-length",
            "host"
          ])
          assert.deepStrictEqual(
            names.filter((name) => !known.has(name)),
            []
          )
          assert.strictEqual(sent?.headers["accept-encoding"], "identity")
          assert.match(sent?.headers["user-agent"] ?? "", /^effect-claude\//)
        }),
      60_000
    )
  }
})
