/** A message as the stream of events that the API would send it in. */
import * as Predicate from "effect/Predicate"
import type { ContentBlock } from "../../schema/ContentBlock.js"
import type { Message } from "../../schema/Message.js"
import type { ContentBlockDelta, MessageDelta, MessageStart } from "../../schema/MessageStreamEvent.js"
import { MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import { Message as MessageSchema } from "../../schema/Message.js"
import { toWire } from "../../schema/internal/wire.js"

/** Cuts the text of the block of this index into what its deltas carry. */
export type Split = (text: string, index: number) => ReadonlyArray<string>

type Delta = ContentBlockDelta["delta"]

/** Words with the blanks before them, which is about what tokens are. */
export const words: Split = (text) => text.match(/\s*\S+|\s+$/g) ?? []

const withoutEmpty = (pieces: ReadonlyArray<string>): ReadonlyArray<string> => pieces.filter((piece) => piece !== "")

/** What a block begins with, and what comes after. Blocks that no delta is known for come whole. */
const taken = (
  block: ContentBlock,
  split: (text: string) => ReadonlyArray<string>
): {
  readonly start: ContentBlock
  readonly deltas: ReadonlyArray<Delta>
} => {
  switch (block.type) {
    case "text": {
      const citations = block.citations ?? []
      return {
        start: citations.length === 0 ? { ...block, text: "" } : { ...block, text: "", citations: [] },
        deltas: [
          ...withoutEmpty(split(block.text)).map((text): Delta => ({ type: "text_delta", text })),
          ...citations.map((citation): Delta => ({ type: "citations_delta", citation }))
        ]
      }
    }
    case "thinking":
      return {
        start: { ...block, thinking: "", signature: "" },
        deltas: [
          ...withoutEmpty(split(block.thinking)).map((thinking): Delta => ({ type: "thinking_delta", thinking })),
          { type: "signature_delta", signature: block.signature }
        ]
      }
    case "tool_use":
    case "server_tool_use":
      return {
        start: { ...block, input: {} },
        deltas: withoutEmpty(split(JSON.stringify(block.input))).map((partial_json): Delta => ({
          type: "input_json_delta",
          partial_json
        }))
      }
    default:
      return { start: block, deltas: [] }
  }
}

/** A message as it stands before anything of it was written. */
const begun = (message: Message): MessageStart => ({
  type: "message_start",
  message: {
    ...message,
    content: [],
    stop_reason: null,
    ...(message.stop_sequence === undefined ? {} : { stop_sequence: null }),
    ...(message.stop_details === undefined ? {} : { stop_details: null }),
    usage: { ...message.usage, output_tokens: Math.min(1, message.usage.output_tokens) }
  }
})

const ended = ({ stop_details, stop_reason, stop_sequence, usage }: Message): MessageDelta => ({
  type: "message_delta",
  delta: {
    stop_reason,
    stop_sequence: stop_sequence ?? null,
    ...(stop_details === undefined ? {} : { stop_details })
  },
  usage: { output_tokens: usage.output_tokens }
})

/** The events of a message; their fold is the message again. */
export const eventsOf = (message: Message, split: Split): ReadonlyArray<MessageStreamEvent> => [
  begun(message),
  ...message.content.flatMap((block, index): ReadonlyArray<MessageStreamEvent> => {
    const { deltas, start } = taken(block, (text) => split(text, index))
    return [
      { type: "content_block_start", index, content_block: start },
      ...deltas.map((delta): MessageStreamEvent => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index }
    ]
  }),
  ended(message),
  { type: "message_stop" }
]

const eventToWire = toWire(MessageStreamEvent)

export const messageToWire = toWire(MessageSchema)

/** An event as it stands in a stream. */
export const frame = (type: string, data: unknown): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`

export const encodeEvent = (event: MessageStreamEvent): string => {
  const wire = eventToWire(event)
  const type = Predicate.hasProperty(wire, "type") ? String(wire.type) : event.type
  return frame(type, wire)
}
