import * as FastCheck from "effect/FastCheck"
import type { ContentBlock } from "../../schema/ContentBlock.js"
import type { Message } from "../../schema/Message.js"
import type { MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import { idTail, jsonObject, model, text } from "./arbitraryRequests.js"
import type { Split } from "./messageEvents.js"
import { encodeEvent, eventsOf, frame } from "./messageEvents.js"

/** Words and the blanks between, before and behind them, where cuts are the most treacherous. */
const prose = FastCheck.array(
  FastCheck.oneof(
    FastCheck.constantFrom(" ", "  ", "\n", "\n\n", "\t"),
    FastCheck.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 6 })
  ),
  { maxLength: 20 }
).map((parts) => parts.join(""))

const anyText = FastCheck.oneof(FastCheck.string({ unit: "grapheme", maxLength: 60 }), prose)

const id = (prefix: string): FastCheck.Arbitrary<string> => idTail.map((tail) => `${prefix}_${tail}`)

const block: FastCheck.Arbitrary<ContentBlock> = FastCheck.oneof(
  { weight: 5, arbitrary: anyText.map((text): ContentBlock => ({ type: "text", text, citations: null })) },
  {
    weight: 2,
    arbitrary: FastCheck.tuple(anyText, FastCheck.base64String({ minLength: 8, maxLength: 40 })).map(
      ([thinking, signature]): ContentBlock => ({ type: "thinking", thinking, signature })
    )
  },
  {
    weight: 1,
    arbitrary: FastCheck.base64String({ minLength: 8 }).map((data): ContentBlock => ({
      type: "redacted_thinking",
      data
    }))
  },
  {
    weight: 2,
    arbitrary: FastCheck.tuple(id("toolu"), FastCheck.constantFrom("search", "add"), jsonObject).map(
      ([id, name, input]): ContentBlock => ({ type: "tool_use", id, name, input, caller: { type: "direct" } })
    )
  },
  {
    weight: 1,
    arbitrary: FastCheck.tuple(text, text, text).map(([cited, title, url]): ContentBlock => ({
      type: "text",
      text: cited,
      citations: [
        {
          type: "web_search_result_location",
          cited_text: cited,
          encrypted_index: "AAAA",
          title,
          url: `https://example.com/${encodeURIComponent(url)}`
        }
      ]
    }))
  },
  {
    weight: 1,
    arbitrary: text.map((content): ContentBlock => ({ type: "unknown", raw: { type: "compaction", content } }))
  }
)

const tokens = FastCheck.integer({ min: 0, max: 200_000 })

const usage: FastCheck.Arbitrary<Message["usage"]> = FastCheck.record({
  input_tokens: tokens,
  output_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_read_input_tokens: tokens,
  service_tier: FastCheck.constant("standard")
})

const ending: FastCheck.Arbitrary<Pick<Message, "stop_reason" | "stop_sequence">> = FastCheck.oneof(
  FastCheck.constantFrom("end_turn", "max_tokens", "pause_turn").map((stop_reason) => ({
    stop_reason,
    stop_sequence: null
  })),
  text.map((stop_sequence) => ({ stop_reason: "stop_sequence", stop_sequence }))
)

export const message: FastCheck.Arbitrary<Message> = FastCheck.tuple(
  id("msg"),
  model,
  FastCheck.array(block, { maxLength: 5 }),
  ending,
  usage
).map(([id, model, content, end, usage]): Message => ({
  id,
  type: "message",
  role: "assistant",
  model,
  content,
  ...(content.at(-1)?.type === "tool_use" ? { stop_reason: "tool_use", stop_sequence: null } : end),
  usage
}))

/**
 * A message and the stream that it comes in.
 *
 * @since 0.1.0
 * @category models
 */
export interface EventStream {
  readonly message: Message
  /** Its events, as a stream hands them out: without pings. */
  readonly events: ReadonlyArray<MessageStreamEvent>
  /** The bytes of all of them, pings among them, cut anywhere, also within a character; none is empty. */
  readonly chunks: ReadonlyArray<Uint8Array>
}

/** Pieces of these lengths in turn, in whole characters. */
const inLengths =
  (lengths: ReadonlyArray<number>): Split =>
  (text) => {
    const characters = [...text]
    const pieces: Array<string> = []
    for (let at = 0, nth = 0; at < characters.length; nth++) {
      const length = lengths[nth % lengths.length] ?? 1
      pieces.push(characters.slice(at, at + length).join(""))
      at += length
    }
    return pieces
  }

const lengths = FastCheck.array(FastCheck.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 })

/** Cuts bytes into chunks anywhere. */
export const chunks = (bytes: Uint8Array): FastCheck.Arbitrary<ReadonlyArray<Uint8Array>> =>
  FastCheck.uniqueArray(FastCheck.integer({ min: 1, max: Math.max(1, bytes.length - 1) }), { maxLength: 40 }).map(
    (places) => {
      const inside = places.filter((place) => place < bytes.length).sort((a, b) => a - b)
      const ends = [...inside, bytes.length]
      return ends
        .map((end, nth) => bytes.subarray(nth === 0 ? 0 : ends[nth - 1], end))
        .filter(({ length }) => length > 0)
    }
  )

const encoder = new TextEncoder()

const ping = frame("ping", { type: "ping" })

export const eventStream: FastCheck.Arbitrary<EventStream> = FastCheck.tuple(
  message,
  lengths,
  FastCheck.array(FastCheck.boolean(), { maxLength: 20 })
).chain(([message, lengths, pings]) => {
  const events = eventsOf(message, inLengths(lengths))
  const text = events.map((event, nth) => encodeEvent(event) + (pings[nth] === true ? ping : "")).join("")
  return chunks(encoder.encode(text)).map((chunks) => ({ message, events, chunks }))
})
