/** The client over the four transports, and the calls that every fault is tried on. */
import * as Claude from "../../../src/Claude.js"
import * as NodeClaude from "../../../src/node/NodeClaude.js"
import { Chunk, Effect, Layer, Stream } from "effect"
import type { ClaudeError } from "../../../src/ClaudeError.js"
import type { MessageRequest } from "../../../src/schema/MessageRequest.js"
import type { MessageStreamEvent } from "../../../src/schema/MessageStreamEvent.js"
import { request, secret } from "../../support/fixtures.js"
import { clientLayer } from "../../transport/support/transports.js"
import type { Operation } from "./answers.js"

export const clients = ["NodeClaude", "fetch", "node:http", "undici"] as const

/** The client's name: `NodeClaude`, or `Claude.layer` over what `HttpClient` is made of. */
export type ClientName = (typeof clients)[number]

export const claudeLayer = (
  name: ClientName,
  options: Claude.Options,
  pool: NodeClaude.PoolOptions = {}
): Layer.Layer<Claude.Claude> =>
  name === "NodeClaude"
    ? Layer.orDie(NodeClaude.layerWith({ apiKey: secret, ...options, pool: { proxy: false, ...pool } }))
    : Claude.layer({ apiKey: secret, ...options }).pipe(Layer.provide(clientLayer(name)))

/** What a call gave, and how it ended. */
export interface Outcome {
  readonly events: ReadonlyArray<MessageStreamEvent>
  readonly text: string
  readonly error: ClaudeError | undefined
  /** Of a message that came whole. */
  readonly stopReason: string | undefined
  /** As the metadata of the call tells them; 0 where no answer came. */
  readonly attempts: number
}

const textOf = (event: MessageStreamEvent): string =>
  event.type === "content_block_delta" && event.delta.type === "text_delta" ? event.delta.text : ""

const streamed = (question: MessageRequest) =>
  Effect.gen(function* () {
    const events: Array<MessageStreamEvent> = []
    const [stream, info] = yield* Claude.withMetadataStream(Claude.stream(question))
    const ended = yield* Effect.either(
      Stream.runForEachChunk(stream, (chunk) => Effect.sync(() => events.push(...Chunk.toReadonlyArray(chunk))))
    )
    const { attempts } = yield* info
    const error = ended._tag === "Left" ? ended.left : undefined
    const stopReason = events.flatMap((event) =>
      event.type === "message_delta" ? [event.delta.stop_reason ?? undefined] : []
    )[0]
    return { events, text: events.map(textOf).join(""), error, stopReason, attempts }
  })

const nothing = (error: ClaudeError): Outcome => ({ events: [], text: "", error, stopReason: undefined, attempts: 0 })

const created = (question: MessageRequest) =>
  Effect.gen(function* () {
    const ended = yield* Effect.either(Claude.withMetadata(Claude.create(question)))
    if (ended._tag === "Left") return nothing(ended.left)
    const [message, { attempts }] = ended.right
    const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("")
    return { events: [], text, error: undefined, stopReason: message.stop_reason ?? undefined, attempts }
  })

/** Asks for a message, with a text of so many bytes beside the question. */
export const call = (operation: Operation, upload = 0): Effect.Effect<Outcome, never, Claude.Claude> => {
  const question =
    upload === 0
      ? request
      : {
          ...request,
          messages: [{ role: "user" as const, content: "a".repeat(upload) }]
        }
  return operation === "stream" ? streamed(question) : created(question)
}
