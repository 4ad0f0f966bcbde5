import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type * as Net from "node:net"
import * as Tls from "node:tls"
import * as Claude from "../../src/Claude.js"
import * as RetryPolicy from "../../src/policy/RetryPolicy.js"
import { request } from "../support/fixtures.js"
import { certificate } from "../transport/support/rawServer.js"
import { claudeLayer, clients } from "./support/clients.js"

/** A server that speaks HTTP/2 too, and keeps what clients offer to speak. */
const listening = Effect.acquireRelease(
  Effect.async<{ readonly server: Net.Server; readonly offered: Array<ReadonlyArray<string>> }>((resume) => {
    const offered: Array<ReadonlyArray<string>> = []
    const server = Tls.createServer({
      ...certificate("self-signed"),
      ALPNCallback: ({ protocols }) => {
        offered.push(protocols)
        return protocols.includes("h2") ? "h2" : "http/1.1"
      }
    })
    server.on("tlsClientError", () => {})
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, offered })))
  }),
  ({ server }) => Effect.sync(() => server.close())
)

describe.sequential("a stream that HTTP/2 ends without an error", () => {
  for (const client of clients) {
    it.scopedLive(`cannot come: ${client} offers no HTTP/2`, () =>
      Effect.gen(function* () {
        const { offered, server } = yield* listening
        // a server that listens on a port has an address of this kind
        const { port } = server.address() as Net.AddressInfo
        const layer = claudeLayer(client, { baseUrl: `https://127.0.0.1:${port}`, retry: RetryPolicy.never })
        const error = yield* Effect.flip(Effect.provide(Claude.create(request), layer))
        assert.strictEqual(error._tag, "ConnectionFailed")
        assert.isAtMost(offered.length, 1)
        assert.notInclude(offered.flat(), "h2")
      })
    )
  }
})
