/** Events as the API sends them, for tests: each function gives the parsed data of one event. */

export const messageStart = (fields: object = {}) => ({
  type: "message_start",
  message: {
    id: "msg_01",
    type: "message",
    role: "assistant",
    model: "claude-opus-5-5",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 11, output_tokens: 1 },
    ...fields
  }
})

export const blockStart = (index: number, content_block: object) => ({
  type: "content_block_start",
  index,
  content_block
})

export const delta = (index: number, delta: object) => ({ type: "content_block_delta", index, delta })

export const text = (index: number, text: string) => delta(index, { type: "text_delta", text })

export const thinking = (index: number, thinking: string) => delta(index, { type: "thinking_delta", thinking })

export const signature = (index: number, signature: string) => delta(index, { type: "signature_delta", signature })

export const json = (index: number, partial_json: string) => delta(index, { type: "input_json_delta", partial_json })

export const blockStop = (index: number) => ({ type: "content_block_stop", index })

export const messageDelta = (
  fields: object = { stop_reason: "end_turn", stop_sequence: null },
  usage: object = { output_tokens: 6 }
) => ({
  type: "message_delta",
  delta: fields,
  usage
})

export const messageStop = { type: "message_stop" }

export const ping = { type: "ping" }

export const emptyText = { type: "text", text: "" }

export const toolUse = (id: string, name: string) => ({ type: "tool_use", id, name, input: {} })

export const citation = (n: number) => ({
  type: "char_location",
  cited_text: `c${n}`,
  document_index: 0,
  document_title: null,
  start_char_index: n,
  end_char_index: n + 1,
  file_id: null
})

/** "Hello there!" in three deltas, with a ping in between. */
export const helloThere = [
  messageStart(),
  blockStart(0, emptyText),
  ping,
  text(0, "Hello"),
  text(0, " there"),
  text(0, "!"),
  blockStop(0),
  messageDelta(),
  messageStop
]

/** Text, then a call of `get_weather` whose input comes in pieces that respect no token of JSON. */
export const weather = [
  messageStart({ usage: { input_tokens: 377, output_tokens: 1 } }),
  blockStart(0, emptyText),
  text(0, "I'll check the current weather"),
  text(0, " in Paris for you."),
  blockStop(0),
  blockStart(1, toolUse("toolu_01", "get_weather")),
  json(1, ""),
  json(1, '{"locati'),
  json(1, 'on": "P'),
  json(1, "ar"),
  json(1, 'is"}'),
  blockStop(1),
  messageDelta({ stop_reason: "tool_use", stop_sequence: null }, { output_tokens: 65 }),
  messageStop
]

/** As the API frames events. */
export const frame = (event: { readonly type: string }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

export const frames = (events: ReadonlyArray<{ readonly type: string }>): string => events.map(frame).join("")

/** A call whose input `max_tokens` cut off: its block is never ended. */
export const cutTool = [
  messageStart({ usage: { input_tokens: 450, output_tokens: 3 } }),
  blockStart(0, emptyText),
  text(0, "I'll make that file."),
  blockStop(0),
  blockStart(1, toolUse("toolu_02", "make_file")),
  json(1, '{"filename": "taxes.txt", "lines_of_text": ["line one"'),
  json(1, ', "line two", "line thr'),
  messageDelta({ stop_reason: "max_tokens", stop_sequence: null }, { output_tokens: 124 }),
  messageStop
]

/** A refused answer that another model went on with: one message, a `fallback` block between the two. */
export const spliced = [
  messageStart({ model: "claude-fable-5" }),
  blockStart(0, { type: "thinking", thinking: "", signature: "" }),
  thinking(0, "Let me see."),
  signature(0, "c2ln"),
  blockStop(0),
  blockStart(1, emptyText),
  text(1, "First, "),
  blockStop(1),
  blockStart(2, {
    type: "fallback",
    from: { model: "claude-fable-5" },
    to: { model: "claude-opus-4-8" },
    trigger: { type: "refusal", category: null }
  }),
  blockStop(2),
  blockStart(3, emptyText),
  text(3, "the rest."),
  blockStop(3),
  messageDelta(
    { stop_reason: "end_turn" },
    {
      output_tokens: 40,
      iterations: [
        { type: "message", model: "claude-fable-5", input_tokens: 11, output_tokens: 20 },
        { type: "fallback_message", model: "claude-opus-4-8", input_tokens: 30, output_tokens: 20 }
      ]
    }
  ),
  messageStop
]
