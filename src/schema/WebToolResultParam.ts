/**
 * Results of web search and web fetch, as they are sent back.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { Caller } from "./Caller.js"
import { DocumentBlockParam } from "./DocumentBlockParam.js"
import { Unknown } from "./Unknown.js"
import { openString, optionalNull, struct } from "./internal/struct.js"

/**
 * Why a web search failed.
 *
 * @since 0.1.0
 * @category models
 */
export type WebSearchErrorCode =
  | "invalid_tool_input"
  | "unavailable"
  | "max_uses_exceeded"
  | "too_many_requests"
  | "query_too_long"
  | "request_too_large"
  | (string & {})

/**
 * Schema of `WebSearchErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchErrorCode = openString<WebSearchErrorCode>("WebSearchErrorCode")

/**
 * A hit of a web search, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchResultParam {
  readonly type: "web_search_result"
  readonly url: string
  readonly title: string
  readonly encrypted_content: string
  readonly page_age?: string | null | undefined
}

/**
 * Schema of `WebSearchResultParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchResultParam = struct<WebSearchResultParam>("WebSearchResultParam", () => ({
  type: Schema.Literal("web_search_result"),
  url: Schema.String,
  title: Schema.String,
  encrypted_content: Schema.String,
  page_age: optionalNull(Schema.String)
}))

/**
 * A web search that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchToolResultError {
  readonly type: "web_search_tool_result_error"
  readonly error_code: WebSearchErrorCode
}

/**
 * Schema of `WebSearchToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchToolResultError = struct<WebSearchToolResultError>("WebSearchToolResultError", () => ({
  type: Schema.Literal("web_search_tool_result_error"),
  error_code: WebSearchErrorCode
}))

/**
 * The hits of a web search, or its error, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export type WebSearchToolResultParamContent = WebSearchToolResultError | ReadonlyArray<WebSearchResultParam> | Unknown

/**
 * Schema of `WebSearchToolResultParamContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchToolResultParamContent: Schema.Schema<WebSearchToolResultParamContent> = Schema.Union(
  WebSearchToolResultError,
  Schema.Array(WebSearchResultParam),
  Unknown
)

/**
 * The result of a web search, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchToolResultBlockParam {
  readonly type: "web_search_tool_result"
  readonly tool_use_id: string
  readonly content: WebSearchToolResultParamContent
  readonly caller?: Caller | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `WebSearchToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchToolResultBlockParam = struct<WebSearchToolResultBlockParam>(
  "WebSearchToolResultBlockParam",
  () => ({
    type: Schema.Literal("web_search_tool_result"),
    tool_use_id: Schema.String,
    content: WebSearchToolResultParamContent,
    caller: Schema.optional(Caller),
    cache_control: optionalNull(CacheControl)
  })
)

/**
 * Why a web fetch failed.
 *
 * @since 0.1.0
 * @category models
 */
export type WebFetchErrorCode =
  | "invalid_tool_input"
  | "url_too_long"
  | "url_not_allowed"
  | "url_not_in_prior_context"
  | "url_not_accessible"
  | "unsupported_content_type"
  | "too_many_requests"
  | "max_uses_exceeded"
  | "unavailable"
  | "content_too_large"
  | (string & {})

/**
 * Schema of `WebFetchErrorCode`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchErrorCode = openString<WebFetchErrorCode>("WebFetchErrorCode")

/**
 * A fetched page, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchResultParam {
  readonly type: "web_fetch_result"
  readonly url: string
  readonly content: DocumentBlockParam
  /** RFC 3339. */
  readonly retrieved_at?: string | null | undefined
}

/**
 * Schema of `WebFetchResultParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchResultParam = struct<WebFetchResultParam>("WebFetchResultParam", () => ({
  type: Schema.Literal("web_fetch_result"),
  url: Schema.String,
  content: DocumentBlockParam,
  retrieved_at: optionalNull(Schema.String)
}))

/**
 * A web fetch that failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchToolResultError {
  readonly type: "web_fetch_tool_result_error"
  readonly error_code: WebFetchErrorCode
}

/**
 * Schema of `WebFetchToolResultError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchToolResultError = struct<WebFetchToolResultError>("WebFetchToolResultError", () => ({
  type: Schema.Literal("web_fetch_tool_result_error"),
  error_code: WebFetchErrorCode
}))

/**
 * A fetched page, or the error, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export type WebFetchToolResultParamContent = WebFetchResultParam | WebFetchToolResultError | Unknown

/**
 * Schema of `WebFetchToolResultParamContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchToolResultParamContent: Schema.Schema<WebFetchToolResultParamContent> = Schema.Union(
  WebFetchResultParam,
  WebFetchToolResultError,
  Unknown
)

/**
 * The result of a web fetch, sent back.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchToolResultBlockParam {
  readonly type: "web_fetch_tool_result"
  readonly tool_use_id: string
  readonly content: WebFetchToolResultParamContent
  readonly caller?: Caller | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `WebFetchToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchToolResultBlockParam = struct<WebFetchToolResultBlockParam>(
  "WebFetchToolResultBlockParam",
  () => ({
    type: Schema.Literal("web_fetch_tool_result"),
    tool_use_id: Schema.String,
    content: WebFetchToolResultParamContent,
    caller: Schema.optional(Caller),
    cache_control: optionalNull(CacheControl)
  })
)
