/**
 * What to read out of a stream of events: its text, its tool calls, the message it adds up to.
 *
 * Streams are cold: each reading below runs the stream it is given, and so asks the API, and is billed, anew. To have
 * more than one thing of one answer, fold it once (`message`, `partial`) and watch on the way (`tapText`).
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Sink from "effect/Sink"
import type * as Stream from "effect/Stream"
import { StreamTruncated } from "../ClaudeError.js"
import type { ToolUseBlock } from "../schema/ContentBlock.js"
import type { Message, Usage } from "../schema/Message.js"
import type { MessageStreamEvent } from "../schema/MessageStreamEvent.js"
import type { InvalidToolInput } from "./InvalidToolInput.js"
import { MessageBuilder } from "./internal/messageBuilder.js"
import { forEachBatch, mapBatches, tapBatches } from "./internal/pulled.js"
import { ToolCalls } from "./internal/toolCalls.js"
import type { ResumeMarker } from "./ResumeMarker.js"

/**
 * What the streams here are made of: the events of a message, and the markers of a resumable stream between them.
 *
 * @since 0.1.0
 * @category models
 */
export type Event = MessageStreamEvent | ResumeMarker

/**
 * What was received of a message, whether or not it is all.
 *
 * @since 0.1.0
 * @category models
 */
export interface PartialMessage<E> {
  /** The message as far as it came; `undefined` if not even its start did. */
  readonly message: Message | undefined
  /** Whether it is all there: `message_stop` came, or at least the reason why the message stopped. */
  readonly complete: boolean
  /** What the stream failed with, if it did. */
  readonly error?: E | undefined
}

const textOf = (event: Event): string => {
  if (event.type === "content_block_delta") return event.delta.type === "text_delta" ? event.delta.text : ""
  if (event.type !== "content_block_start") return ""
  return event.content_block.type === "text" ? event.content_block.text : ""
}

const thinkingOf = (event: Event): string => {
  if (event.type === "content_block_delta") return event.delta.type === "thinking_delta" ? event.delta.thinking : ""
  if (event.type !== "content_block_start") return ""
  return event.content_block.type === "thinking" ? event.content_block.thinking : ""
}

/** Reads something else out of a stream: `apply` adds to `out` what an event gives, and is made anew for each run. */
const reading = <A, E, R>(
  stream: Stream.Stream<Event, E, R>,
  make: () => (event: Event, out: Array<A>) => void
): Stream.Stream<A, E, R> =>
  mapBatches(stream, () => {
    const apply = make()
    return (events) => {
      const out: Array<A> = []
      for (const event of events) apply(event, out)
      return out
    }
  })

/**
 * The text as it arrives, in the pieces in which it arrives; joined, it is the text of the message's text blocks.
 *
 * The stream that it is given is run by this alone: reading `text` and `message` from one `Claude.stream` value sends,
 * and bills, two requests. For both, use `tapText` and then `message`.
 *
 * @example
 * ```ts
 * import { Claude, MessageStream } from "effect-claude"
 * import { Console, Stream } from "effect"
 *
 * const program = Claude.stream({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }]
 * }).pipe(
 *   MessageStream.text,
 *   Stream.runForEach((piece) => Console.log(piece))
 * )
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const text = <E, R>(stream: Stream.Stream<Event, E, R>): Stream.Stream<string, E, R> =>
  reading(stream, () => (event, out: Array<string>) => {
    const piece = textOf(event)
    if (piece !== "") out.push(piece)
  })

/**
 * The thinking as it arrives. A resumable stream may withdraw thinking after a cut: its markers say so, `text` never
 * has to.
 *
 * Runs the stream that it is given, as `text` does.
 *
 * @since 0.1.0
 * @category combinators
 */
export const thinking = <E, R>(stream: Stream.Stream<Event, E, R>): Stream.Stream<string, E, R> =>
  reading(stream, () => (event, out: Array<string>) => {
    const piece = thinkingOf(event)
    if (piece !== "") out.push(piece)
  })

/**
 * The calls of the caller's own tools (`tool_use`), each once its input is whole.
 *
 * Inputs are parsed strictly and never repaired: one that is cut off or no JSON object comes as an `InvalidToolInput`
 * with its text. Calls that a resumable stream withdraws are not handed out.
 *
 * Runs the stream that it is given, as `text` does.
 *
 * @since 0.1.0
 * @category combinators
 */
export const toolUse = <E, R>(
  stream: Stream.Stream<Event, E, R>
): Stream.Stream<ToolUseBlock | InvalidToolInput, E, R> =>
  reading(stream, () => {
    const calls = new ToolCalls()
    return (event, out: Array<ToolUseBlock | InvalidToolInput>) => calls.apply(event, out)
  })

/**
 * The message as it stands after each event that changed it, for screens that draw it whole.
 *
 * Each is an immutable value that shares with the one before all that did not change. A tool's input is `{}` until its
 * block has stopped.
 *
 * Runs the stream that it is given, as `text` does.
 *
 * @since 0.1.0
 * @category combinators
 */
export const snapshots = <E, R>(stream: Stream.Stream<Event, E, R>): Stream.Stream<Message, E, R> =>
  reading(stream, () => {
    const builder = new MessageBuilder()
    return (event, out: Array<Message>) => {
      const message = builder.apply(event) ? builder.current() : undefined
      if (message !== undefined) out.push(message)
    }
  })

/**
 * The usage as it becomes known, in tokens: with the start of the message, and each time that the API counts anew. Each
 * value is a total, and the last one is the message's.
 *
 * Runs the stream that it is given, as `text` does.
 *
 * @since 0.1.0
 * @category combinators
 */
export const usage = <E, R>(stream: Stream.Stream<Event, E, R>): Stream.Stream<Usage, E, R> =>
  reading(stream, () => {
    const builder = new MessageBuilder()
    return (event, out: Array<Usage>) => {
      if (event.type !== "message_start" && event.type !== "message_delta") return
      builder.apply(event)
      if (builder.usage !== undefined) out.push(builder.usage)
    }
  })

/**
 * Runs an effect with each piece of text on its way by, and leaves the stream as it is: to print an answer while it
 * is folded, say. The effect is waited for, so a slow one slows the stream.
 *
 * @example
 * ```ts
 * import { Claude, MessageStream } from "effect-claude"
 * import { Console } from "effect"
 *
 * const program = Claude.stream({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }]
 * }).pipe(
 *   MessageStream.tapText((piece) => Console.log(piece)),
 *   MessageStream.message
 * )
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const tapText: {
  <X, E2, R2>(
    f: (text: string) => Effect.Effect<X, E2, R2>
  ): <A extends Event, E, R>(stream: Stream.Stream<A, E, R>) => Stream.Stream<A, E | E2, R | R2>
  <A extends Event, E, R, X, E2, R2>(
    stream: Stream.Stream<A, E, R>,
    f: (text: string) => Effect.Effect<X, E2, R2>
  ): Stream.Stream<A, E | E2, R | R2>
} = dual(
  2,
  <A extends Event, E, R, X, E2, R2>(
    stream: Stream.Stream<A, E, R>,
    f: (text: string) => Effect.Effect<X, E2, R2>
  ): Stream.Stream<A, E | E2, R | R2> =>
    tapBatches(stream, (events) => {
      const texts = events.map(textOf).filter((text) => text !== "")
      return texts.length === 0 ? Effect.void : Effect.forEach(texts, f, { discard: true })
    })
)

const drainInto = <E, R>(stream: Stream.Stream<Event, E, R>, builder: MessageBuilder): Effect.Effect<void, E, R> =>
  forEachBatch(stream, (events) => {
    for (const event of events) builder.apply(event)
  })

const foldChunk = (builder: MessageBuilder, chunk: Chunk.Chunk<Event>): MessageBuilder => {
  for (const event of Chunk.toReadonlyArray(chunk)) builder.apply(event)
  return builder
}

const finish = (builder: MessageBuilder, startedAt: number): Effect.Effect<Message, StreamTruncated> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const message = builder.complete ? builder.final() : undefined
    return message !== undefined
      ? Effect.succeed(message)
      : Effect.fail(
          new StreamTruncated({
            phase: "body",
            attempt: 1,
            elapsed: Duration.millis(now - startedAt),
            mayHaveRun: true,
            request: { method: "POST", path: "/v1/messages", model: builder.model },
            // Of an exchange that ended too early the transport tells first: here, events are all that is known.
            bytesReceived: 0,
            lastEvent: builder.lastEvent
          })
        )
  })

/**
 * The message that the events add up to: what `Claude.create` would have given.
 *
 * A tool call whose input is unusable stands in it as an `unknown` block, which `InvalidToolInput.fromBlock` reads. A
 * stream that ends without `message_stop`, and without the reason why the message stopped, fails with
 * `StreamTruncated`; `partial` gives what was received of it.
 *
 * Runs the stream that it is given: reading `message` and `text` from one `Claude.stream` value sends, and bills, two
 * requests.
 *
 * @example
 * ```ts
 * import { Claude, MessageStream } from "effect-claude"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const message = yield* MessageStream.message(Claude.stream({
 *     model: "claude-opus-5-5",
 *     max_tokens: 64_000,
 *     messages: [{ role: "user", content: "Hello" }]
 *   }))
 *   return message.stop_reason
 * })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const message = <E, R>(stream: Stream.Stream<Event, E, R>): Effect.Effect<Message, E | StreamTruncated, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (startedAt) => {
    const builder = new MessageBuilder()
    return Effect.zipRight(
      drainInto(stream, builder),
      Effect.suspend(() => finish(builder, startedAt))
    )
  })

/**
 * What was received of the message, complete or not, with the error that ended it: nothing that was paid for is lost.
 * A block that was cut off is there as far as it came, but for a tool's input: half of one is an `unknown` block, as in
 * `message`. Defects and interruption pass through.
 *
 * Runs the stream that it is given, as `message` does.
 *
 * @since 0.1.0
 * @category combinators
 */
export const partial = <E, R>(stream: Stream.Stream<Event, E, R>): Effect.Effect<PartialMessage<E>, never, R> =>
  Effect.suspend(() => {
    const builder = new MessageBuilder()
    const received = () => ({ message: builder.final(), complete: builder.complete })
    return Effect.match(drainInto(stream, builder), {
      onFailure: (error): PartialMessage<E> => ({ ...received(), error }),
      onSuccess: (): PartialMessage<E> => received()
    })
  })

/**
 * The fold of `message` as a Sink, to run beside others over one stream.
 *
 * @example
 * ```ts
 * import { Claude, MessageStream } from "effect-claude"
 * import { Sink, Stream } from "effect"
 *
 * const program = Claude.stream({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }]
 * }).pipe(Stream.run(Sink.zip(MessageStream.sink, Sink.count, { concurrent: true })))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const sink: Sink.Sink<Message, Event, never, StreamTruncated> = Sink.unwrap(
  Effect.map(Clock.currentTimeMillis, (startedAt) =>
    Sink.foldLeftChunks(new MessageBuilder(), foldChunk).pipe(
      Sink.mapEffect((builder: MessageBuilder) => finish(builder, startedAt))
    )
  )
)
