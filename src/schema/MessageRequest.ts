/**
 * A request to the Messages API.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { ContainerParams } from "./Container.js"
import { ContentBlockParam, TextBlockParam } from "./ContentBlockParam.js"
import { ModelId } from "./Model.js"
import { OutputConfig } from "./OutputConfig.js"
import { ThinkingConfig } from "./Thinking.js"
import { Tool, ToolChoice } from "./Tool.js"
import { optionalNull, struct } from "./internal/struct.js"
import { bodyOf, headersOf } from "./internal/wire.js"

/**
 * A turn of the user.
 *
 * @since 0.1.0
 * @category models
 */
export interface UserMessageParam {
  readonly role: "user"
  readonly content: string | ReadonlyArray<ContentBlockParam>
}

/**
 * Schema of `UserMessageParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UserMessageParam = struct<UserMessageParam>("UserMessageParam", () => ({
  role: Schema.Literal("user"),
  content: Schema.Union(Schema.String, Schema.Array(ContentBlockParam))
}))

/**
 * A turn of the model; as the last one it is a prefill, for models up to 4.5.
 *
 * @since 0.1.0
 * @category models
 */
export interface AssistantMessageParam {
  readonly role: "assistant"
  readonly content: string | ReadonlyArray<ContentBlockParam>
}

/**
 * Schema of `AssistantMessageParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AssistantMessageParam = struct<AssistantMessageParam>("AssistantMessageParam", () => ({
  role: Schema.Literal("assistant"),
  content: Schema.Union(Schema.String, Schema.Array(ContentBlockParam))
}))

/**
 * A system instruction between turns, for models that accept it.
 *
 * @since 0.1.0
 * @category models
 */
export interface SystemMessageParam {
  readonly role: "system"
  readonly content: string | ReadonlyArray<TextBlockParam>
}

/**
 * Schema of `SystemMessageParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SystemMessageParam = struct<SystemMessageParam>("SystemMessageParam", () => ({
  role: Schema.Literal("system"),
  content: Schema.Union(Schema.String, Schema.Array(TextBlockParam))
}))

/**
 * A turn of the conversation.
 *
 * @since 0.1.0
 * @category models
 */
export type MessageParam = UserMessageParam | AssistantMessageParam | SystemMessageParam

/**
 * Schema of `MessageParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageParam: Schema.Schema<MessageParam> = Schema.Union(
  UserMessageParam,
  AssistantMessageParam,
  SystemMessageParam
)

/**
 * What the API may know about who asks.
 *
 * @since 0.1.0
 * @category models
 */
export interface Metadata {
  /** An opaque id: no name, address or number. */
  readonly user_id?: string | null | undefined
}

/**
 * Schema of `Metadata`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Metadata = struct<Metadata>("Metadata", () => ({
  user_id: optionalNull(Schema.String)
}))

/**
 * Asks for diagnostics of the prompt cache.
 *
 * @since 0.1.0
 * @category models
 */
export interface DiagnosticsParam {
  /** The id of the answer to compare with; `null` on the first turn. */
  readonly previous_message_id?: string | null | undefined
}

/**
 * Schema of `DiagnosticsParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DiagnosticsParam = struct<DiagnosticsParam>("DiagnosticsParam", () => ({
  previous_message_id: optionalNull(Schema.String)
}))

/**
 * A model that the API asks where the one before it refuses, and what is different for it; `null` unsets a parameter of
 * the request. Of the beta `server-side-fallback-2026-07-01`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FallbackParam {
  readonly model: ModelId
  readonly max_tokens?: number | null | undefined
  readonly output_config?: OutputConfig | null | undefined
  readonly speed?: "standard" | "fast" | null | undefined
  readonly thinking?: ThinkingConfig | null | undefined
}

/**
 * Schema of `FallbackParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FallbackParam = struct<FallbackParam>("FallbackParam", () => ({
  model: ModelId,
  max_tokens: optionalNull(Schema.Number),
  output_config: optionalNull(OutputConfig),
  speed: optionalNull(Schema.Literal("standard", "fast")),
  thinking: optionalNull(ThinkingConfig)
}))

/**
 * The credit of a refusal, and what happens where it is not honoured: `strict` (the default) refuses the request,
 * `best_effort` answers at the full price. Of the beta `fallback-credit-2026-07-01`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FallbackCreditToken {
  /** The `fallback_credit_token` of the refusal's `stop_details`; it lives for five minutes. */
  readonly token: string
  readonly mode?: "strict" | "best_effort" | undefined
}

/**
 * Schema of `FallbackCreditToken`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FallbackCreditToken = struct<FallbackCreditToken>("FallbackCreditToken", () => ({
  token: Schema.String,
  mode: Schema.optional(Schema.Literal("strict", "best_effort"))
}))

/**
 * A request for an answer: the body of `POST /v1/messages`.
 *
 * @since 0.1.0
 * @category models
 */
export interface MessageRequest {
  readonly model: ModelId
  /** `0` fills the prompt cache and generates nothing. */
  readonly max_tokens: number
  /** At most 100,000. */
  readonly messages: ReadonlyArray<MessageParam>
  readonly system?: string | ReadonlyArray<TextBlockParam> | undefined
  readonly tools?: ReadonlyArray<Tool> | undefined
  readonly tool_choice?: ToolChoice | undefined
  readonly thinking?: ThinkingConfig | undefined
  readonly output_config?: OutputConfig | undefined
  readonly stop_sequences?: ReadonlyArray<string> | undefined
  /** Set by the call itself; what is given here is overwritten. */
  readonly stream?: boolean | undefined
  /** Marks the last block that can be cached. */
  readonly cache_control?: CacheControl | null | undefined
  readonly container?: string | ContainerParams | null | undefined
  readonly diagnostics?: DiagnosticsParam | null | undefined
  /** The workspace's default when absent. */
  readonly inference_geo?: string | null | undefined
  readonly metadata?: Metadata | undefined
  readonly service_tier?: "auto" | "standard_only" | undefined
  readonly speed?: "standard" | "fast" | null | undefined
  /** Models that the API asks in turn where the one before refuses, or its own choice; a beta, see `FallbackParam`. */
  readonly fallbacks?: ReadonlyArray<FallbackParam> | "default" | null | undefined
  /** Not together with `fallbacks`; a beta, see `FallbackCreditToken`. */
  readonly fallback_credit_token?: string | FallbackCreditToken | null | undefined
  /** Sent as the header `anthropic-user-profile-id`. */
  readonly user_profile_id?: string | undefined
  /** Sent as the header `anthropic-workspace-id`; for credentials of several workspaces. */
  readonly workspace_id?: string | undefined
}

/**
 * Schema of `MessageRequest`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageRequest = struct<MessageRequest>("MessageRequest", () => ({
  model: ModelId,
  max_tokens: Schema.Number,
  messages: Schema.Array(MessageParam),
  system: Schema.optional(Schema.Union(Schema.String, Schema.Array(TextBlockParam))),
  tools: Schema.optional(Schema.Array(Tool)),
  tool_choice: Schema.optional(ToolChoice),
  thinking: Schema.optional(ThinkingConfig),
  output_config: Schema.optional(OutputConfig),
  stop_sequences: Schema.optional(Schema.Array(Schema.String)),
  stream: Schema.optional(Schema.Boolean),
  cache_control: optionalNull(CacheControl),
  container: optionalNull(Schema.Union(Schema.String, ContainerParams)),
  diagnostics: optionalNull(DiagnosticsParam),
  inference_geo: optionalNull(Schema.String),
  metadata: Schema.optional(Metadata),
  service_tier: Schema.optional(Schema.Literal("auto", "standard_only")),
  speed: optionalNull(Schema.Literal("standard", "fast")),
  fallbacks: optionalNull(Schema.Union(Schema.Array(FallbackParam), Schema.Literal("default"))),
  fallback_credit_token: optionalNull(Schema.Union(Schema.String, FallbackCreditToken)),
  user_profile_id: Schema.optional(Schema.String),
  workspace_id: Schema.optional(Schema.String)
}))

/**
 * A request of any fields: fields of betas are typed by what is given, and known fields are still checked.
 *
 * A literal that is given where a `MessageRequest` is asked for must have known fields alone; through `make` it may
 * have others. A block, tool or event of a beta is given as `Unknown.make({ type, ... })`.
 *
 * @example
 * ```ts
 * import { MessageRequest } from "effect-claude"
 *
 * const request = MessageRequest.make({
 *   model: "claude-opus-5-5",
 *   max_tokens: 1024,
 *   messages: [{ role: "user", content: "Hello" }],
 *   mcp_servers: [{ type: "url", name: "docs", url: "https://example.com/mcp" }]
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const R extends MessageRequest>(request: R): R => request

/**
 * The body to send: `Unknown` things give way to what they hold, and the fields that travel as headers are taken out.
 * Everything else is as it was given; only what must change is copied.
 *
 * @since 0.1.0
 * @category combinators
 */
export const toWire = (request: MessageRequest): unknown => bodyOf(MessageRequest, request)

/**
 * The headers that a request asks for: `anthropic-user-profile-id`, `anthropic-workspace-id`, and `anthropic-beta`
 * where it has a list of `betas`, as examples of betas do.
 *
 * @since 0.1.0
 * @category combinators
 */
export const toHeaders = (request: MessageRequest): Readonly<Record<string, string>> => headersOf(request)
