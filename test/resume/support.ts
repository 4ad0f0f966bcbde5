import { Duration, Effect, Layer } from "effect"
import { Claude, Transport, TransportFault } from "effect-claude"
import { secret } from "../support/fixtures.js"
import { sse } from "../support/scriptedTransport.js"

/** A block of the answer that the model has in mind. */
export type Thought =
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly name: string; readonly input: object }
  | { readonly type: "server_tool_use"; readonly input: object }

/** How an attempt is cut, and behind how many bytes of its body. */
export interface Cut {
  readonly at: number
  readonly how: "reset" | "fin" | "stall" | "end" | "error"
}

export interface Seen {
  readonly body: Record<string, unknown>
  /** The delivered text that the request goes on from; `undefined` for a request that asks from the start. */
  readonly partial: string | undefined
  /** The text this attempt had sent when it was cut, or all of it. */
  readonly text: string
  readonly bytes: number
}

const piecesOf = (text: string, size: number): ReadonlyArray<string> => {
  const pieces: Array<string> = []
  let piece = ""
  for (const character of text) {
    piece += character
    if (piece.length >= size) {
      pieces.push(piece)
      piece = ""
    }
  }
  return piece === "" ? pieces : [...pieces, piece]
}

interface WireEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** The events of an answer, as the API would send them. */
export const eventsOf = (
  thoughts: ReadonlyArray<Thought>,
  options: { readonly pieces?: number; readonly stop?: string; readonly attempt?: number } = {}
): ReadonlyArray<WireEvent> => {
  const size = options.pieces ?? 9
  const blocks = thoughts.flatMap((thought, index): Array<WireEvent> => {
    const start = (content_block: object) => ({ type: "content_block_start", index, content_block })
    const delta = (delta: object) => ({ type: "content_block_delta", index, delta })
    const stop = { type: "content_block_stop", index }
    switch (thought.type) {
      case "text":
        return [
          start({ type: "text", text: "", citations: null }),
          ...piecesOf(thought.text, size).map((text) => delta({ type: "text_delta", text })),
          stop
        ]
      case "thinking":
        return [
          start({ type: "thinking", thinking: "", signature: "" }),
          ...piecesOf(thought.text, size).map((thinking) => delta({ type: "thinking_delta", thinking })),
          delta({ type: "signature_delta", signature: `signed-${options.attempt ?? 1}-${thought.text.length}` }),
          stop
        ]
      case "tool_use":
        return [
          start({ type: "tool_use", id: `toolu_${index}`, name: thought.name, input: {}, caller: { type: "direct" } }),
          ...piecesOf(JSON.stringify(thought.input), size).map((partial_json) =>
            delta({ type: "input_json_delta", partial_json })
          ),
          stop
        ]
      case "server_tool_use":
        return [
          start({ type: "server_tool_use", id: `srvtoolu_${index}`, name: "web_search", input: thought.input, caller: { type: "direct" } }),
          stop
        ]
    }
  })
  const reason = options.stop ?? (thoughts.at(-1)?.type === "tool_use" ? "tool_use" : "end_turn")
  const said = thoughts.map((thought) => thought.type === "text" ? thought.text : "").join("").length
  return [
    {
      type: "message_start",
      message: {
        id: `msg_${options.attempt ?? 1}`,
        type: "message",
        role: "assistant",
        model: "claude-opus-5-5",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 100, output_tokens: 1 }
      }
    },
    ...blocks,
    {
      type: "message_delta",
      delta: { stop_reason: reason, stop_sequence: null },
      usage: { output_tokens: Math.ceil(said / 4) + 10 }
    },
    { type: "message_stop" }
  ]
}

export const bytesOf = (events: ReadonlyArray<WireEvent>): Uint8Array =>
  new TextEncoder().encode(events.map((event) => sse(event)).join(""))

/** The answer with everything up to `partial` taken away, and `anchor` said again before it. */
const remainder = (thoughts: ReadonlyArray<Thought>, partial: string, anchor: string): ReadonlyArray<Thought> => {
  let left = partial.length
  const kept: Array<Thought> = []
  for (const thought of thoughts) {
    if (thought.type === "text") {
      const text = thought.text.slice(left)
      const gone = left > 0
      left = Math.max(0, left - thought.text.length)
      if (left > 0) continue
      if (kept.length === 0 && (gone || partial !== "")) kept.push({ type: "text", text: anchor + text })
      else kept.push({ type: "text", text })
    } else if (left === 0) kept.push(thought)
  }
  return kept.length === 0 ? [{ type: "text", text: anchor }] : kept
}

const lastUser = (body: Record<string, unknown>): string => {
  const messages = body["messages"] as ReadonlyArray<{ readonly role: string; readonly content: unknown }>
  const last = messages.at(-1)
  return typeof last?.content === "string" ? last.content : ""
}

const tagged = (text: string, name: string): string | undefined =>
  new RegExp(`<(${name}(?:_\\d+)?)>([\\s\\S]*?)</\\1>`).exec(text)?.[2]

/** How the model answers a request that asks it to go on. */
export type Manner = (continuation: { readonly anchor: string; readonly rest: string }) => string

/**
 * A model behind a transport. It goes on where a continuation asks it to, repeating the anchor; a request that asks from
 * the start again, after an answer that was cut, gets different text.
 */
export const model = (options: {
  readonly thoughts: ReadonlyArray<Thought>
  readonly cuts: ReadonlyArray<Cut>
  readonly pieces?: number
  readonly inOnePiece?: boolean
  readonly manner?: Manner
  /** Answers the nth request (from 1) in another way. */
  readonly intercept?: (body: Record<string, unknown>, nth: number) => Transport.TransportResponse | undefined
}) => {
  const seen: Array<Seen> = []
  let restarts = 0
  const execute: Transport.Service["execute"] = (request) =>
    Effect.sync(() => {
      const body: Record<string, unknown> = JSON.parse(new TextDecoder().decode(request.body))
      const nth = seen.length + 1
      const intercepted = options.intercept?.(body, nth)
      if (intercepted !== undefined) {
        seen.push({ body, partial: undefined, text: "", bytes: 0 })
        return intercepted
      }
      const messages = body["messages"] as ReadonlyArray<{ readonly role: string; readonly content: unknown }>
      const last = messages.at(-1)
      const ask = lastUser(body)
      const prefill = last?.role === "assistant" && typeof last.content === "string" ? last.content : undefined
      const turn = messages.at(-2)
      const own = turn?.role === "assistant" && Array.isArray(turn.content)
        ? (turn.content as ReadonlyArray<{ readonly type: string; readonly text?: string }>)
          .map((block) => block.text ?? "").join("")
        : undefined
      const partial = prefill ?? tagged(ask, "previous_response") ?? own
      const anchor = prefill === undefined ? tagged(ask, "last_words") ?? "" : ""
      let thoughts = options.thoughts
      if (partial !== undefined) {
        // an assistant turn may not end in blanks, so what was trimmed off is part of what the model says next
        const rest = remainder(options.thoughts, partial, "")
        const [first, ...others] = rest
        const said = first?.type === "text" ? first.text : ""
        const manner = options.manner ?? (({ anchor, rest }) => anchor + rest)
        const trimmed = own === undefined ? said : said.slice(anchor.length - anchor.trimEnd().length)
        thoughts = first?.type === "text" && prefill === undefined
          ? [{ type: "text", text: manner({ anchor, rest: trimmed }) }, ...others]
          : rest
      } else if (seen.some(({ text }) => text !== "")) {
        restarts++
        thoughts = options.thoughts.map((thought) =>
          thought.type === "text" ? { ...thought, text: `Attempt ${restarts}. ${thought.text}` } : thought
        )
      }
      const whole = bytesOf(eventsOf(thoughts, { pieces: options.pieces ?? 9, attempt: nth }))
      const cut = options.cuts[seen.length]
      const bytes = cut === undefined ? whole : whole.slice(0, cut.at)
      seen.push({ body, partial, text: textIn(bytes), bytes: whole.length })
      return responseOf(bytes, cut?.how, options.inOnePiece ?? true)
    })
  const layer = Claude.layerTransport({ apiKey: secret }).pipe(
    Layer.provide(Layer.succeed(Transport.Transport, { execute }))
  )
  return { layer, seen, transport: { execute } }
}

const textIn = (bytes: Uint8Array): string => {
  let text = ""
  for (const frame of new TextDecoder().decode(bytes).split("\n\n").slice(0, -1)) {
    const event = JSON.parse(frame.slice(frame.indexOf("data: ") + 6))
    if (event.delta?.type === "text_delta") text += event.delta.text
  }
  return text
}

const faultOf = (how: "reset" | "fin" | "stall", bytesReceived: number): TransportFault.TransportFault =>
  new TransportFault.TransportFault({
    reason: how === "stall" ? "TimedOut" : "Reset",
    phase: "body",
    ...(how === "stall" ? { limit: "idle" as const, duration: Duration.seconds(180) } : {}),
    code: how === "reset" ? "ECONNRESET" : "UND_ERR_SOCKET",
    bytesReceived,
    reusedConnection: false,
    requestSent: true
  })

export const responseOf = (
  bytes: Uint8Array,
  how: Cut["how"] | undefined,
  inOnePiece: boolean
): Transport.TransportResponse => {
  const extra = how === "error"
    ? new TextEncoder().encode(sse({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }))
    : undefined
  const chunks: Array<Uint8Array> = []
  const size = inOnePiece ? bytes.length : 61
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size))
  if (extra !== undefined) chunks.push(extra)
  let aborted: TransportFault.TransportFault | undefined
  return {
    status: 200,
    headers: { "content-type": "text/event-stream", "request-id": `req_${bytes.length}` },
    reusedConnection: false,
    body: {
      read: Effect.suspend(() => {
        if (aborted !== undefined) return Effect.fail(aborted)
        const chunk = chunks.shift()
        if (chunk !== undefined) return Effect.succeed(chunk)
        return how === "reset" || how === "fin" || how === "stall"
          ? Effect.fail(faultOf(how, bytes.length))
          : Effect.succeed(undefined)
      }),
      abort: (fault) => Effect.sync(() => void (aborted = fault))
    }
  }
}
