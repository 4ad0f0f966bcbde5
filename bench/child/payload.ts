/**
 * What the bench's server answers: streams and messages in the API's form.
 */

/** About 20 characters each, as tokens come in twos and threes; two are escaped on the wire, one is beyond Latin-1. */
const pieces = [
  " the connection was",
  " closed by the other",
  " side while we waited",
  ". It is not an error\n",
  " of the network alone",
  ": a server may close",
  " what it holds for long",
  ", and a proxy will. To",
  " call that “reset” is",
  " common; what matters",
  " is whether the answer",
  " came whole, and who",
  " pays for it when not",
  ". So each attempt says",
  ' how far it got, and "why"',
  " it ended where it did"
]

/** The text of the delta at this place. */
export const pieceAt = (index: number, length: number | undefined): string => {
  const piece = pieces[index % pieces.length] ?? ""
  return length === undefined ? piece : piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
}

/** How many characters the deltas of a stream add up to. */
export const textLength = (count: number): number => {
  let length = 0
  for (let index = 0; index < count; index++) length += pieceAt(index, undefined).length
  return length
}

const event = (type: string, rest: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`

const message = {
  id: "msg_01XFDUDYJgAACzvnptvVoYEL",
  type: "message",
  role: "assistant",
  model: "claude-opus-5-5",
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 25, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 }
}

export const head =
  event("message_start", { message })
  + event("content_block_start", { index: 0, content_block: { type: "text", text: "" } })

export const delta = (index: number, length: number | undefined): string =>
  event("content_block_delta", { index: 0, delta: { type: "text_delta", text: pieceAt(index, length) } })

export const tail =
  event("content_block_stop", { index: 0 })
  + event("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 1 } })
  + event("message_stop", {})

/** An answer in one piece: about 600 characters of text. */
export const unaryMessage = JSON.stringify({
  ...message,
  content: [{ type: "text", text: Array.from({ length: 30 }, (_, index) => pieceAt(index, undefined)).join("") }],
  stop_reason: "end_turn",
  usage: { ...message.usage, output_tokens: 140 }
})
