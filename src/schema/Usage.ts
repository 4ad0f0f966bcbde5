/**
 * What an answer cost, in tokens.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { fallback, openString, optionalNull, struct } from "./internal/struct.js"

/**
 * Tokens written to the prompt cache, by lifetime.
 *
 * @since 0.1.0
 * @category models
 */
export interface CacheCreation {
  readonly ephemeral_5m_input_tokens: number
  readonly ephemeral_1h_input_tokens: number
}

/**
 * Schema of `CacheCreation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CacheCreation = struct<CacheCreation>("CacheCreation", () => ({
  ephemeral_5m_input_tokens: Schema.Number,
  ephemeral_1h_input_tokens: Schema.Number
}))

/**
 * What the output tokens went into.
 *
 * @since 0.1.0
 * @category models
 */
export interface OutputTokensDetails {
  readonly thinking_tokens: number
}

/**
 * Schema of `OutputTokensDetails`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const OutputTokensDetails = struct<OutputTokensDetails>("OutputTokensDetails", () => ({
  thinking_tokens: Schema.Number
}))

/**
 * How often server tools were called.
 *
 * @since 0.1.0
 * @category models
 */
export interface ServerToolUsage {
  readonly web_search_requests: number
  readonly web_fetch_requests?: number | undefined
}

/**
 * Schema of `ServerToolUsage`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ServerToolUsage = struct<ServerToolUsage>("ServerToolUsage", () => ({
  web_search_requests: Schema.Number,
  web_fetch_requests: Schema.optional(Schema.Number)
}))

/**
 * The tier that served a request.
 *
 * @since 0.1.0
 * @category models
 */
export type ServiceTier = "standard" | "priority" | "batch" | (string & {})

/**
 * Schema of `ServiceTier`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ServiceTier = openString<ServiceTier>("ServiceTier")

/**
 * The speed at which a request was served.
 *
 * @since 0.1.0
 * @category models
 */
export type Speed = "standard" | "fast" | (string & {})

/**
 * Schema of `Speed`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Speed = openString<Speed>("Speed")

/**
 * What an answer cost, in tokens; total input is `input_tokens` plus the two cache counts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Usage {
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cache_creation_input_tokens?: number | null | undefined
  readonly cache_read_input_tokens?: number | null | undefined
  readonly cache_creation?: CacheCreation | null | undefined
  readonly output_tokens_details?: OutputTokensDetails | null | undefined
  readonly server_tool_use?: ServerToolUsage | null | undefined
  readonly service_tier?: ServiceTier | null | undefined
  readonly inference_geo?: string | null | undefined
  readonly speed?: Speed | null | undefined
}

/**
 * Schema of `Usage`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Usage = struct<Usage>("Usage", () => ({
  input_tokens: fallback(Schema.Number, 0),
  output_tokens: fallback(Schema.Number, 0),
  cache_creation_input_tokens: optionalNull(Schema.Number),
  cache_read_input_tokens: optionalNull(Schema.Number),
  cache_creation: optionalNull(CacheCreation),
  output_tokens_details: optionalNull(OutputTokensDetails),
  server_tool_use: optionalNull(ServerToolUsage),
  service_tier: optionalNull(ServiceTier),
  inference_geo: optionalNull(Schema.String),
  speed: optionalNull(Speed)
}))

/**
 * What an answer cost so far, in tokens; the counts are cumulative.
 *
 * @since 0.1.0
 * @category models
 */
export interface MessageDeltaUsage {
  readonly output_tokens: number
  readonly input_tokens?: number | null | undefined
  readonly cache_creation_input_tokens?: number | null | undefined
  readonly cache_read_input_tokens?: number | null | undefined
  readonly output_tokens_details?: OutputTokensDetails | null | undefined
  readonly server_tool_use?: ServerToolUsage | null | undefined
}

/**
 * Schema of `MessageDeltaUsage`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageDeltaUsage = struct<MessageDeltaUsage>("MessageDeltaUsage", () => ({
  output_tokens: fallback(Schema.Number, 0),
  input_tokens: optionalNull(Schema.Number),
  cache_creation_input_tokens: optionalNull(Schema.Number),
  cache_read_input_tokens: optionalNull(Schema.Number),
  output_tokens_details: optionalNull(OutputTokensDetails),
  server_tool_use: optionalNull(ServerToolUsage)
}))
