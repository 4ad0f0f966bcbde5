/**
 * This library, over its own transport and over fetch, by the ways in which a stream is read.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Message } from "../../src/index.js"
import { Claude, MessageStream } from "../../src/index.js"
import { NodeClaude } from "../../src/node/index.js"
import type { Client, MakeClient } from "./client.js"
import { apiKey, request } from "./client.js"

type Runtime = ManagedRuntime.ManagedRuntime<Claude.Claude, unknown>

type Read = (onText: (text: string) => void) => Effect.Effect<unknown, unknown, Claude.Claude>

const overNode = (baseUrl: string): Runtime =>
  ManagedRuntime.make(NodeClaude.layerWith({ apiKey: Redacted.make(apiKey), baseUrl, pool: { proxy: false } }))

const overFetch = (baseUrl: string): Runtime =>
  ManagedRuntime.make(
    Claude.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(Layer.provide(FetchHttpClient.layer))
  )

const text = MessageStream.text(Claude.stream(request))

const lengthOf = (message: Message.Message): number =>
  message.content.reduce((sum, block) => sum + (block.type === "text" ? block.text.length : 0), 0)

const byLoop: Read = (onText) =>
  Stream.runForEachChunk(text, (chunk) =>
    Effect.sync(() => {
      for (const piece of chunk) onText(piece)
    })
  )

const byForEach: Read = (onText) => Stream.runForEach(text, (piece) => Effect.sync(() => onText(piece)))

/** The fold gives the text once, at the end. */
const byMessage: Read = (onText) =>
  Effect.map(MessageStream.message(Claude.stream(request)), (message) => {
    for (const block of message.content) if (block.type === "text") onText(block.text)
  })

const client =
  (over: (baseUrl: string) => Runtime, read: Read): MakeClient =>
  (baseUrl): Client => {
    const runtime = over(baseUrl)
    return {
      stream: async (onText) => {
        await runtime.runPromise(read(onText))
      },
      create: () => runtime.runPromise(Effect.map(Claude.create(request), lengthOf)),
      readSlowly: (pause) => runtime.runPromise(Stream.runForEach(Claude.stream(request), () => Effect.promise(pause)))
    }
  }

export const node = client(overNode, byLoop)
export const nodeForEach = client(overNode, byForEach)
export const nodeMessage = client(overNode, byMessage)
export const overHttpClient = client(overFetch, byLoop)
