/**
 * Tools that the API runs.
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
 * Code execution by the API, version 20250522.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionTool20250522 {
  readonly type: "code_execution_20250522"
  readonly name: "code_execution"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CodeExecutionTool20250522`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionTool20250522: Schema.Schema<CodeExecutionTool20250522> = struct<CodeExecutionTool20250522>("CodeExecutionTool20250522", {
  type: Schema.Literal("code_execution_20250522"),
  name: Schema.Literal("code_execution"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})

/**
 * Code execution by the API, version 20250825.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionTool20250825 {
  readonly type: "code_execution_20250825"
  readonly name: "code_execution"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CodeExecutionTool20250825`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionTool20250825: Schema.Schema<CodeExecutionTool20250825> = struct<CodeExecutionTool20250825>("CodeExecutionTool20250825", {
  type: Schema.Literal("code_execution_20250825"),
  name: Schema.Literal("code_execution"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})

/**
 * Code execution by the API, version 20260120.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionTool20260120 {
  readonly type: "code_execution_20260120"
  readonly name: "code_execution"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CodeExecutionTool20260120`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionTool20260120: Schema.Schema<CodeExecutionTool20260120> = struct<CodeExecutionTool20260120>("CodeExecutionTool20260120", {
  type: Schema.Literal("code_execution_20260120"),
  name: Schema.Literal("code_execution"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})

/**
 * Code execution by the API, version 20260521.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionTool20260521 {
  readonly type: "code_execution_20260521"
  readonly name: "code_execution"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `CodeExecutionTool20260521`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionTool20260521: Schema.Schema<CodeExecutionTool20260521> = struct<CodeExecutionTool20260521>("CodeExecutionTool20260521", {
  type: Schema.Literal("code_execution_20260521"),
  name: Schema.Literal("code_execution"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})

/**
 * Where the user is, so that searches fit.
 *
 * @since 0.1.0
 * @category models
 */
export interface UserLocation {
  readonly type: "approximate"
  readonly city?: string | null | undefined
  readonly region?: string | null | undefined
  /** Two letters, ISO 3166-1. */
  readonly country?: string | null | undefined
  /** An IANA time zone. */
  readonly timezone?: string | null | undefined
}

/**
 * Schema of `UserLocation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UserLocation: Schema.Schema<UserLocation> = struct<UserLocation>("UserLocation", {
  type: Schema.Literal("approximate"),
  city: optionalNull(Schema.String),
  region: optionalNull(Schema.String),
  country: optionalNull(Schema.String),
  timezone: optionalNull(Schema.String)
})

/**
 * Web search by the API, version 20250305.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool20250305 {
  readonly type: "web_search_20250305"
  readonly name: "web_search"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly user_location?: UserLocation | null | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebSearchTool20250305`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchTool20250305: Schema.Schema<WebSearchTool20250305> = struct<WebSearchTool20250305>("WebSearchTool20250305", {
  type: Schema.Literal("web_search_20250305"),
  name: Schema.Literal("web_search"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  user_location: optionalNull(UserLocation),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})

/**
 * Web search by the API, version 20260209.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool20260209 {
  readonly type: "web_search_20260209"
  readonly name: "web_search"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly user_location?: UserLocation | null | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebSearchTool20260209`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchTool20260209: Schema.Schema<WebSearchTool20260209> = struct<WebSearchTool20260209>("WebSearchTool20260209", {
  type: Schema.Literal("web_search_20260209"),
  name: Schema.Literal("web_search"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  user_location: optionalNull(UserLocation),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})

/**
 * Web search by the API, version 20260318.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool20260318 {
  readonly type: "web_search_20260318"
  readonly name: "web_search"
  readonly max_uses?: number | null | undefined
  readonly allowed_domains?: ReadonlyArray<string> | null | undefined
  readonly blocked_domains?: ReadonlyArray<string> | null | undefined
  readonly user_location?: UserLocation | null | undefined
  readonly response_inclusion?: "full" | "excluded" | undefined
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `WebSearchTool20260318`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchTool20260318: Schema.Schema<WebSearchTool20260318> = struct<WebSearchTool20260318>("WebSearchTool20260318", {
  type: Schema.Literal("web_search_20260318"),
  name: Schema.Literal("web_search"),
  max_uses: optionalNull(Schema.Number),
  allowed_domains: optionalNull(Schema.Array(Schema.String)),
  blocked_domains: optionalNull(Schema.Array(Schema.String)),
  user_location: optionalNull(UserLocation),
  response_inclusion: Schema.optional(Schema.Literal("full", "excluded")),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})

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
export const UrlSourceAll: Schema.Schema<UrlSourceAll> = struct<UrlSourceAll>("UrlSourceAll", {
  type: Schema.Literal("all")
})

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
export const UrlSourceNone: Schema.Schema<UrlSourceNone> = struct<UrlSourceNone>("UrlSourceNone", {
  type: Schema.Literal("none")
})

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
export const UrlSourceTool: Schema.Schema<UrlSourceTool> = struct<UrlSourceTool>("UrlSourceTool", {
  type: Schema.Literal("tool_reference"),
  name: Schema.String
})

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
export const UrlSourceOnly: Schema.Schema<UrlSourceOnly> = struct<UrlSourceOnly>("UrlSourceOnly", {
  type: Schema.Literal("only"),
  tools: Schema.Array(UrlSourceTool)
})

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
export const UrlSourceExcept: Schema.Schema<UrlSourceExcept> = struct<UrlSourceExcept>("UrlSourceExcept", {
  type: Schema.Literal("except"),
  tools: Schema.Array(UrlSourceTool)
})

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
export const UserInputUrlSource: Schema.Schema<UserInputUrlSource> = Schema.Union(
  UrlSourceAll, UrlSourceNone, Unknown
)

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
  UrlSourceAll, UrlSourceNone, UrlSourceOnly, UrlSourceExcept, Unknown
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
export const UrlSources: Schema.Schema<UrlSources> = struct<UrlSources>("UrlSources", {
  user_input: Schema.optional(UserInputUrlSource),
  client_tool_results: Schema.optional(ToolResultUrlSource),
  server_tool_results: Schema.optional(ToolResultUrlSource)
})

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
export const WebFetchTool20250910: Schema.Schema<WebFetchTool20250910> = struct<WebFetchTool20250910>("WebFetchTool20250910", {
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
})

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
export const WebFetchTool20260209: Schema.Schema<WebFetchTool20260209> = struct<WebFetchTool20260209>("WebFetchTool20260209", {
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
})

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
export const WebFetchTool20260309: Schema.Schema<WebFetchTool20260309> = struct<WebFetchTool20260309>("WebFetchTool20260309", {
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
})

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
export const WebFetchTool20260318: Schema.Schema<WebFetchTool20260318> = struct<WebFetchTool20260318>("WebFetchTool20260318", {
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
})

/**
 * Search over deferred tools by words.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchToolBm2520251119 {
  readonly type: "tool_search_tool_bm25_20251119" | "tool_search_tool_bm25"
  readonly name: "tool_search_tool_bm25"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `ToolSearchToolBm2520251119`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolBm2520251119: Schema.Schema<ToolSearchToolBm2520251119> = struct<ToolSearchToolBm2520251119>("ToolSearchToolBm2520251119", {
  type: Schema.Literal("tool_search_tool_bm25_20251119", "tool_search_tool_bm25"),
  name: Schema.Literal("tool_search_tool_bm25"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})

/**
 * Search over deferred tools by regular expressions.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchToolRegex20251119 {
  readonly type: "tool_search_tool_regex_20251119" | "tool_search_tool_regex"
  readonly name: "tool_search_tool_regex"
  readonly strict?: boolean | undefined
  readonly allowed_callers?: ReadonlyArray<AllowedCaller> | undefined
  readonly cache_control?: CacheControl | null | undefined
  readonly defer_loading?: boolean | undefined
}

/**
 * Schema of `ToolSearchToolRegex20251119`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolRegex20251119: Schema.Schema<ToolSearchToolRegex20251119> = struct<ToolSearchToolRegex20251119>("ToolSearchToolRegex20251119", {
  type: Schema.Literal("tool_search_tool_regex_20251119", "tool_search_tool_regex"),
  name: Schema.Literal("tool_search_tool_regex"),
  strict: Schema.optional(Schema.Boolean),
  allowed_callers: Schema.optional(Schema.Array(AllowedCaller)),
  cache_control: optionalNull(CacheControl),
  defer_loading: Schema.optional(Schema.Boolean)
})
