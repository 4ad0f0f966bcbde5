import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Stream } from "effect"
import * as Claude from "../../src/Claude.js"
import * as RetryPolicy from "../../src/policy/RetryPolicy.js"
import { Fault, Simulator } from "../../src/simulator/index.js"
import * as MessageStream from "../../src/stream/MessageStream.js"
import { request } from "../support/fixtures.js"
import { lastChunk, type Peer, rawServer } from "../transport/support/rawServer.js"
import { begun, openStreamOf, rest } from "./support/answers.js"
import { claudeLayer } from "./support/clients.js"
import { settled } from "./support/row.js"

const calls = 10

/** Each kind of call as often, one after the other. */
const repeated = <A, E>(
  effect: Effect.Effect<A, E, Claude.Claude>,
  options: { readonly faults?: ReadonlyArray<Fault.Fault> } = {}
) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ tokenDelay: 0, answerTokens: 20, faults: options.faults ?? [] })
    yield* Effect.provide(
      Effect.repeatN(effect, calls - 1),
      // Admission would make the calls after a refusal wait.
      claudeLayer("NodeClaude", { baseUrl: simulator.url, retry: RetryPolicy.never, admission: false })
    )
    const log = yield* simulator.log
    assert.strictEqual(log.length, calls)
    return new Set(log.map(({ connection }) => connection.id)).size
  })

const events = Claude.stream(request)

const isStop = (event: { readonly type: string }): boolean => event.type === "message_stop"

const refusals: ReadonlyArray<readonly [string, Fault.Fault]> = [
  ["429", Fault.rateLimited()],
  ["529", Fault.overloaded()],
  ["500", Fault.serverError()],
  ["a page of 502", Fault.html(502)]
]

describe.sequential("one connection of NodeClaude carries ten calls in turn", () => {
  const readers: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown, Claude.Claude>]> = [
    ["whole messages", Claude.create(request)],
    ["streams that are read to their end", Stream.runDrain(events)],
    ["the text of streams", Stream.runDrain(MessageStream.text(events))],
    ["the message of streams", MessageStream.message(events)],
    ["streams that are left at message_stop", Stream.runDrain(Stream.takeUntil(events, isStop))],
    [
      "streams whose text is taken from the events up to message_stop",
      events.pipe(Stream.takeUntil(isStop), MessageStream.text, Stream.mkString)
    ]
  ]
  for (const [name, reader] of readers) {
    it.scopedLive(
      name,
      () =>
        Effect.gen(function* () {
          assert.strictEqual(yield* repeated(reader), 1)
        }),
      60_000
    )
  }

  it.scopedLive(
    "streams of which exactly all events are taken",
    () =>
      Effect.gen(function* () {
        let count = 0
        const taking = Effect.suspend(() =>
          count === 0
            ? Effect.map(Stream.runCollect(events), (chunk) => void (count = Chunk.size(chunk)))
            : Stream.runDrain(Stream.take(events, count))
        )
        assert.strictEqual(yield* repeated(taking), 1)
        assert.isAbove(count, 3)
      }),
    60_000
  )

  for (const [name, fault] of refusals) {
    it.scopedLive(
      `calls that are refused with ${name}`,
      () =>
        Effect.gen(function* () {
          const refused = Effect.flip(Claude.create(request))
          assert.strictEqual(yield* repeated(refused, { faults: [Fault.always(fault)] }), 1)
          const streamed = Effect.flip(Stream.runDrain(events))
          assert.strictEqual(yield* repeated(streamed, { faults: [Fault.always(fault)] }), 1)
        }),
      60_000
    )
  }
})

describe.sequential("one connection carries ten streams whose last chunk comes a moment after message_stop", () => {
  const late = (peer: Peer) => peer.write(openStreamOf(begun + rest), () => settled(() => peer.write(lastChunk)))
  const readers: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown, Claude.Claude>]> = [
    ["read to their end", Stream.runDrain(events)],
    ["left at message_stop", Stream.runDrain(Stream.takeUntil(events, isStop))]
  ]
  for (const [name, reader] of readers) {
    it.scopedLive(
      name,
      () =>
        Effect.gen(function* () {
          const server = yield* rawServer({ onRequest: late })
          yield* Effect.provide(
            Effect.repeatN(reader, calls - 1),
            claudeLayer("NodeClaude", { baseUrl: server.url, retry: RetryPolicy.never })
          )
          assert.deepStrictEqual([server.requests(), server.accepted()], [calls, 1])
        }),
      60_000
    )
  }
})

it.scopedLive(
  "a stream that is left in the middle costs its connection, and no other",
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ tokenDelay: "5 millis", answerTokens: 200 })
      yield* Effect.provide(
        Effect.gen(function* () {
          yield* Stream.runDrain(Stream.take(events, 3))
          yield* Stream.runDrain(MessageStream.text(Claude.stream({ ...request, max_tokens: 5 })))
          yield* Stream.runDrain(MessageStream.text(Claude.stream({ ...request, max_tokens: 5 })))
        }),
        claudeLayer("NodeClaude", { baseUrl: simulator.url })
      )
      const ids = (yield* simulator.log).map(({ connection }) => connection.id)
      assert.notStrictEqual(ids[0], ids[1])
      assert.strictEqual(ids[1], ids[2])
    }),
  60_000
)
