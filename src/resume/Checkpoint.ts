/**
 * All that is needed to go on with a cut stream, in this process or another.
 *
 * A checkpoint is kept as a journal: records that are only ever appended, one line of JSON each. What was asked for
 * comes first, then what was delivered, the attempts, the seams, and the end. The checkpoint is what they add up to.
 *
 * It holds the prompt and the answer. Secret fields of the request (`mcp_servers[].authorization_token`,
 * `fallback_credit_token`) are left out and have to be given again.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Message } from "../schema/Message.js"
import * as MessageRequest from "../schema/MessageRequest.js"
import { MessageBuilder } from "../stream/internal/messageBuilder.js"
import { canonical, sha256 } from "./internal/checkpointFingerprint.js"
import * as record from "./internal/checkpointRecord.js"
import { pathOf, put, withoutSecrets } from "./internal/checkpointSecrets.js"
import { answerOf } from "./internal/checkpointTurns.js"

export {
  AttemptSeam,
  Checkpoint,
  Completed,
  Cursor,
  Delivered,
  Emitted,
  Ended,
  Joined,
  JournalRecord,
  Opened
} from "./internal/checkpointRecord.js"

/**
 * The version of the journals that are written, and the highest that is read.
 *
 * @since 0.1.0
 * @category models
 */
export const currentVersion = record.currentVersion

/**
 * The cursor of a consumer that has nothing yet.
 *
 * @since 0.1.0
 * @category constructors
 */
export const initialCursor: record.Cursor = { block: 0, offset: 0 }

/**
 * What tells one request from another: SHA-256 over the base URL, the body and the headers of the request, whatever the
 * order of its keys. Secret fields and `stream` do not count: a token that was renewed makes no other request.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fingerprint = (request: MessageRequest.MessageRequest, baseUrl: string): string => {
  const body = withoutSecrets(MessageRequest.toWire(request)).request
  const fields = Predicate.isRecord(body) ? { ...body, stream: undefined } : body
  const headers = MessageRequest.toHeaders(request)
  return sha256(canonical({ baseUrl: baseUrl.replace(/\/+$/, ""), headers, body: fields }))
}

/**
 * The first record of a journal.
 *
 * @since 0.1.0
 * @category constructors
 */
export const opened = (options: {
  /** Names the stream in its store. */
  readonly id: string
  readonly request: MessageRequest.MessageRequest
  /** Where the request goes: the same request to another place is another one. */
  readonly baseUrl: string
  /** How long the checkpoint may be kept from now on. Default: 24 hours. */
  readonly timeToLive?: Duration.DurationInput | undefined
}): Effect.Effect<record.Opened> =>
  Effect.gen(function* () {
    const createdAt = yield* Clock.currentTimeMillis
    const timeToLive = Duration.toMillis(options.timeToLive ?? Duration.hours(24))
    return {
      type: "opened",
      version: record.currentVersion,
      id: options.id,
      fingerprint: fingerprint(options.request, options.baseUrl),
      ...withoutSecrets(options.request),
      createdAt,
      // A time without end has no word in JSON; this is the last one that a Date can tell.
      expiresAt: Math.min(createdAt + timeToLive, 8.64e15)
    }
  })

/**
 * What records add up to. `None` without an `opened`; each `opened` begins anew.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fold = (records: Iterable<record.JournalRecord>): Option.Option<record.Checkpoint> => {
  let first: record.Opened | undefined
  let events: Array<record.Delivered> = []
  let segments: Array<record.Ended["segment"]> = []
  let seams: Array<record.AttemptSeam> = []
  let updatedAt = 0
  let status: record.Checkpoint["status"] = "running"
  for (const item of records) {
    if (item.type === "opened") {
      first = item
      events = []
      segments = []
      seams = []
      updatedAt = item.createdAt
      status = "running"
      continue
    }
    updatedAt = Math.max(updatedAt, item.at ?? 0)
    if (item.type === "emitted") for (const event of item.events) events.push(event)
    else if (item.type === "ended") segments.push(item.segment)
    else if (item.type === "seam") seams.push(item.seam)
    else status = "complete"
  }
  if (first === undefined) return Option.none()
  const { type: _, ...asked } = first
  return Option.some({ ...asked, updatedAt, status, events, segments, seams })
}

const unitsOf = (event: record.Delivered): number => {
  if (event.type === "content_block_start") {
    const block = event.content_block
    return block.type === "text" ? block.text.length : block.type === "thinking" ? block.thinking.length : 0
  }
  if (event.type !== "content_block_delta") return 0
  switch (event.delta.type) {
    case "text_delta":
      return event.delta.text.length
    case "thinking_delta":
      return event.delta.thinking.length
    case "input_json_delta":
      return event.delta.partial_json.length
    default:
      return 0
  }
}

/**
 * The cursor of a consumer that takes one event more.
 *
 * @since 0.1.0
 * @category combinators
 */
export const advance = (cursor: record.Cursor, event: record.Delivered): record.Cursor => {
  if (event.type === "content_block_start") return { block: event.index, offset: unitsOf(event) }
  if (event.type !== "content_block_delta") return cursor
  const offset = event.index === cursor.block ? cursor.offset : 0
  return { block: event.index, offset: offset + unitsOf(event) }
}

/**
 * The cursor behind all that was delivered.
 *
 * @since 0.1.0
 * @category combinators
 */
export const cursor = (checkpoint: record.Checkpoint): record.Cursor => checkpoint.events.reduce(advance, initialCursor)

/**
 * The message as far as it came; `undefined` if not even its start did. A tool's input that was cut off is an `unknown`
 * block.
 *
 * @since 0.1.0
 * @category combinators
 */
export const message = (checkpoint: record.Checkpoint): Message | undefined => {
  const builder = new MessageBuilder()
  for (const event of checkpoint.events) builder.apply(event)
  return builder.final()
}

/**
 * The text that was delivered and stands, over all text blocks.
 *
 * @since 0.1.0
 * @category combinators
 */
export const text = (checkpoint: record.Checkpoint): string =>
  (message(checkpoint)?.content ?? []).map((block) => (block.type === "text" ? block.text : "")).join("")

const hasMessages = (request: unknown): request is { readonly messages: ReadonlyArray<MessageRequest.MessageParam> } =>
  Predicate.hasProperty(request, "messages") && Array.isArray(request.messages)

/**
 * The turns to go on by hand: the conversation that was asked with, and the answer as far as it came as the turn of the
 * assistant. Add a turn of the user behind it: results for the tool calls in it, or the wish to go on.
 *
 * Left out is what the API refuses: thinking without its signature, thinking from behind a seam (its signature is bound
 * to what was asked there), half a tool input, blank text, a call of a server tool that has no result yet.
 *
 * @example
 * ```ts
 * import { Checkpoint, Claude } from "effect-claude"
 *
 * const goOn = (checkpoint: Checkpoint.Checkpoint) =>
 *   Claude.create({
 *     model: "claude-opus-5-5",
 *     max_tokens: 1024,
 *     messages: [...Checkpoint.toTurns(checkpoint), { role: "user", content: "Go on where you were cut off." }]
 *   })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const toTurns = (checkpoint: record.Checkpoint): ReadonlyArray<MessageRequest.MessageParam> => {
  const asked = hasMessages(checkpoint.request) ? checkpoint.request.messages : []
  const answer = message(checkpoint)
  if (answer === undefined) return asked
  const content = answerOf(answer, checkpoint.events, typeof answer.stop_reason === "string")
  return content.length === 0 ? asked : [...asked, { role: "assistant", content }]
}

/**
 * The request as it was asked, its secret fields put back. `Left` has the JSON pointers of those that are not given.
 *
 * @since 0.1.0
 * @category combinators
 */
export const requestWith = (
  checkpoint: record.Checkpoint,
  /** By JSON pointer, as in `omitted`. */
  secrets: Readonly<Record<string, Redacted.Redacted<unknown>>> = {}
): Either.Either<MessageRequest.MessageRequest, ReadonlyArray<string>> => {
  const missing = checkpoint.omitted.filter((pointer) => secrets[pointer] === undefined)
  if (missing.length > 0) return Either.left(missing)
  const request = checkpoint.omitted.reduce((whole, pointer) => {
    const secret = secrets[pointer]
    return secret === undefined ? whole : put(whole, pathOf(pointer), Redacted.value(secret))
  }, checkpoint.request)
  // It was a request when it was written down, and is checked once more before it is sent.
  return Either.right(request as MessageRequest.MessageRequest)
}

/**
 * Whether a value is a checkpoint.
 *
 * @since 0.1.0
 * @category guards
 */
export const isCheckpoint: (value: unknown) => value is record.Checkpoint = Schema.is(record.Checkpoint, {
  exact: false
})
