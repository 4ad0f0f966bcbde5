/**
 * The events of a streamed answer.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { TextCitation } from "./Citation.js"
import { Container } from "./Container.js"
import { ContentBlock } from "./ContentBlock.js"
import { ErrorResponse } from "./ErrorResponse.js"
import { Message, MessageDeltaUsage, StopDetails, StopReason } from "./Message.js"
import { Unknown } from "./Unknown.js"
import { fallback, optionalNull, struct } from "./internal/struct.js"
import * as wire from "./internal/wire.js"
import type { Decoded } from "./SchemaWarning.js"

/**
 * More text.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextDelta {
  readonly type: "text_delta"
  readonly text: string
}

/**
 * Schema of `TextDelta`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextDelta = struct<TextDelta>("TextDelta", () => ({
  type: Schema.Literal("text_delta"),
  text: Schema.String
}))

/**
 * More of the JSON text of a tool's input.
 *
 * @since 0.1.0
 * @category models
 */
export interface InputJsonDelta {
  readonly type: "input_json_delta"
  readonly partial_json: string
}

/**
 * Schema of `InputJsonDelta`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const InputJsonDelta = struct<InputJsonDelta>("InputJsonDelta", () => ({
  type: Schema.Literal("input_json_delta"),
  partial_json: Schema.String
}))

/**
 * One more citation.
 *
 * @since 0.1.0
 * @category models
 */
export interface CitationsDelta {
  readonly type: "citations_delta"
  readonly citation: TextCitation
}

/**
 * Schema of `CitationsDelta`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CitationsDelta = struct<CitationsDelta>("CitationsDelta", () => ({
  type: Schema.Literal("citations_delta"),
  citation: TextCitation
}))

/**
 * More thinking.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingDelta {
  readonly type: "thinking_delta"
  readonly thinking: string
}

/**
 * Schema of `ThinkingDelta`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingDelta = struct<ThinkingDelta>("ThinkingDelta", () => ({
  type: Schema.Literal("thinking_delta"),
  thinking: Schema.String
}))

/**
 * The signature of a thinking block; it comes last and replaces what was there.
 *
 * @since 0.1.0
 * @category models
 */
export interface SignatureDelta {
  readonly type: "signature_delta"
  readonly signature: string
}

/**
 * Schema of `SignatureDelta`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SignatureDelta = struct<SignatureDelta>("SignatureDelta", () => ({
  type: Schema.Literal("signature_delta"),
  signature: Schema.String
}))

/**
 * A piece of a block.
 *
 * @since 0.1.0
 * @category models
 */
export type ContentDelta = TextDelta | InputJsonDelta | CitationsDelta | ThinkingDelta | SignatureDelta | Unknown

/**
 * Schema of `ContentDelta`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentDelta: Schema.Schema<ContentDelta> = Schema.Union(
  TextDelta,
  InputJsonDelta,
  CitationsDelta,
  ThinkingDelta,
  SignatureDelta,
  Unknown
)

/**
 * The answer begins; its content is empty.
 *
 * @since 0.1.0
 * @category models
 */
export interface MessageStart {
  readonly type: "message_start"
  readonly message: Message
}

/**
 * Schema of `MessageStart`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageStart = struct<MessageStart>("MessageStart", () => ({
  type: Schema.Literal("message_start"),
  message: Message
}))

/**
 * A block begins.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentBlockStart {
  readonly type: "content_block_start"
  readonly index: number
  readonly content_block: ContentBlock
}

/**
 * Schema of `ContentBlockStart`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentBlockStart = struct<ContentBlockStart>("ContentBlockStart", () => ({
  type: Schema.Literal("content_block_start"),
  index: Schema.Number,
  content_block: ContentBlock
}))

/**
 * A piece of a block.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentBlockDelta {
  readonly type: "content_block_delta"
  readonly index: number
  readonly delta: ContentDelta
}

/**
 * Schema of `ContentBlockDelta`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentBlockDelta = struct<ContentBlockDelta>("ContentBlockDelta", () => ({
  type: Schema.Literal("content_block_delta"),
  index: Schema.Number,
  delta: ContentDelta
}))

/**
 * A block is complete.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentBlockStop {
  readonly type: "content_block_stop"
  readonly index: number
}

/**
 * Schema of `ContentBlockStop`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentBlockStop = struct<ContentBlockStop>("ContentBlockStop", () => ({
  type: Schema.Literal("content_block_stop"),
  index: Schema.Number
}))

/**
 * What became known about the whole answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface MessageDeltaFields {
  readonly stop_reason?: StopReason | null | undefined
  readonly stop_sequence?: string | null | undefined
  readonly stop_details?: StopDetails | null | undefined
  readonly container?: Container | null | undefined
}

/**
 * Schema of `MessageDeltaFields`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageDeltaFields = struct<MessageDeltaFields>("MessageDeltaFields", () => ({
  stop_reason: optionalNull(StopReason),
  stop_sequence: optionalNull(Schema.String),
  stop_details: optionalNull(StopDetails),
  container: optionalNull(Container)
}))

/**
 * What became known about the whole answer, and its usage so far.
 *
 * @since 0.1.0
 * @category models
 */
export interface MessageDelta {
  readonly type: "message_delta"
  readonly delta: MessageDeltaFields
  readonly usage: MessageDeltaUsage
}

/**
 * Schema of `MessageDelta`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageDelta = struct<MessageDelta>("MessageDelta", () => ({
  type: Schema.Literal("message_delta"),
  delta: MessageDeltaFields,
  usage: fallback(MessageDeltaUsage, { output_tokens: 0 })
}))

/**
 * The answer is complete.
 *
 * @since 0.1.0
 * @category models
 */
export interface MessageStop {
  readonly type: "message_stop"
}

/**
 * Schema of `MessageStop`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageStop = struct<MessageStop>("MessageStop", () => ({
  type: Schema.Literal("message_stop")
}))

/**
 * An event of a streamed answer, as a stream hands it out.
 *
 * @since 0.1.0
 * @category models
 */
export type MessageStreamEvent =
  MessageStart | ContentBlockStart | ContentBlockDelta | ContentBlockStop | MessageDelta | MessageStop | Unknown

/**
 * Schema of `MessageStreamEvent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageStreamEvent: Schema.Schema<MessageStreamEvent> = Schema.Union(
  MessageStart,
  ContentBlockStart,
  ContentBlockDelta,
  ContentBlockStop,
  MessageDelta,
  MessageStop,
  Unknown
)

/**
 * A sign of life in a stream; it is never handed out.
 *
 * @since 0.1.0
 * @category models
 */
export interface PingEvent {
  readonly type: "ping"
}

/**
 * Schema of `PingEvent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PingEvent = struct<PingEvent>("PingEvent", () => ({
  type: Schema.Literal("ping")
}))

/**
 * An error inside a stream, in the shape of an error answer; it fails the stream and is never handed out.
 *
 * @since 0.1.0
 * @category models
 */
export type ErrorEvent = ErrorResponse

/**
 * Schema of `ErrorEvent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ErrorEvent: Schema.Schema<ErrorEvent> = ErrorResponse

/**
 * Checks one event of a stream and hands it on; unknown events, blocks and deltas become `Unknown`, and so does a
 * `ping` or an `error`: a reader of streams looks for these two first. `Left` is for what has no `type`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromWire: (input: unknown) => Either.Either<Decoded<MessageStreamEvent>, string> =
  wire.fromWire(MessageStreamEvent)
