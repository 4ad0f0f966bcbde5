import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Random } from "effect"
import { Agent } from "undici"
import * as Claude from "../../src/Claude.js"
import { secret } from "../support/fixtures.js"
import { type Peer, rawServer } from "../transport/support/rawServer.js"
import { apiError, operations, reply, wholeAnswer, wholeText } from "./support/answers.js"
import { call, claudeLayer, type ClientName, clients } from "./support/clients.js"

const one = { connections: 1 }

const dispatcher = Effect.acquireRelease(
  Effect.sync(() => new Agent(one)),
  (agent) => Effect.promise(() => agent.destroy())
)

// `dispatcher` is Node's own addition to fetch's options.
const onAgent = Layer.unwrapScoped(
  Effect.map(dispatcher, (dispatcher) =>
    FetchHttpClient.layer.pipe(
      Layer.provideMerge(Layer.succeed(FetchHttpClient.RequestInit, { dispatcher } as RequestInit))
    )
  )
)

const httpClients = {
  fetch: onAgent,
  "node:http": Layer.provide(
    NodeHttpClient.layerWithoutAgent,
    NodeHttpClient.makeAgentLayer({ keepAlive: true, maxSockets: 1 })
  ),
  undici: Layer.provide(
    NodeHttpClient.layerUndiciWithoutDispatcher,
    Layer.scoped(NodeHttpClient.Dispatcher, dispatcher)
  )
}

/** The client over a pool of one connection. */
const ofOne = (name: ClientName, baseUrl: string): Layer.Layer<Claude.Claude> =>
  name === "NodeClaude"
    ? claudeLayer(name, { baseUrl, admission: false }, one)
    : Claude.layer({ apiKey: secret, baseUrl }).pipe(Layer.provide(httpClients[name]))

const plain: typeof ofOne = (name, baseUrl) => claudeLayer(name, { baseUrl })

const large = "x".repeat(200 * 1024)
const huge = "x".repeat(3 * 1024 * 1024)

/** What the first two requests get. */
const bodies: ReadonlyArray<readonly [name: string, refuse: (peer: Peer) => void]> = [
  ["of 200 KB", (peer) => peer.write(reply(529, large, { "content-type": "text/plain" }))],
  ["of 3 MB, more than is read of one", (peer) => peer.write(reply(529, huge, { "content-type": "text/plain" }))],
  ["that are small", (peer) => peer.write(apiError(529, "overloaded_error"))],
  [
    "that come in pieces",
    (peer) => {
      const answer = reply(529, large, { "content-type": "text/plain" })
      for (let at = 0; at < answer.length; at += 10_000) {
        setTimeout(() => peer.write(answer.slice(at, at + 10_000)), at / 10_000)
      }
    }
  ]
]

const retried = (
  client: ClientName,
  operation: (typeof operations)[number],
  refuse: (peer: Peer) => void,
  layer = ofOne,
  draw = 0
) =>
  Effect.gen(function* () {
    const server = yield* rawServer({
      onRequest: (peer, index) => (index < 2 ? refuse(peer) : peer.write(wholeAnswer(operation)))
    })
    const outcome = yield* call(operation).pipe(
      Effect.provide(layer(client, server.url)),
      Effect.withRandom(Random.fixed([draw])),
      Effect.timeout("20 seconds")
    )
    assert.strictEqual(outcome.text, wholeText, outcome.error?.message)
    assert.strictEqual(outcome.attempts, 3)
    assert.strictEqual(server.requests(), 3)
    return server.accepted()
  })

describe.sequential("retries over a pool of one connection go on after refusals", () => {
  for (const [name, refuse] of bodies) {
    for (const operation of operations) {
      for (const client of clients) {
        it.scopedLive(`${name}: ${operation} over ${client}`, () => retried(client, operation, refuse), 60_000)
      }
    }
  }

  for (const client of clients) {
    it.scopedLive(
      `on the same connection, where their bodies were read whole: ${client}`,
      () =>
        Effect.gen(function* () {
          const refuse = (peer: Peer) => peer.write(reply(529, large, { "content-type": "text/plain" }))
          const layer = client === "fetch" ? plain : ofOne
          // Fetch's pool takes a turn of the loop to see that a connection is free: retries come a moment later.
          assert.strictEqual(yield* retried(client, "create", refuse, layer, 0.02), 1)
        }),
      60_000
    )
  }
})

it.scopedLive(
  "a refusal whose body never ends is told after five seconds, and leaves no connection",
  () =>
    Effect.gen(function* () {
      const endless = reply(401, "x".repeat(100)).slice(0, -50)
      const outcomes = yield* Effect.forEach(
        clients,
        (client) =>
          Effect.gen(function* () {
            const server = yield* rawServer({ onRequest: (peer) => peer.write(endless) })
            const outcome = yield* Effect.provide(call("create"), ofOne(client, server.url))
            yield* Effect.timeout(server.drained, "10 seconds")
            return outcome.error?._tag
          }),
        { concurrency: "unbounded" }
      )
      assert.isTrue(
        outcomes.every((tag) => tag === "AuthenticationFailed"),
        outcomes.join()
      )
    }).pipe(Effect.timeout("30 seconds")),
  60_000
)
