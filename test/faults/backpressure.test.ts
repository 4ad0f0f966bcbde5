import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule, Stream } from "effect"
import * as Net from "node:net"
import * as Claude from "../../src/Claude.js"
import { request } from "../support/fixtures.js"
import { events } from "../support/scriptedTransport.js"
import { chunk, lastChunk, type Peer, rawServer, streamHead } from "../transport/support/rawServer.js"
import { rest } from "./support/answers.js"
import { claudeLayer, type ClientName, clients } from "./support/clients.js"

const kilobyte = 1024
const megabyte = 1024 * kilobyte
const total = 64 * megabyte

const piece = chunk(events.text("a".repeat(16 * kilobyte)))
const pieces = Math.ceil(total / piece.length)

/** Writes the stream as fast as the client takes it, and counts what left the process. */
const pour = (peer: Peer) => {
  let written = 0
  const more = (): void => {
    while (written < pieces) {
      written += 1
      if (!peer.socket.write(piece)) {
        return void peer.socket.once("drain", more)
      }
    }
    peer.write(Buffer.concat([chunk(rest), Buffer.from(lastChunk)]))
  }
  peer.write(streamHead)
  peer.write(chunk(events.start + events.block))
  more()
  return () => peer.socket.bytesWritten - peer.socket.writableLength
}

/** Until the number has not changed for 200 ms. */
const settledAt = (look: () => number) => {
  let last = -1
  let same = 0
  return Effect.sync(() => {
    const now = look()
    same = now === last ? same + 1 : 0
    last = now
    return same
  }).pipe(
    Effect.repeat({ schedule: Schedule.spaced("20 millis"), until: (same) => same >= 10 }),
    Effect.map(() => last),
    Effect.timeout("30 seconds")
  )
}

/** What the kernel takes for a reader that never reads. */
const kernel = Effect.gen(function* () {
  let sent = () => 0
  const server = yield* rawServer({
    onAccept: (peer) => {
      sent = pour(peer)
    }
  })
  const socket = yield* Effect.acquireRelease(
    Effect.sync(() => Net.connect({ host: "127.0.0.1", port: server.port }).pause()),
    (socket) => Effect.sync(() => socket.destroy())
  )
  yield* Effect.async<void>((resume) => void socket.once("connect", () => resume(Effect.void)))
  return yield* settledAt(() => sent())
})

/** What is in buffers of this process, those of the server included. */
const buffered = (): number => process.memoryUsage().arrayBuffers

const stall = (client: ClientName, events = Claude.stream(request)) =>
  Effect.gen(function* () {
    let sent = () => 0
    const server = yield* rawServer({
      onRequest: (peer) => {
        sent = pour(peer)
      }
    })
    const before = buffered()
    let characters = 0
    let stopped: { readonly sent: number; readonly grown: number } | undefined
    const stop = Effect.map(
      settledAt(() => sent()),
      (now) => {
        stopped = { sent: now, grown: buffered() - before }
      }
    )
    const reading = Stream.runForEach(events, (event) =>
      Effect.suspend(() => {
        if (event.type !== "content_block_delta" || event.delta.type !== "text_delta") return Effect.void
        characters += event.delta.text.length
        return stopped === undefined ? stop : Effect.void
      })
    )
    yield* Effect.provide(reading, claudeLayer(client, { baseUrl: server.url }))
    return { characters, grown: stopped?.grown ?? Infinity, sent: stopped?.sent ?? Infinity }
  })

describe.sequential("a reader that stops at the first words of 64 MB holds the server back", () => {
  for (const client of clients) {
    it.scopedLive(
      client,
      () =>
        Effect.gen(function* () {
          const taken = yield* kernel
          const { characters, grown, sent } = yield* stall(client)
          assert.isBelow(sent - taken, 2 * megabyte, "bytes that the client took beyond what the kernel holds")
          assert.isBelow(grown, 8 * megabyte, "bytes in buffers of the process")
          // Read on afterwards, nothing is missing.
          assert.strictEqual(characters, pieces * 16 * kilobyte + ", world".length)
        }),
      120_000
    )
  }

  it.scopedLive(
    "and a buffer without bounds, beside it, does not",
    () =>
      Effect.gen(function* () {
        const buffering = Stream.buffer(Claude.stream(request), { capacity: "unbounded" })
        const { sent } = yield* stall("NodeClaude", buffering)
        assert.isAbove(sent, total)
      }),
    120_000
  )
})
