import { MessageStream as SdkMessageStream } from "@anthropic-ai/sdk/lib/MessageStream"
import { Chunk, Effect, Stream } from "effect"
import type { MessageStreamEvent } from "../../src/schema/MessageStreamEvent.js"
import * as EventDecoder from "../../src/stream/internal/eventDecoder.js"
import * as MessageStream from "../../src/stream/MessageStream.js"
import * as Fixture from "./fixtures.js"
import { bytesOf } from "./sseSupport.js"

/** Through the decoder, as events come in life. */
export const decode = (events: ReadonlyArray<{ readonly type: string }>): Array<MessageStreamEvent> => {
  const batch = EventDecoder.make().feed(bytesOf(Fixture.frames(events)))
  if (batch.failure !== undefined) throw new Error(JSON.stringify(batch.failure))
  return batch.events
}

export const streamOf = (events: ReadonlyArray<{ readonly type: string }>): Stream.Stream<MessageStream.Event> =>
  Stream.fromIterable(decode(events))

export const messageOf = (events: ReadonlyArray<{ readonly type: string }>) => MessageStream.message(streamOf(events))

/** A whole message around these events. */
export const between = (...events: ReadonlyArray<{ readonly type: string }>) => [
  Fixture.messageStart(),
  ...events,
  Fixture.messageDelta(),
  Fixture.messageStop
]

/** A message that is one call of a tool, its input in these pieces. */
export const callOf = (...pieces: ReadonlyArray<string>) =>
  between(
    Fixture.blockStart(0, Fixture.toolUse("toolu_01", "act")),
    ...pieces.map((piece) => Fixture.json(0, piece)),
    Fixture.blockStop(0)
  )

/** The same elements in chunks cut where the numbers fall. */
export const chunked = <A>(all: ReadonlyArray<A>, cuts: ReadonlyArray<number>): Stream.Stream<A> => {
  const ends = cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b)
  const chunks = [...ends, all.length].map((end, i) => Chunk.fromIterable(all.slice(i === 0 ? 0 : ends[i - 1], end)))
  return Stream.fromChunks(...chunks)
}

export const collect = <A, E, R>(stream: Stream.Stream<A, E, R>): Effect.Effect<ReadonlyArray<A>, E, R> =>
  Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)

/** What the official SDK makes of the same events, as JSON. */
export const sdkMessage = (events: ReadonlyArray<{ readonly type: string }>): Effect.Effect<unknown, unknown> =>
  Effect.tryPromise({
    try: async () => {
      const told = events.filter((event) => event.type !== "ping")
      const lines = told.map((event) => `${JSON.stringify(event)}\n`).join("")
      const body = new Blob([lines]).stream()
      const { parsed_output: _, ...message } = await SdkMessageStream.fromReadableStream(body).finalMessage()
      return plain(message)
    },
    catch: (error) => error
  })

export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
