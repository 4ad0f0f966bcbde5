/**
 * Counting the tokens of a request.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { TextBlockParam } from "./ContentBlockParam.js"
import { MessageParam } from "./MessageRequest.js"
import { ModelId } from "./Model.js"
import { OutputConfig } from "./OutputConfig.js"
import { ThinkingConfig } from "./Thinking.js"
import { Tool, ToolChoice } from "./Tool.js"
import { optionalNull, struct } from "./internal/struct.js"
import * as wire from "./internal/wire.js"
import type { Decoded } from "./SchemaWarning.js"

/**
 * A request to count tokens: the body of `POST /v1/messages/count_tokens`.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenCountRequest {
  readonly model: ModelId
  readonly messages: ReadonlyArray<MessageParam>
  readonly system?: string | ReadonlyArray<TextBlockParam> | undefined
  readonly tools?: ReadonlyArray<Tool> | undefined
  readonly tool_choice?: ToolChoice | undefined
  readonly thinking?: ThinkingConfig | undefined
  readonly output_config?: OutputConfig | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly speed?: "standard" | "fast" | null | undefined
  /** Sent as the header `anthropic-user-profile-id`. */
  readonly user_profile_id?: string | undefined
  /** Sent as the header `anthropic-workspace-id`. */
  readonly workspace_id?: string | undefined
}

/**
 * Schema of `TokenCountRequest`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TokenCountRequest = struct<TokenCountRequest>("TokenCountRequest", () => ({
  model: ModelId,
  messages: Schema.Array(MessageParam),
  system: Schema.optional(Schema.Union(Schema.String, Schema.Array(TextBlockParam))),
  tools: Schema.optional(Schema.Array(Tool)),
  tool_choice: Schema.optional(ToolChoice),
  thinking: Schema.optional(ThinkingConfig),
  output_config: Schema.optional(OutputConfig),
  cache_control: optionalNull(CacheControl),
  speed: optionalNull(Schema.Literal("standard", "fast")),
  user_profile_id: Schema.optional(Schema.String),
  workspace_id: Schema.optional(Schema.String)
}))

/**
 * The body to send, as `MessageRequest.toWire` makes it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const toWire = (request: TokenCountRequest): unknown => wire.bodyOf(TokenCountRequest, request)

/**
 * The headers that a request asks for, as `MessageRequest.toHeaders` gives them.
 *
 * @since 0.1.0
 * @category combinators
 */
export const toHeaders = (request: TokenCountRequest): Readonly<Record<string, string>> => wire.headersOf(request)

/**
 * How many input tokens a request has.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenCount {
  readonly input_tokens: number
}

/**
 * Schema of `TokenCount`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TokenCount = struct<TokenCount>("TokenCount", () => ({
  input_tokens: Schema.Number
}))

/**
 * Checks a token count and hands it on; `Left` says in one line why it is none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromWire: (input: unknown) => Either.Either<Decoded<TokenCount>, string> = wire.fromWire(TokenCount)
