/**
 * Web fetch by the API.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { CitationsConfigParam } from "./Citation.js"
import { AllowedCaller } from "./ClientTool.js"
import { Unknown } from "./Unknown.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * All URLs of this origin may be fetched.
 *
 * @since 0.1.0
 * @category models
 */
export interface UrlSourceAll {
  readonly type: "all"
}

/**
 * Schema of `UrlSourceAll`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UrlSourceAll = struct<UrlSourceAll>("UrlSourceAll", () => ({
  type: Schema.Literal("all")
}))

/**
 * No URL of this origin may be fetched.
 *
 * @since 0.1.0
 * @category models
 */
export interface UrlSourceNone {
  readonly type: "none"
}

/**
 * Schema of `UrlSourceNone`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UrlSourceNone = struct<UrlSourceNone>("UrlSourceNone", () => ({
  type: Schema.Literal("none")
}))

/**
 * A tool that is named by its name.
 *
 * @since 0.1.0
 * @category models
 */
export interface UrlSourceTool {
  readonly type: "tool_reference"
  readonly name: string
}

/**
 * Schema of `UrlSourceTool`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UrlSourceTool = struct<UrlSourceTool>("UrlSourceTool", () => ({
  type: Schema.Literal("tool_reference"),
  name: Schema.String
}))

/**
 * Only URLs in results of these tools may be fetched.
 *
 * @since 0.1.0
 * @category models
 */
export interface UrlSourceOnly {
  readonly type: "only"
  readonly tools: ReadonlyArray<UrlSourceTool>
}

/**
 * Schema of `UrlSourceOnly`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UrlSourceOnly = struct<UrlSourceOnly>("UrlSourceOnly", () => ({
  type: Schema.Literal("only"),
  tools: Schema.Array(UrlSourceTool)
}))

/**
 * URLs in results of all other tools may be fetched.
 *
 * @since 0.1.0
 * @category models
 */
export interface UrlSourceExcept {
  readonly type: "except"
  readonly tools: ReadonlyArray<UrlSourceTool>
}

/**
 * Schema of `UrlSourceExcept`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UrlSourceExcept = struct<UrlSourceExcept>("UrlSourceExcept", () => ({
  type: Schema.Literal("except"),
  tools: Schema.Array(UrlSourceTool)
}))

/**
 * Which URLs of the user's text may be fetched.
 *
 * @since 0.1.0
 * @category models
 */
export type UserInputUrlSource = UrlSourceAll | UrlSourceNone | Unknown

/**
 * Schema of `UserInputUrlSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UserInputUrlSource: Schema.Schema<UserInputUrlSource> = Schema.Union(UrlSourceAll, UrlSourceNone, Unknown)

/**
 * Which URLs of tool results may be fetched.
 *
 * @since 0.1.0
 * @category models
 */
export type ToolResultUrlSource = UrlSourceAll | UrlSourceNone | UrlSourceOnly | UrlSourceExcept | Unknown

/**
 * Schema of `ToolResultUrlSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolResultUrlSource: Schema.Schema<ToolResultUrlSource> = Schema.Union(
  UrlSourceAll,
  UrlSourceNone,
  UrlSourceOnly,
  UrlSourceExcept,
  Unknown
)

/**
 * Where a URL must have come from, to be fetched.
 *
 * @since 0.1.0
 * @category models
 */
export interface UrlSources {
  readonly user_input?: UserInputUrlSource | undefined
  readonly client_tool_results?: ToolResultUrlSource | undefined
  readonly server_tool_results?: ToolResultUrlSource | undefined
}

/**
 * Schema of `UrlSources`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UrlSources = struct<UrlSources>("UrlSources", () => ({
  user_input: Schema.optional(UserInputUrlSource),
  client_tool_results: Schema.optional(ToolResultUrlSource),
  server_tool_results: Schema.optional(ToolResultUrlSource)
}))

/**
 * Web fetch by the API, version 20250910.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchTool20250910 {
  readonly type: "web_fetch_20250910"
  readonly name: "web_fetch"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly citations?: CitationsConfigParam | null | undefined
  readonly max_content_tokens?: number | null | undefined
  readonly url_sources?: UrlSources | null | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebFetchTool20250910`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchTool20250910 = struct<WebFetchTool20250910>("WebFetchTool20250910", () => ({
  type: Schema.Literal("web_fetch_20250910"),
  name: Schema.Literal("web_fetch"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  citations: optionalNull(CitationsConfigParam),
  max_content_tokens: optionalNull(Schema.Number),
  url_sources: optionalNull(UrlSources),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Web fetch by the API, version 20260209.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchTool20260209 {
  readonly type: "web_fetch_20260209"
  readonly name: "web_fetch"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly citations?: CitationsConfigParam | null | undefined
  readonly max_content_tokens?: number | null | undefined
  readonly url_sources?: UrlSources | null | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebFetchTool20260209`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchTool20260209 = struct<WebFetchTool20260209>("WebFetchTool20260209", () => ({
  type: Schema.Literal("web_fetch_20260209"),
  name: Schema.Literal("web_fetch"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  citations: optionalNull(CitationsConfigParam),
  max_content_tokens: optionalNull(Schema.Number),
  url_sources: optionalNull(UrlSources),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Web fetch by the API, version 20260309.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchTool20260309 {
  readonly type: "web_fetch_20260309"
  readonly name: "web_fetch"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly citations?: CitationsConfigParam | null | undefined
  readonly max_content_tokens?: number | null | undefined
  readonly url_sources?: UrlSources | null | undefined
  readonly use_cache?: boolean | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebFetchTool20260309`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchTool20260309 = struct<WebFetchTool20260309>("WebFetchTool20260309", () => ({
  type: Schema.Literal("web_fetch_20260309"),
  name: Schema.Literal("web_fetch"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  citations: optionalNull(CitationsConfigParam),
  max_content_tokens: optionalNull(Schema.Number),
  url_sources: optionalNull(UrlSources),
  use_cache: Schema.optional(Schema.Boolean),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))

/**
 * Web fetch by the API, version 20260318.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchTool20260318 {
  readonly type: "web_fetch_20260318"
  readonly name: "web_fetch"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly citations?: CitationsConfigParam | null | undefined
  readonly max_content_tokens?: number | null | undefined
  readonly url_sources?: UrlSources | null | undefined
  readonly use_cache?: boolean | undefined
  readonly response_inclusion?: "full" | "excluded" | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebFetchTool20260318`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchTool20260318 = struct<WebFetchTool20260318>("WebFetchTool20260318", () => ({
  type: Schema.Literal("web_fetch_20260318"),
  name: Schema.Literal("web_fetch"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  citations: optionalNull(CitationsConfigParam),
  max_content_tokens: optionalNull(Schema.Number),
  url_sources: optionalNull(UrlSources),
  use_cache: Schema.optional(Schema.Boolean),
  response_inclusion: Schema.optional(Schema.Literal("full", "excluded")),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
}))
