/** What a scripted client answers with. */
import * as Duration from "effect/Duration"
import { dual } from "effect/Function"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import type { ContentBlock } from "../../schema/ContentBlock.js"
import type { Message } from "../../schema/Message.js"
import type { ModelInfo } from "../../schema/Model.js"
import { show } from "./differences.js"
import type { Answered, Exchange } from "./exchange.js"
import { json as jsonExchange, requestId } from "./exchange.js"
import type { Failure, FailureOptions, Refusal, Wire } from "./failure.js"
import { labelOf, refusalBody, toWire } from "./failure.js"
import type { Split } from "./messageEvents.js"
import { encodeEvent, eventsOf, frame, messageToWire, words } from "./messageEvents.js"
import type { Received } from "./received.js"
import type { Piece } from "./scriptedBody.js"
import { text as bytes } from "./scriptedBody.js"

const TypeId = "~effect-claude/TestClaude/Reply"

/**
 * The answer to one request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reply extends Pipeable {
  readonly [TypeId]: typeof TypeId
  /** How reports name it. */
  readonly label: string
  /** The endpoint that it can answer; `undefined` for any. */
  readonly endpoint: Endpoint | undefined
  /** @internal */
  readonly exchange: Play
}

/** Makes the exchange of a request, the nth of all. */
export type Play = (received: Received, nth: number) => Exchange

/**
 * An endpoint, as `POST /v1/messages`.
 *
 * @since 0.1.0
 * @category models
 */
export type Endpoint = `${"GET" | "POST"} /v1/${string}`

/**
 * How a scripted message comes.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface ReplyOptions {
  /** The time before each token (each delta) of a stream; an answer in one piece takes all of it. Default: none. */
  readonly delay?: Duration.DurationInput | undefined
  /** The time until the headers. Default: none. */
  readonly after?: Duration.DurationInput | undefined
  /** Default: `end_turn`, or `tool_use` where the message ends with a tool call. */
  readonly stopReason?: string | undefined
  /** Default: a quarter of the request's characters in, one a delta out. */
  readonly usage?: Partial<Message["usage"]> | undefined
  /** Default: `msg_test_1` for the first request, and so on. */
  readonly id?: string | undefined
  /** Default: the model that was asked for. */
  readonly model?: string | undefined
  /** More headers of the answer, names in lower case. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export const make = (label: string, endpoint: Endpoint | undefined, exchange: Play): Reply => ({
  [TypeId]: TypeId,
  label,
  endpoint,
  exchange,
  pipe() {
    return pipeArguments(this, arguments)
  }
})

export const isReply = (value: unknown): value is Reply =>
  typeof value === "object" && value !== null && TypeId in value

const messages = "POST /v1/messages"

const call = (name: string, ...args: ReadonlyArray<unknown>): string =>
  `${name}(${args
    .filter((arg) => arg !== undefined)
    .map((arg) => show(arg, 50))
    .join(", ")})`

const millis = (duration: Duration.DurationInput | undefined): number => Duration.toMillis(duration ?? 0)

type Content = (nth: number) => ReadonlyArray<ContentBlock>

/** The message of the content, as a stream or in one piece, as it was asked for. */
const messageReply = (
  label: string,
  content: Content,
  options: ReplyOptions,
  split: Split = words,
  fields: Partial<Message> = {}
): Reply =>
  make(label, messages, (received, nth) => {
    const blocks = content(nth)
    const input = Math.max(1, Math.ceil(JSON.stringify(received.body ?? "").length / 4))
    const whole = (outputTokens: number): Message => ({
      id: options.id ?? `msg_test_${nth}`,
      type: "message",
      role: "assistant",
      model: options.model ?? received.messageRequest?.model ?? "claude-opus-5-5",
      content: blocks,
      stop_reason: options.stopReason ?? (blocks.at(-1)?.type === "tool_use" ? "tool_use" : "end_turn"),
      stop_sequence: null,
      ...fields,
      usage: { input_tokens: input, output_tokens: outputTokens, ...fields.usage, ...options.usage }
    })
    const count = eventsOf(whole(0), split).filter(({ type }) => type === "content_block_delta").length
    return received.streaming
      ? streamed(whole(count), split, nth, options)
      : jsonExchange(nth, messageToWire(whole(count)), {
          headers: options.headers,
          after: millis(options.after) + count * millis(options.delay)
        })
  })

const streamed = (message: Message, split: Split, nth: number, options: ReplyOptions): Answered => {
  const pieces = eventsOf(message, split).map((event) => {
    const isDelta = event.type === "content_block_delta"
    return { isDelta, piece: bytes(encodeEvent(event), isDelta ? millis(options.delay) : 0) }
  })
  return {
    _tag: "Answered",
    status: 200,
    headers: { "content-type": "text/event-stream", "request-id": requestId(nth), ...options.headers },
    after: millis(options.after),
    body: pieces.map(({ piece }) => piece),
    deltas: new Set(pieces.filter(({ isDelta }) => isDelta).map(({ piece }) => piece))
  }
}

/**
 * A text; a stream brings it word by word.
 *
 * @since 0.1.0
 * @category constructors
 */
export const text = (content: string, options: ReplyOptions = {}): Reply =>
  messageReply(call("text", content), () => [{ type: "text", text: content, citations: null }], options)

/**
 * A text in these tokens, each a delta of its own in a stream; empty ones are left out.
 *
 * @since 0.1.0
 * @category constructors
 */
export const tokens = (list: ReadonlyArray<string>, options: ReplyOptions = {}): Reply =>
  messageReply(
    call("tokens", list),
    () => [{ type: "text", text: list.join(""), citations: null }],
    options,
    () => list
  )

/**
 * A call of a tool, with `text` before it if it is given. Its id is `toolu_test_1` for the first request, and so on.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toolUse = (
  name: string,
  input: { readonly [key: string]: unknown },
  options: ToolUseOptions = {}
): Reply =>
  messageReply(
    call("toolUse", name, input),
    (nth) => [
      ...(options.text === undefined ? [] : [{ type: "text", text: options.text, citations: null } as const]),
      { type: "tool_use", id: options.toolUseId ?? `toolu_test_${nth}`, name, input, caller: { type: "direct" } }
    ],
    options
  )

/**
 * How a scripted call of a tool comes.
 *
 * @since 0.1.0
 * @category configuration
 */
export interface ToolUseOptions extends ReplyOptions {
  /** What the model says before it. Default: nothing. */
  readonly text?: string | undefined
  /** The id of the call. Default: `toolu_test_1` for the first request, and so on. */
  readonly toolUseId?: string | undefined
}

/**
 * Thinking, signed, and the text after it, if any.
 *
 * @since 0.1.0
 * @category constructors
 */
export const thinking = (thought: string, content?: string, options: ReplyOptions = {}): Reply =>
  messageReply(
    call("thinking", thought, content),
    (nth) => [
      { type: "thinking", thinking: thought, signature: `signature_test_${nth}` },
      ...(content === undefined ? [] : [{ type: "text", text: content, citations: null } as const])
    ],
    options
  )

/**
 * A message of any content and any fields; what is left out is as in the other replies.
 *
 * @since 0.1.0
 * @category constructors
 */
export const message = (fields: Partial<Message>, options: ReplyOptions = {}): Reply =>
  messageReply(call("message", fields), () => fields.content ?? [], options, words, fields)

/**
 * What `Claude.countTokens` gives.
 *
 * @since 0.1.0
 * @category constructors
 */
export const tokenCount = (inputTokens: number): Reply =>
  make(call("tokenCount", inputTokens), "POST /v1/messages/count_tokens", (_, nth) =>
    jsonExchange(nth, { input_tokens: inputTokens })
  )

/**
 * What `Claude.models.list` gives, on one page.
 *
 * @since 0.1.0
 * @category constructors
 */
export const models = (list: ReadonlyArray<ModelInfo>): Reply =>
  make(
    call(
      "models",
      list.map(({ id }) => id)
    ),
    "GET /v1/models",
    (_, nth) =>
      jsonExchange(nth, {
        data: list,
        has_more: false,
        first_id: list[0]?.id ?? null,
        last_id: list.at(-1)?.id ?? null
      })
  )

/**
 * Any JSON, as an answer of any endpoint; a text is sent as it is, JSON or not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const json = (
  body: unknown,
  options: {
    readonly status?: number | undefined
    readonly headers?: Readonly<Record<string, string>> | undefined
    readonly after?: Duration.DurationInput | undefined
  } = {}
): Reply =>
  make(call("json", body), undefined, (_, nth) => jsonExchange(nth, body, { ...options, after: millis(options.after) }))

/**
 * What a function makes of the request.
 *
 * @since 0.1.0
 * @category constructors
 */
export const respond = (f: (received: Received) => Reply): Reply =>
  make("respond(function)", undefined, (received, nth) => f(received).exchange(received, nth))

/**
 * A failure: what the wire brings is such that the client fails with this error. Errors of the API come with their
 * status and headers, broken connections as faults of the transport; `StreamTruncated` is a body that ends at once.
 * Retries are the client's own, each takes the next reply.
 *
 * @example
 * ```ts
 * import { TestClaude } from "effect-claude/testing"
 *
 * const replies = [
 *   TestClaude.fail("ConnectionReset"),
 *   TestClaude.fail("RateLimited", { retryAfter: "2 seconds" }),
 *   TestClaude.text("third time lucky")
 * ]
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fail = (failure: Failure, options: FailureOptions = {}): Reply =>
  make(call("fail", labelOf(failure)), undefined, (received, nth) => failed(toWire(failure, options), received, nth))

const refused = (refusal: Refusal, nth: number): Answered =>
  jsonExchange(nth, refusalBody(refusal), { status: refusal.status, headers: refusal.headers })

const failed = (wire: Wire, received: Received, nth: number): Exchange => {
  switch (wire._tag) {
    case "Refusal":
      return refused(wire, nth)
    case "Garbage":
      return jsonExchange(nth, wire.body, wire)
    case "Truncation":
      return begun(received, nth, wire.headers)
    case "Fault": {
      const fault = wire.make(0, false)
      return fault.phase === "body"
        ? { ...begun(received, nth, wire.headers), body: endOf(wire) }
        : { _tag: "Broken", fault, after: 0 }
    }
  }
}

/** A response of which nothing came but its headers. */
const begun = (received: Received, nth: number, headers: Readonly<Record<string, string>>): Answered =>
  jsonExchange(nth, undefined, {
    headers: received.streaming ? { "content-type": "text/event-stream", ...headers } : headers
  })

/** The pieces up to the nth delta, or to the last one where there are fewer: a cut that was asked for happens. */
const firstDeltas = (answer: Answered, count: number): ReadonlyArray<Piece> => {
  const places = answer.body.flatMap((piece, index) => (answer.deltas.has(piece) ? [index] : []))
  const end = count === 0 ? places[0] : (places[Math.min(count, places.length) - 1] ?? -1) + 1
  return answer.body.slice(0, end)
}

/** Half of an answer without deltas, as one in one piece is. */
const half = (body: ReadonlyArray<Piece>): ReadonlyArray<Piece> =>
  body.map((piece) =>
    piece._tag === "Bytes" ? { ...piece, bytes: piece.bytes.subarray(0, Math.floor(piece.bytes.length / 2)) } : piece
  )

const withEnd = (reply: Reply, label: string, count: number, end: ReadonlyArray<Piece>): Reply =>
  make(label, reply.endpoint, (received, nth) => {
    const exchange = reply.exchange(received, nth)
    if (exchange._tag === "Broken") return exchange
    const kept = exchange.deltas.size > 0 ? firstDeltas(exchange, count) : half(exchange.body)
    return { ...exchange, body: [...kept, ...end] }
  })

const cut = (reply: Reply, count: number, failure: Failure, options: FailureOptions): Reply => {
  const label = `${reply.label} cut after ${count} by ${labelOf(failure)}`
  const wire = toWire(failure, options)
  const broken = withEnd(reply, label, count, endOf(wire))
  return wire._tag !== "Refusal"
    ? broken
    : make(label, reply.endpoint, (received, nth) =>
        // an answer in one piece has no place for an event: the API refuses it as a whole
        received.streaming ? broken.exchange(received, nth) : refused(wire, nth)
      )
}

const endOf = (wire: Wire): ReadonlyArray<Piece> => {
  switch (wire._tag) {
    case "Refusal":
      return [bytes(frame("error", refusalBody(wire)))]
    case "Garbage":
      return [bytes(`event: content_block_delta\ndata: {"type":"content_block_delta","index":\n\n`)]
    case "Truncation":
      return []
    case "Fault":
      return [{ _tag: "Fault", after: 0, fault: (bytes) => wire.make(bytes, true) }]
  }
}

/**
 * The reply, cut after so many tokens (deltas) of its stream: by a reset unless another failure is given. Errors of the
 * API come as an `error` event, `StreamTruncated` as a clean end, `UnexpectedResponse` as an event that is no JSON. An
 * answer in one piece is cut in its middle, or refused.
 *
 * Without a reply it stands for one of ten words, so that `TestClaude.cutAfter(3)` is a step of a script.
 *
 * @example
 * ```ts
 * import { TestClaude } from "effect-claude/testing"
 *
 * const reply = TestClaude.cutAfter(TestClaude.tokens(["One", " two", " three"]), 2, "Overloaded")
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const cutAfter: {
  (count: number, failure?: Failure, options?: FailureOptions): (self: Reply) => Reply
  (self: Reply, count: number, failure?: Failure, options?: FailureOptions): Reply
} = dual(
  (args) => isReply(args[0]),
  (self: Reply, count: number, failure: Failure = "ConnectionReset", options: FailureOptions = {}): Reply =>
    cut(self, count, failure, options)
)

/**
 * The reply, silent for ever after so many tokens (deltas) of its stream: it ends when the client's own limits do.
 *
 * @since 0.1.0
 * @category combinators
 */
export const stallAfter: {
  (count: number): (self: Reply) => Reply
  (self: Reply, count: number): Reply
} = dual(2, (self: Reply, count: number): Reply =>
  withEnd(self, `${self.label} stalled after ${count}`, count, [{ _tag: "Silence" }])
)
