import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Stream } from "effect"
import * as Claude from "../../src/Claude.js"
import type { ClaudeError } from "../../src/ClaudeError.js"
import * as RetryPolicy from "../../src/policy/RetryPolicy.js"
import * as MessageStream from "../../src/stream/MessageStream.js"
import { request } from "../support/fixtures.js"
import { events } from "../support/scriptedTransport.js"
import { chunk, type Peer, rawServer } from "../transport/support/rawServer.js"
import { begun, begunText, openStreamOf } from "./support/answers.js"
import { claudeLayer, clients } from "./support/clients.js"
import { settled } from "./support/row.js"

const words = Array.from({ length: 50 }, (_, index) => ` word${index}`)

const all = begunText + words.join("")

const cuts: ReadonlyArray<readonly [string, (peer: Peer) => void, ClaudeError["_tag"]]> = [
  ["RST", (peer) => peer.reset(), "ConnectionReset"],
  ["FIN", (peer) => peer.end(), "ConnectionReset"],
  ["a clean end", (peer) => peer.write("0\r\n\r\n"), "StreamTruncated"]
]

describe.sequential("what came while a reader was busy is handed out before what broke the stream", () => {
  for (const [name, cut, tag] of cuts) {
    for (const client of clients) {
      it.scopedLive(
        `${name}: ${client}`,
        () =>
          Effect.gen(function* () {
            const reading = yield* Deferred.make<void>()
            const over = yield* Deferred.make<void>()
            const server = yield* rawServer({
              onRequest: (peer) => {
                peer.write(openStreamOf(begun))
                Effect.runFork(
                  Effect.zipRight(
                    Deferred.await(reading),
                    Effect.sync(() => {
                      for (const word of words) peer.write(chunk(events.text(word)))
                      settled(() => {
                        cut(peer)
                        // Seen by the client too, before its reader goes on.
                        settled(() => Deferred.unsafeDone(over, Effect.void))
                      })
                    })
                  )
                )
              }
            })
            const seen: Array<string> = []
            const error = yield* MessageStream.text(Claude.stream(request)).pipe(
              Stream.rechunk(1),
              Stream.runForEach((text) => {
                seen.push(text)
                return Effect.zipRight(Deferred.succeed(reading, undefined), Deferred.await(over))
              }),
              Effect.flip,
              Effect.provide(claudeLayer(client, { baseUrl: server.url, retry: RetryPolicy.never })),
              Effect.timeout("20 seconds")
            )
            assert.strictEqual(error._tag, tag)
            assert.strictEqual(seen.join(""), all)
          }),
        60_000
      )
    }
  }
})
