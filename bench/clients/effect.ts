/**
 * This library by the ways in which a stream is read, over whatever carries its requests.
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"
import type { Message } from "../../src/index.js"
import { Claude, MessageStream } from "../../src/index.js"
import type { Client, MakeClient } from "./client.js"
import { request } from "./client.js"

type Over = (baseUrl: string) => Layer.Layer<Claude.Claude, unknown>

type Read = (onText: (text: string) => void) => Effect.Effect<unknown, unknown, Claude.Claude>

const text = MessageStream.text(Claude.stream(request))

const lengthOf = (message: Message.Message): number =>
  message.content.reduce((sum, block) => sum + (block.type === "text" ? block.text.length : 0), 0)

export const byLoop: Read = (onText) =>
  Stream.runForEachChunk(text, (chunk) =>
    Effect.sync(() => {
      for (const piece of chunk) onText(piece)
    })
  )

export const byForEach: Read = (onText) => Stream.runForEach(text, (piece) => Effect.sync(() => onText(piece)))

/** The fold gives the text once, at the end. */
export const byMessage: Read = (onText) =>
  Effect.map(MessageStream.message(Claude.stream(request)), (message) => {
    for (const block of message.content) if (block.type === "text") onText(block.text)
  })

export const client =
  (over: Over, read: Read): MakeClient =>
  (baseUrl): Client => {
    const runtime = ManagedRuntime.make(over(baseUrl))
    return {
      stream: async (onText) => {
        await runtime.runPromise(read(onText))
      },
      create: () => runtime.runPromise(Effect.map(Claude.create(request), lengthOf)),
      readSlowly: (pause) => runtime.runPromise(Stream.runForEach(Claude.stream(request), () => Effect.promise(pause)))
    }
  }
