import type { Json } from "./json.js"
import type { Block, Turn } from "./turn.js"

/** One event of a stream, before it is written: `text` is what it makes visible, `tokens` what its pace goes by. */
export interface Event {
  readonly type: string
  /** The delta's type for a `content_block_delta`, else the event's. */
  readonly kind: string
  /** The `data` field: JSON, or whatever a fault put there. */
  readonly data: string
  readonly text: string
  readonly tokens: number
}

/** What a message says about itself besides its content. */
export interface Envelope {
  readonly id: string
  readonly model: string
  readonly usage: Json
}

/** @internal */
export const event = (data: Json & { readonly type: string }, more?: Partial<Event>): Event => ({
  type: data.type,
  kind: data.type,
  data: JSON.stringify(data),
  text: "",
  tokens: 0,
  ...more
})

const contentOf = (block: Block): Json => {
  const whole = block.pieces.join("")
  switch (block.type) {
    case "text":
      return { type: "text", text: whole, citations: null }
    case "thinking":
      return { type: "thinking", thinking: whole, signature: block.signature }
    case "tool_use":
      return { type: "tool_use", id: block.id, name: block.name, input: block.input, caller: { type: "direct" } }
  }
}

const emptied = (block: Block): Json => {
  switch (block.type) {
    case "text":
      return { type: "text", text: "", citations: null }
    case "thinking":
      return { type: "thinking", thinking: "", signature: "" }
    case "tool_use":
      return { ...contentOf(block), input: {} }
  }
}

/** The whole message, as a unary call answers it. */
export const message = (turn: Turn, envelope: Envelope): Json => ({
  model: envelope.model,
  id: envelope.id,
  type: "message",
  role: "assistant",
  content: turn.blocks.map(contentOf),
  container: null,
  diagnostics: null,
  stop_reason: turn.stopReason,
  stop_sequence: turn.stopSequence,
  stop_details: null,
  usage: {
    ...envelope.usage,
    output_tokens: turn.outputTokens,
    output_tokens_details: { thinking_tokens: turn.thinkingTokens }
  }
})

const deltaOf = (block: Block, index: number, piece: string): Event => {
  const delta =
    block.type === "text"
      ? { type: "text_delta", text: piece }
      : block.type === "thinking"
        ? { type: "thinking_delta", thinking: piece }
        : { type: "input_json_delta", partial_json: piece }
  return event(
    { type: "content_block_delta", index, delta },
    {
      kind: delta.type,
      text: block.type === "text" ? piece : "",
      tokens: Math.max(1, Math.round(piece.length / 5))
    }
  )
}

const blockEvents = (block: Block, index: number): ReadonlyArray<Event> => [
  event({ type: "content_block_start", index, content_block: emptied(block) }),
  ...(index === 0 ? [event({ type: "ping" })] : []),
  ...block.pieces.map((piece) => deltaOf(block, index, piece)),
  ...(block.type === "thinking"
    ? [
        event(
          { type: "content_block_delta", index, delta: { type: "signature_delta", signature: block.signature } },
          {
            kind: "signature_delta"
          }
        )
      ]
    : []),
  event({ type: "content_block_stop", index })
]

const finalUsage = (turn: Turn, usage: Json): Json => ({
  input_tokens: usage["input_tokens"],
  cache_creation_input_tokens: usage["cache_creation_input_tokens"],
  cache_read_input_tokens: usage["cache_read_input_tokens"],
  output_tokens: turn.outputTokens,
  output_tokens_details: { thinking_tokens: turn.thinkingTokens },
  server_tool_use: null
})

/** The events of the same message, as a stream tells it. */
export const events = (turn: Turn, envelope: Envelope): ReadonlyArray<Event> => {
  const whole = message(turn, envelope)
  const start = {
    ...whole,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...envelope.usage, output_tokens: turn.blocks.length > 0 ? 1 : 0 }
  }
  return [
    event({ type: "message_start", message: start }),
    ...turn.blocks.flatMap(blockEvents),
    event({
      type: "message_delta",
      delta: { stop_reason: turn.stopReason, stop_sequence: turn.stopSequence, stop_details: null, container: null },
      usage: finalUsage(turn, envelope.usage)
    }),
    event({ type: "message_stop" })
  ]
}
