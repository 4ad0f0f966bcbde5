/**
 * Server-sent events from bytes, in linear time: any split of the bytes, LF, CR and CRLF, a byte order mark, comments
 * and multi-line data.
 *
 * @since 0.1.0
 */
import * as Channel from "effect/Channel"
import * as Chunk from "effect/Chunk"
import { dual } from "effect/Function"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { defaultMaxSizes } from "../ClaudeConfig.js"
import { SseParser } from "./internal/sseParser.js"

/**
 * One server-sent event. `id` and `retry` are not kept: the Claude API does not use them.
 *
 * @since 0.1.0
 * @category models
 */
export interface SseEvent {
  /** The value of the last `event` field; `undefined` if there was none. */
  readonly event: string | undefined
  /** The values of all `data` fields, joined by line feeds. */
  readonly data: string
}

/**
 * Options of a parser.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The most bytes (as UTF-8) that one line, or the data of one event, may have: what a parser may have to hold.
   * Default: 16 MiB.
   */
  readonly maxEventSize?: number | undefined
}

/**
 * A line, or the data of one event, is larger than the parser may hold. Nothing is parsed after it.
 *
 * @since 0.1.0
 * @category errors
 */
export class EventTooLarge extends Schema.TaggedError<EventTooLarge>("effect-claude/Sse/EventTooLarge")(
  "EventTooLarge",
  {
    /** The limit, in bytes. */
    maxEventSize: Schema.Number
  }
) {
  override get message(): string {
    return `A server-sent event is larger than ${this.maxEventSize} bytes`
  }
}

/**
 * A synchronous push parser. It keeps what a chunk leaves open, so each stream of bytes needs a parser of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Parser {
  /**
   * Takes the next bytes and calls `onEvent` for each event that they complete. An event without its blank line at the
   * end of the stream never completes, as the specification wants it.
   *
   * Gives the error once a line or an event was too large, and then always.
   */
  readonly feed: (
    bytes: Uint8Array,
    onEvent: (data: string, event: string | undefined) => void
  ) => EventTooLarge | undefined
}

/**
 * The default of `maxEventSize`: 16 MiB, in bytes.
 *
 * @since 0.1.0
 * @category configuration
 */
export const defaultMaxEventSize: number = defaultMaxSizes.event

/**
 * Makes a parser.
 *
 * @example
 * ```ts
 * import { Sse } from "effect-claude"
 *
 * const parser = Sse.make()
 * parser.feed(new TextEncoder().encode("data: hello\n\n"), (data) => data) // "hello"
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Parser => {
  const maxEventSize = options?.maxEventSize ?? defaultMaxEventSize
  const parser = new SseParser(maxEventSize)
  return {
    feed: (bytes, onEvent) => (parser.feed(bytes, onEvent) ? undefined : new EventTooLarge({ maxEventSize }))
  }
}

type Bytes = Chunk.Chunk<Uint8Array>
type Events = Chunk.Chunk<SseEvent>

const decodeChannel = <E>(options: Options | undefined) =>
  Channel.suspend(() => {
    const parser = make(options)
    const loop: Channel.Channel<Events, Bytes, E | EventTooLarge, E, void, unknown> = Channel.readWithCause({
      onInput: (input: Bytes) => {
        const events: Array<SseEvent> = []
        let failure: EventTooLarge | undefined = undefined
        for (const bytes of input) {
          failure = parser.feed(bytes, (data, event) => {
            events.push({ event, data })
          })
        }
        const next = failure === undefined ? loop : Channel.fail(failure)
        return events.length === 0 ? next : Channel.zipRight(Channel.write(Chunk.unsafeFromArray(events)), next)
      },
      onFailure: (cause) => Channel.failCause(cause),
      onDone: () => Channel.void
    })
    return loop
  })

/**
 * Decodes a stream of bytes to server-sent events. Events that are complete before a failure are delivered before it.
 *
 * @example
 * ```ts
 * import { Sse } from "effect-claude"
 * import { Stream } from "effect"
 *
 * const bytes = Stream.make("event: greeting\nda", "ta: hello\n\n").pipe(Stream.encodeText)
 *
 * Sse.decode(bytes) // one event: { event: "greeting", data: "hello" }
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const decode: {
  (options?: Options): <E, R>(bytes: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<SseEvent, E | EventTooLarge, R>
  <E, R>(bytes: Stream.Stream<Uint8Array, E, R>, options?: Options): Stream.Stream<SseEvent, E | EventTooLarge, R>
} = dual(
  (args) => Predicate.hasProperty(args[0], Stream.StreamTypeId),
  <E, R>(bytes: Stream.Stream<Uint8Array, E, R>, options?: Options): Stream.Stream<SseEvent, E | EventTooLarge, R> =>
    Stream.pipeThroughChannel(bytes, decodeChannel<E>(options))
)
