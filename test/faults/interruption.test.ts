import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Stream } from "effect"
import * as Claude from "../../src/Claude.js"
import { request } from "../support/fixtures.js"
import { type Peer, rawServer } from "../transport/support/rawServer.js"
import { begunAnswer, headOf, type Operation, operations } from "./support/answers.js"
import { claudeLayer, type ClientName, clients } from "./support/clients.js"

/** How far the answer had come when its reader left. */
const moments: ReadonlyArray<readonly [name: string, answer: (peer: Peer, operation: Operation) => void]> = [
  ["before the headers", () => {}],
  ["after the headers", (peer, operation) => peer.write(headOf(operation))],
  ["in the middle of the answer", (peer, operation) => peer.write(begunAnswer(operation))]
]

/**
 * 100 ms at least, in ten turns of the loop that server and client share: a machine that is short of time stretches
 * them, and the socket is looked at in each.
 */
const tenTurns = Effect.sleep("10 millis").pipe(Effect.repeatN(9))

const ask = (operation: Operation, arrived: Deferred.Deferred<void>) =>
  operation === "create"
    ? Effect.asVoid(Claude.create(request))
    : Stream.runForEach(Claude.stream(request), (event) =>
        event.type === "content_block_delta" ? Deferred.succeed(arrived, undefined) : Effect.void
      )

/** Done when the socket that carried a call is closed. A client of Node's may open another, to have one in store. */
const closing = (peer: Peer, closed: Deferred.Deferred<void>): void =>
  void peer.socket.once("close", () => Deferred.unsafeDone(closed, Effect.void))

const whichFirst = (closed: Deferred.Deferred<void>) =>
  Effect.race(Effect.as(Deferred.await(closed), "the server saw the close"), Effect.as(tenTurns, "100 ms passed"))

const leave = (client: ClientName, operation: Operation, moment: (typeof moments)[number]) =>
  Effect.gen(function* () {
    const [name, answer] = moment
    const asked = yield* Deferred.make<void>()
    const arrived = yield* Deferred.make<void>()
    const closed = yield* Deferred.make<void>()
    const server = yield* rawServer({
      onRequest: (peer) => {
        closing(peer, closed)
        answer(peer, operation)
        Deferred.unsafeDone(asked, Effect.void)
      }
    })
    yield* Effect.gen(function* () {
      const fiber = yield* Effect.fork(ask(operation, arrived))
      yield* Deferred.await(asked)
      // The words that were sent have come, where they can be seen.
      if (operation === "stream" && name === "in the middle of the answer") yield* Deferred.await(arrived)
      else yield* tenTurns
      assert.strictEqual(server.open(), 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* whichFirst(closed), "the server saw the close")
    }).pipe(Effect.provide(claudeLayer(client, { baseUrl: server.url })), Effect.timeout("20 seconds"))
  })

describe.sequential("a call that is interrupted closes its socket within 100 ms", () => {
  for (const moment of moments) {
    for (const operation of operations) {
      for (const client of clients) {
        it.scopedLive(`${moment[0]}: ${operation} over ${client}`, () => leave(client, operation, moment), 60_000)
      }
    }
  }

  for (const client of clients) {
    it.scopedLive(
      `by Stream.take, in the middle of the answer: ${client}`,
      () =>
        Effect.gen(function* () {
          const closed = yield* Deferred.make<void>()
          const server = yield* rawServer({
            onRequest: (peer) => {
              closing(peer, closed)
              peer.write(begunAnswer("stream"))
            }
          })
          const first = yield* Claude.stream(request).pipe(
            Stream.take(1),
            Stream.runDrain,
            Effect.zipRight(whichFirst(closed)),
            Effect.provide(claudeLayer(client, { baseUrl: server.url }))
          )
          assert.strictEqual(first, "the server saw the close")
        }),
      60_000
    )
  }
})
