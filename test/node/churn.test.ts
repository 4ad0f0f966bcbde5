import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck } from "effect"
import { make } from "../../src/node/NodeTransport.js"
import { chunk, lastChunk, lengthHead, type Peer, rawServer, streamHead } from "../transport/support/rawServer.js"
import { collect, limits, post } from "../transport/support/transports.js"

const text = "0123456789".repeat(50)

const manners = {
  whole: (peer: Peer) => peer.write(`${lengthHead(text.length)}${text}`),
  closing: (peer: Peer) =>
    peer.write(`${lengthHead(text.length).replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")}${text}`, peer.end),
  chunked: (peer: Peer) => {
    const pieces = [chunk(text.slice(0, 7)), chunk(text.slice(7)), Buffer.from(lastChunk)]
    peer.write(Buffer.concat([Buffer.from(streamHead), ...pieces]))
  },
  silent: () => {},
  "reset before headers": (peer: Peer) => peer.reset(),
  "end before headers": (peer: Peer) => peer.end(),
  "reset in body": (peer: Peer) => peer.write(Buffer.concat([Buffer.from(streamHead), chunk(text)]), peer.reset),
  "end in body": (peer: Peer) => peer.write(Buffer.concat([Buffer.from(streamHead), chunk(text)]), peer.end),
  garbage: (peer: Peer) => peer.write("what?\r\n\r\n")
}

type Manner = keyof typeof manners

const healthy: ReadonlySet<string> = new Set(["whole", "closing", "chunked"])

const plan = FastCheck.array(
  FastCheck.record({
    manner: FastCheck.constantFrom(...(Object.keys(manners) as Array<Manner>)),
    fresh: FastCheck.boolean(),
    client: FastCheck.constantFrom("reads", "reads", "reads", "leaves", "is interrupted")
  }),
  { minLength: 20, maxLength: 60 }
)

describe("NodeTransport under all of it at once", () => {
  it.live.prop(
    "leaves no connection, no waiting exchange and no half answer behind",
    [plan],
    ([steps]) =>
      Effect.scoped(
        Effect.gen(function* () {
          const server = yield* rawServer({
            onRequest: (peer, _, head) => manners[(/x-manner: ([\w ]+)/.exec(head)?.[1] ?? "whole") as Manner](peer)
          })
          yield* Effect.scoped(
            Effect.gen(function* () {
              const transport = yield* make({ proxy: false, connections: 5 })
              yield* Effect.forEach(
                steps,
                ({ client, fresh, manner }) => {
                  const request = post(server.url, {
                    fresh,
                    headers: { "x-manner": manner },
                    limits: limits({ pool: 5000, connect: 5000, headers: manner === "silent" ? 30 : 5000 })
                  })
                  const exchange = Effect.scoped(
                    Effect.gen(function* () {
                      const response = yield* transport.execute(request)
                      if (client === "leaves") {
                        return
                      }
                      const { bytes, fault } = yield* collect(response.body)
                      assert.strictEqual(fault === undefined, healthy.has(manner), manner)
                      assert.isTrue(text.startsWith(bytes.toString()))
                      if (fault === undefined) {
                        assert.strictEqual(bytes.toString(), text)
                      }
                    })
                  )
                  const ended = client === "is interrupted" ? Effect.timeoutOption(exchange, "3 millis") : exchange
                  return Effect.catchTag(ended, "TransportFault", ({ code, phase, reason }) =>
                    Effect.sync(() => assert.isFalse(healthy.has(manner), `${manner}: ${reason} ${phase} ${code}`))
                  )
                },
                { concurrency: 12, discard: true }
              )
              for (const stats of (yield* transport.stats).values()) {
                assert.deepInclude(stats, { queued: 0, running: 0 })
                assert.isAtMost(stats.free, 5)
              }
            })
          )
          yield* Effect.timeout(server.drained, "5 seconds")
        })
      ),
    { fastCheck: { numRuns: 15 }, timeout: 60_000 }
  )
})
