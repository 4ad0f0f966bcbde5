/**
 * Citations, as requests carry them and as answers give them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Unknown } from "./Unknown.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * A citation of a plain text document by characters, as a request carries it.
 *
 * @since 0.1.0
 * @category models
 */
export interface CharLocationParam {
  readonly type: "char_location"
  readonly cited_text: string
  /** Zero-based, over all documents of the request. */
  readonly document_index: number
  readonly document_title: string | null
  readonly start_char_index: number
  /** Exclusive. */
  readonly end_char_index: number
}

/**
 * Schema of `CharLocationParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CharLocationParam = struct<CharLocationParam>("CharLocationParam", () => ({
  type: Schema.Literal("char_location"),
  cited_text: Schema.String,
  document_index: Schema.Number,
  document_title: Schema.NullOr(Schema.String),
  start_char_index: Schema.Number,
  end_char_index: Schema.Number
}))

/**
 * A citation of a PDF by pages, as a request carries it.
 *
 * @since 0.1.0
 * @category models
 */
export interface PageLocationParam {
  readonly type: "page_location"
  readonly cited_text: string
  readonly document_index: number
  readonly document_title: string | null
  /** One-based. */
  readonly start_page_number: number
  /** Exclusive. */
  readonly end_page_number: number
}

/**
 * Schema of `PageLocationParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PageLocationParam = struct<PageLocationParam>("PageLocationParam", () => ({
  type: Schema.Literal("page_location"),
  cited_text: Schema.String,
  document_index: Schema.Number,
  document_title: Schema.NullOr(Schema.String),
  start_page_number: Schema.Number,
  end_page_number: Schema.Number
}))

/**
 * A citation of a document made of blocks, as a request carries it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentBlockLocationParam {
  readonly type: "content_block_location"
  readonly cited_text: string
  readonly document_index: number
  readonly document_title: string | null
  readonly start_block_index: number
  /** Exclusive. */
  readonly end_block_index: number
}

/**
 * Schema of `ContentBlockLocationParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentBlockLocationParam = struct<ContentBlockLocationParam>("ContentBlockLocationParam", () => ({
  type: Schema.Literal("content_block_location"),
  cited_text: Schema.String,
  document_index: Schema.Number,
  document_title: Schema.NullOr(Schema.String),
  start_block_index: Schema.Number,
  end_block_index: Schema.Number
}))

/**
 * A citation of a web search result.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchResultLocation {
  readonly type: "web_search_result_location"
  readonly cited_text: string
  readonly encrypted_index: string
  readonly title: string | null
  readonly url: string
}

/**
 * Schema of `WebSearchResultLocation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchResultLocation = struct<WebSearchResultLocation>("WebSearchResultLocation", () => ({
  type: Schema.Literal("web_search_result_location"),
  cited_text: Schema.String,
  encrypted_index: Schema.String,
  title: Schema.NullOr(Schema.String),
  url: Schema.String
}))

/**
 * A citation of a `search_result` block.
 *
 * @since 0.1.0
 * @category models
 */
export interface SearchResultLocation {
  readonly type: "search_result_location"
  readonly cited_text: string
  readonly search_result_index: number
  readonly source: string
  readonly title: string | null
  readonly start_block_index: number
  readonly end_block_index: number
}

/**
 * Schema of `SearchResultLocation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SearchResultLocation = struct<SearchResultLocation>("SearchResultLocation", () => ({
  type: Schema.Literal("search_result_location"),
  cited_text: Schema.String,
  search_result_index: Schema.Number,
  source: Schema.String,
  title: Schema.NullOr(Schema.String),
  start_block_index: Schema.Number,
  end_block_index: Schema.Number
}))

/**
 * A citation on a text block that is sent back to the API.
 *
 * @since 0.1.0
 * @category models
 */
export type TextCitationParam =
  | CharLocationParam
  | PageLocationParam
  | ContentBlockLocationParam
  | WebSearchResultLocation
  | SearchResultLocation
  | Unknown

/**
 * Schema of `TextCitationParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextCitationParam: Schema.Schema<TextCitationParam> = Schema.Union(
  CharLocationParam,
  PageLocationParam,
  ContentBlockLocationParam,
  WebSearchResultLocation,
  SearchResultLocation,
  Unknown
)

/**
 * A citation of a plain text document by characters.
 *
 * @since 0.1.0
 * @category models
 */
export interface CharLocation {
  readonly type: "char_location"
  readonly cited_text: string
  readonly document_index: number
  readonly document_title: string | null
  readonly start_char_index: number
  readonly end_char_index: number
  readonly file_id?: string | null | undefined
}

/**
 * Schema of `CharLocation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CharLocation = struct<CharLocation>("CharLocation", () => ({
  type: Schema.Literal("char_location"),
  cited_text: Schema.String,
  document_index: Schema.Number,
  document_title: Schema.NullOr(Schema.String),
  start_char_index: Schema.Number,
  end_char_index: Schema.Number,
  file_id: optionalNull(Schema.String)
}))

/**
 * A citation of a PDF by pages.
 *
 * @since 0.1.0
 * @category models
 */
export interface PageLocation {
  readonly type: "page_location"
  readonly cited_text: string
  readonly document_index: number
  readonly document_title: string | null
  readonly start_page_number: number
  readonly end_page_number: number
  readonly file_id?: string | null | undefined
}

/**
 * Schema of `PageLocation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PageLocation = struct<PageLocation>("PageLocation", () => ({
  type: Schema.Literal("page_location"),
  cited_text: Schema.String,
  document_index: Schema.Number,
  document_title: Schema.NullOr(Schema.String),
  start_page_number: Schema.Number,
  end_page_number: Schema.Number,
  file_id: optionalNull(Schema.String)
}))

/**
 * A citation of a document made of blocks.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentBlockLocation {
  readonly type: "content_block_location"
  readonly cited_text: string
  readonly document_index: number
  readonly document_title: string | null
  readonly start_block_index: number
  readonly end_block_index: number
  readonly file_id?: string | null | undefined
}

/**
 * Schema of `ContentBlockLocation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentBlockLocation = struct<ContentBlockLocation>("ContentBlockLocation", () => ({
  type: Schema.Literal("content_block_location"),
  cited_text: Schema.String,
  document_index: Schema.Number,
  document_title: Schema.NullOr(Schema.String),
  start_block_index: Schema.Number,
  end_block_index: Schema.Number,
  file_id: optionalNull(Schema.String)
}))

/**
 * A citation on a text block that the API gave.
 *
 * @since 0.1.0
 * @category models
 */
export type TextCitation =
  CharLocation | PageLocation | ContentBlockLocation | WebSearchResultLocation | SearchResultLocation | Unknown

/**
 * Schema of `TextCitation`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextCitation: Schema.Schema<TextCitation> = Schema.Union(
  CharLocation,
  PageLocation,
  ContentBlockLocation,
  WebSearchResultLocation,
  SearchResultLocation,
  Unknown
)

/**
 * Whether the model may cite a block of the request.
 *
 * @since 0.1.0
 * @category models
 */
export interface CitationsConfigParam {
  readonly enabled?: boolean | undefined
}

/**
 * Schema of `CitationsConfigParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CitationsConfigParam = struct<CitationsConfigParam>("CitationsConfigParam", () => ({
  enabled: Schema.optional(Schema.Boolean)
}))

/**
 * Whether citations were on for a fetched document.
 *
 * @since 0.1.0
 * @category models
 */
export interface CitationsConfig {
  readonly enabled: boolean
}

/**
 * Schema of `CitationsConfig`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CitationsConfig = struct<CitationsConfig>("CitationsConfig", () => ({
  enabled: Schema.Boolean
}))
