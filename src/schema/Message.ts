/**
 * The answer of the Messages API.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Container } from "./Container.js"
import { ContentBlock } from "./ContentBlock.js"
import { ModelId } from "./Model.js"
import { Unknown } from "./Unknown.js"
import { Usage } from "./Usage.js"
import { fallback, openString, optionalNull, struct } from "./internal/struct.js"
import * as wire from "./internal/wire.js"
import type { Decoded } from "./SchemaWarning.js"

export * from "./Usage.js"

/**
 * Why the model stopped.
 *
 * @since 0.1.0
 * @category models
 */
export type StopReason =
  | "end_turn"
  | "max_tokens"
  | "stop_sequence"
  | "tool_use"
  | "pause_turn"
  | "refusal"
  | "model_context_window_exceeded"
  | (string & {})

/**
 * Schema of `StopReason`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const StopReason = openString<StopReason>("StopReason")

/**
 * The policy that a refusal stands on.
 *
 * @since 0.1.0
 * @category models
 */
export type RefusalCategory =
  "cyber" | "bio" | "frontier_llm" | "reasoning_extraction" | "general_harms" | (string & {})

/**
 * Schema of `RefusalCategory`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RefusalCategory = openString<RefusalCategory>("RefusalCategory")

/**
 * Why the model refused.
 *
 * @since 0.1.0
 * @category models
 */
export interface RefusalStopDetails {
  readonly type: "refusal"
  readonly category?: RefusalCategory | null | undefined
  readonly explanation?: string | null | undefined
  /** What another model is asked for at less: see `MessageRequest.FallbackCreditToken`. */
  readonly fallback_credit_token?: string | null | undefined
  /** Whether with it the refused answer may be sent back as a prefill, even to models that take none. */
  readonly fallback_has_prefill_claim?: boolean | null | undefined
  /** The model that the API would ask. */
  readonly recommended_model?: string | null | undefined
}

/**
 * Schema of `RefusalStopDetails`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RefusalStopDetails = struct<RefusalStopDetails>("RefusalStopDetails", () => ({
  type: Schema.Literal("refusal"),
  category: optionalNull(RefusalCategory),
  explanation: optionalNull(Schema.String),
  fallback_credit_token: optionalNull(Schema.String),
  fallback_has_prefill_claim: optionalNull(Schema.Boolean),
  recommended_model: optionalNull(Schema.String)
}))

/**
 * More about why the model stopped.
 *
 * @since 0.1.0
 * @category models
 */
export type StopDetails = RefusalStopDetails | Unknown

/**
 * Schema of `StopDetails`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const StopDetails: Schema.Schema<StopDetails> = Schema.Union(RefusalStopDetails, Unknown)

/**
 * The cache was missed: the model changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheMissModelChanged {
  readonly type: "model_changed"
  readonly cache_missed_input_tokens: number
}

/**
 * Schema of `CacheMissModelChanged`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheMissModelChanged = struct<CacheMissModelChanged>("CacheMissModelChanged", () => ({
  type: Schema.Literal("model_changed"),
  cache_missed_input_tokens: Schema.Number
}))

/**
 * The cache was missed: the system prompt changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheMissSystemChanged {
  readonly type: "system_changed"
  readonly cache_missed_input_tokens: number
}

/**
 * Schema of `CacheMissSystemChanged`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheMissSystemChanged = struct<CacheMissSystemChanged>("CacheMissSystemChanged", () => ({
  type: Schema.Literal("system_changed"),
  cache_missed_input_tokens: Schema.Number
}))

/**
 * The cache was missed: the tools changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheMissToolsChanged {
  readonly type: "tools_changed"
  readonly cache_missed_input_tokens: number
}

/**
 * Schema of `CacheMissToolsChanged`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheMissToolsChanged = struct<CacheMissToolsChanged>("CacheMissToolsChanged", () => ({
  type: Schema.Literal("tools_changed"),
  cache_missed_input_tokens: Schema.Number
}))

/**
 * The cache was missed: earlier messages changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheMissMessagesChanged {
  readonly type: "messages_changed"
  readonly cache_missed_input_tokens: number
}

/**
 * Schema of `CacheMissMessagesChanged`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheMissMessagesChanged = struct<CacheMissMessagesChanged>("CacheMissMessagesChanged", () => ({
  type: Schema.Literal("messages_changed"),
  cache_missed_input_tokens: Schema.Number
}))

/**
 * The message to compare with is not known.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheMissPreviousMessageNotFound {
  readonly type: "previous_message_not_found"
}

/**
 * Schema of `CacheMissPreviousMessageNotFound`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheMissPreviousMessageNotFound = struct<CacheMissPreviousMessageNotFound>(
  "CacheMissPreviousMessageNotFound",
  () => ({
    type: Schema.Literal("previous_message_not_found")
  })
)

/**
 * The reason cannot be told.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheMissUnavailable {
  readonly type: "unavailable"
}

/**
 * Schema of `CacheMissUnavailable`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheMissUnavailable = struct<CacheMissUnavailable>("CacheMissUnavailable", () => ({
  type: Schema.Literal("unavailable")
}))

/**
 * Why the prompt cache was missed.
 *
 * @since 0.1.0
 * @category models
 */
export type CacheMissReason =
  | CacheMissModelChanged
  | CacheMissSystemChanged
  | CacheMissToolsChanged
  | CacheMissMessagesChanged
  | CacheMissPreviousMessageNotFound
  | CacheMissUnavailable
  | Unknown

/**
 * Schema of `CacheMissReason`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheMissReason: Schema.Schema<CacheMissReason> = Schema.Union(
  CacheMissModelChanged,
  CacheMissSystemChanged,
  CacheMissToolsChanged,
  CacheMissMessagesChanged,
  CacheMissPreviousMessageNotFound,
  CacheMissUnavailable,
  Unknown
)

/**
 * What the API can tell about a request, where it was asked to.
 *
 * @since 0.1.0
 * @category models
 */
export interface Diagnostics {
  /** `null` while it is still being found out. */
  readonly cache_miss_reason?: CacheMissReason | null | undefined
}

/**
 * Schema of `Diagnostics`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Diagnostics = struct<Diagnostics>("Diagnostics", () => ({
  cache_miss_reason: optionalNull(CacheMissReason)
}))

const noUsage: Usage = { input_tokens: 0, output_tokens: 0 }

/**
 * An answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Message {
  readonly id: string
  readonly type: "message"
  readonly role: "assistant"
  readonly model: ModelId
  readonly content: ReadonlyArray<ContentBlock>
  /** `null` only while the answer is streaming. */
  readonly stop_reason?: StopReason | null | undefined
  readonly stop_sequence?: string | null | undefined
  readonly stop_details?: StopDetails | null | undefined
  readonly container?: Container | null | undefined
  readonly diagnostics?: Diagnostics | null | undefined
  readonly usage: Usage
}

/**
 * Schema of `Message`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Message = struct<Message>("Message", () => ({
  id: Schema.String,
  type: Schema.Literal("message"),
  role: Schema.Literal("assistant"),
  model: ModelId,
  content: Schema.Array(ContentBlock),
  stop_reason: optionalNull(StopReason),
  stop_sequence: optionalNull(Schema.String),
  stop_details: optionalNull(StopDetails),
  container: optionalNull(Container),
  diagnostics: optionalNull(Diagnostics),
  usage: fallback(Usage, noUsage)
}))

/**
 * Checks an answer and hands on the parsed object itself: unknown fields and the order of keys stay.
 *
 * Unknown blocks, and known ones of a wrong shape, become `Unknown`; `usage` and optional fields of a wrong shape
 * are set aside. The latter two are told in `warnings`. `Left` is for what is no message at all: one line, of path,
 * rule and the type found.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromWire: (input: unknown) => Either.Either<Decoded<Message>, string> = wire.fromWire(Message)
