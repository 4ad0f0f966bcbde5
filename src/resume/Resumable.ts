/**
 * Streams that go on after a cut.
 *
 * `stream` and `create` ask for a message as `Claude` does. When the connection breaks in the middle of the answer, the
 * API is asked to go on where it stopped, and what follows is joined to what was delivered: each character once, in
 * order. The API has no way to resume an answer; a continuation is a new request and is billed as one.
 *
 * @since 0.1.0
 */
import * as Channel from "effect/Channel"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Claude } from "../Claude.js"
import type { CallError, StreamError } from "../ClaudeError.js"
import * as RetryPolicy from "../policy/RetryPolicy.js"
import type { Message } from "../schema/Message.js"
import type { MessageParam, MessageRequest } from "../schema/MessageRequest.js"
import type { MessageStreamEvent } from "../schema/MessageStreamEvent.js"
import * as MessageStream from "../stream/MessageStream.js"
import { fromPull } from "../stream/internal/pulled.js"
import type { ResumeMarker } from "../stream/ResumeMarker.js"
import type * as Checkpoint from "./Checkpoint.js"
import type * as CheckpointStore from "./CheckpointStore.js"
import * as continuation from "./internal/continuation.js"
import * as cursors from "./internal/cursors.js"
import { type Account, CurrentAccount, type Outcome, start, type StartOptions } from "./internal/start.js"
import * as resumability from "./internal/resumability.js"
import type { CheckpointStoreError, ResumeError } from "./ResumeError.js"
import type { Prompt, Seam } from "./Seam.js"
import type { BilledTokens, Segment } from "./Segment.js"

/**
 * How an answer is gone on with after a cut.
 *
 * - `quoted`: a user turn that quotes the partial answer and asks to go on; the documented form since Claude 4.6.
 * - `assistantTurn`: the partial answer as the model's turn, and a user turn behind it.
 * - `prefill`: the partial answer as the beginning of the model's turn; up to Claude 4.5, without thinking.
 * - `restart`: the same request again; what was told is withdrawn.
 *
 * @since 0.1.0
 * @category models
 */
export type Strategy = continuation.Strategy

/**
 * How a stream goes on. Every field may be left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Names the stream in the checkpoint store. Default: none, and nothing is persisted. */
  readonly id?: string | undefined
  /** Default: the `CheckpointStore` of the context, if there is one. */
  readonly store?: CheckpointStore.Service | undefined
  /**
   * Which cuts are gone on after, and the waits before. New text begins its Schedule anew. Default
   * `RetryPolicy.standard`. The calls themselves are tried again by their own policy until their answer begins.
   */
  readonly policy?: RetryPolicy.Input | undefined
  /**
   * How to go on. Default: `prefill` for models up to Claude 4.5 without thinking, `quoted` for all others. A `prefill`
   * that the API refuses becomes `quoted`. Whatever is asked for, an answer without visible text begins again, and so
   * does one for which {@link canContinue} says so.
   */
  readonly strategy?: Strategy | ((request: MessageRequest) => Strategy) | undefined
  /** What to do where the place of the seam is not certain. Default `mark`: go on, and say so. */
  readonly onUncertain?: "mark" | "fail" | "restart" | undefined
  /**
   * After a cut behind the beginning of a server or MCP tool. Default `fail`: the tool may have written or been paid
   * for, and would run again.
   */
  readonly serverTools?: "fail" | "again" | undefined
  /**
   * `beforeDelivery`: what is delivered was written and synced before, so that a killed process loses nothing that was
   * shown. Default `bounded`: written within a quarter of a second.
   */
  readonly durability?: "bounded" | "beforeDelivery" | undefined
  /**
   * Keep the checkpoint of a message that is complete, until it expires: the same id and request, and `resume`, replay
   * it without asking the API. Default `false`: removed.
   */
  readonly keep?: boolean | undefined
  /** How many cuts in a row may bring no new text; a call to go on that fails counts as its attempts. Default 3. */
  readonly maxCuts?: number | undefined
  /** How many tokens, input and output, all further requests may cost together, estimated. Default no limit. */
  readonly maxExtraTokens?: number | undefined
  /**
   * With structured output: tell text as it comes, to be withdrawn by a cut. Default `false`: told when its block is
   * whole.
   */
  readonly live?: boolean | undefined
  /** Tell the input of tools as it comes, to be withdrawn by a cut. Default `false`: told when it is whole. */
  readonly liveToolInput?: boolean | undefined
  /** The words that ask to go on. Default `Seam.prompt`. */
  readonly prompt?: Prompt | undefined
}

/**
 * Everything a resumable stream can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type ResumableError = CallError | StreamError | ResumeError | CheckpointStoreError

/**
 * What a resumable stream gives: the events of one message, and markers where it was cut and went on.
 *
 * @since 0.1.0
 * @category models
 */
export type Event = MessageStreamEvent | ResumeMarker

/**
 * Asks for a message and gives its events as they come, through cuts: one `message_start`, rising block indices, one
 * `message_delta`, one `message_stop`, and between them markers (`type: "resume"`) that a plain consumer may ignore.
 * `MessageStream` takes it as it takes `Claude.stream`.
 *
 * A request that cannot be asked twice is refused as `InvalidRequest` before it is sent ({@link canContinue}). When
 * going on fails, `ResumeFailed` holds what was received. A failure before anything was received is that of the call.
 *
 * @example
 * ```ts
 * import { MessageStream, Resumable } from "effect-claude"
 * import { Console, Stream } from "effect"
 *
 * const program = Resumable.stream({
 *   model: "claude-opus-5-5",
 *   max_tokens: 4096,
 *   messages: [{ role: "user", content: "Tell me a long story" }]
 * }).pipe(MessageStream.text, Stream.runForEach((text) => Console.log(text)))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const stream = (request: MessageRequest, options: Options = {}): Stream.Stream<Event, ResumableError, Claude> =>
  started({ ...defaults(options), request, secrets: {}, after: { textLength: 0 } })

const started = (options: Omit<StartOptions, "claude">): Stream.Stream<Event, ResumableError, Claude> =>
  fromPull((scope) => Effect.flatMap(Claude, (claude) => start(scope, { ...options, claude })))

const defaults = (options: Options): Omit<StartOptions, "claude" | "request" | "secrets" | "after"> => {
  const { strategy } = options
  return {
    id: options.id,
    store: options.store,
    durability: options.durability ?? "bounded",
    keep: options.keep ?? false,
    policy: RetryPolicy.from(options.policy ?? RetryPolicy.standard),
    strategy:
      typeof strategy === "function"
        ? strategy
        : strategy === undefined
          ? continuation.defaultStrategy
          : () => strategy,
    onUncertain: options.onUncertain ?? "mark",
    serverTools: options.serverTools ?? "fail",
    maxCuts: options.maxCuts ?? 3,
    maxExtraTokens: options.maxExtraTokens ?? Infinity,
    live: options.live ?? false,
    liveToolInput: options.liveToolInput ?? false,
    prompt: options.prompt
  }
}

/**
 * Goes on with a stream whose checkpoint is in the store, in this process or another: gives what the consumer had not
 * taken yet, then what is still to come. One that was complete, and kept ({@link Options}), is replayed.
 *
 * A checkpoint that is written now and then (`durability: "bounded"`) may know less than the consumer: the first event
 * of {@link withCursor} says where it ends, and what the consumer has behind that it has to take back. What has no
 * length where the consumer stopped (the end of a block, a citation, a marker) comes again.
 *
 * Secret fields (tokens of MCP servers, credit tokens) are not in a checkpoint: where the request had any, give them
 * again (`secrets`). Fails with `CheckpointStoreError` (`reason: "missing"`) where there is none under this id, with
 * `CheckpointUnreadable` where it is damaged or too new, and with `CheckpointConflict` while another process reads it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resume = (
  id: string,
  options: Omit<Options, "id"> & {
    /**
     * Where the consumer is: a cursor, or how much text it has taken, in UTF-16 units, text that was withdrawn again
     * included; then all but text comes again. Default: at the beginning.
     */
    readonly after?: Checkpoint.Cursor | { readonly textLength: number } | undefined
    /** The secret fields of the request, by JSON pointer, as in the checkpoint's `omitted`. Default: none. */
    readonly secrets?: Readonly<Record<string, Redacted.Redacted<unknown>>> | undefined
  } = {}
): Stream.Stream<Event, ResumableError, Claude> =>
  started({
    ...defaults({ ...options, id }),
    request: undefined,
    secrets: options.secrets ?? {},
    after: options.after ?? { textLength: 0 }
  })

/**
 * As {@link stream}, for who wants the whole message: it streams below, so that long answers and idle connections are
 * no problem.
 *
 * @since 0.1.0
 * @category constructors
 */
export const create = (
  request: MessageRequest,
  options: Options = {}
): Effect.Effect<Message, ResumableError, Claude> =>
  Effect.map(message(stream(request, options)), (result) => result.message)

/**
 * What a resumable stream amounts to.
 *
 * @since 0.1.0
 * @category models
 */
export interface Result {
  /** The one message. Its usage is what one uncut message would show. */
  readonly message: Message
  /** What each attempt delivered. */
  readonly segments: ReadonlyArray<Segment>
  /** The sum over the segments, estimates marked. */
  readonly billed: BilledTokens
  /** The places where segments were joined. */
  readonly seams: ReadonlyArray<Seam & { readonly attempt: number }>
  /**
   * The conversation as the API saw it, the answer included: what the next request has to begin with. Signatures of
   * thinking are bound to it, so a merged answer cannot stand in its place.
   */
  readonly turns: ReadonlyArray<MessageParam>
  /** The end was made here, since the API's own was cut off: behind a whole tool call, or with no tokens left. */
  readonly synthesized: boolean
  /**
   * Where a continuation ended in a refusal: how much text, in UTF-16 units, earlier segments had delivered. That text
   * stands before the refusal, and is as little to be used as a refused answer. `undefined` without a refusal, and
   * where the first segment was refused, as in `Claude.stream`.
   */
  readonly refusedAfter: number | undefined
}

/**
 * Runs a resumable stream to its end and says what it amounts to. For a stream that is not from this module,
 * `segments`, `seams` and `turns` are empty and `billed` is what the message says.
 *
 * @since 0.1.0
 * @category combinators
 */
export const message = <E, R>(self: Stream.Stream<Event, E, R>): Effect.Effect<Result, E | StreamError, R> =>
  Effect.suspend(() => {
    const account: Account = { current: undefined }
    return Effect.map(
      Effect.provideService(MessageStream.message(self), CurrentAccount, account),
      (message): Result => ({ ...(account.current ?? plain(message)), message })
    )
  })

const plain = ({ usage }: Message): Outcome => ({
  segments: [],
  billed: {
    inputTokens: usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0),
    outputTokens: usage.output_tokens,
    estimated: false
  },
  seams: [],
  turns: [],
  synthesized: false,
  refusedAfter: undefined
})

/**
 * Pairs each event with the cursor behind it: what to give to {@link resume} once the event has been taken. In a stream
 * that is taken up again the cursors go on from those of the first one.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withCursor = <E, R>(
  self: Stream.Stream<Event, E, R>
): Stream.Stream<readonly [Event, Checkpoint.Cursor], E, R> =>
  Stream.suspend(() => {
    const position = cursors.initialPosition()
    const track = cursors.tracker(position)
    return Stream.fromChannel(
      Channel.mapInputContext(
        Stream.toChannel(Stream.map(self, (event) => [event, track(event)] as const)),
        (context: Context.Context<R>) => Context.add(context, cursors.CurrentPosition, position)
      )
    )
  })

/**
 * What may be done when the answer to a request is cut: go on where it stopped, ask the same again and withdraw what
 * was told, or neither, so that `stream` refuses it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const canContinue = (
  request: MessageRequest
): { readonly action: "continue" | "restart" | "refuse"; readonly rule?: string; readonly why?: string } =>
  Option.match(Option.fromNullable(resumability.ruleFor(request)), {
    onNone: () => ({ action: "continue" }),
    onSome: (rule) => ({ action: rule.then, rule: rule.id, why: rule.why })
  })
