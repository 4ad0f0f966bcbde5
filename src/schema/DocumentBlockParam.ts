/**
 * Text, images and documents that are sent.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { CitationsConfigParam, TextCitationParam } from "./Citation.js"
import { Base64PdfSource, FileSource, ImageSource, PlainTextSource, UrlSource } from "./Source.js"
import { Unknown } from "./Unknown.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * Text that is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextBlockParam {
  readonly type: "text"
  /** Not empty. */
  readonly text: string
  /** On text of earlier assistant turns only. */
  readonly citations?: ReadonlyArray<TextCitationParam> | null | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `TextBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextBlockParam = struct<TextBlockParam>("TextBlockParam", () => ({
  type: Schema.Literal("text"),
  text: Schema.String,
  citations: optionalNull(Schema.Array(TextCitationParam)),
  cache_control: optionalNull(CacheControl)
}))

/**
 * What the API may do with an image.
 *
 * @since 0.1.0
 * @category models
 */
export interface ImageTransformationsParam {
  readonly oversized_image?: "downsize" | "error" | undefined
}

/**
 * Schema of `ImageTransformationsParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ImageTransformationsParam = struct<ImageTransformationsParam>("ImageTransformationsParam", () => ({
  oversized_image: Schema.optional(Schema.Literal("downsize", "error"))
}))

/**
 * An image that is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface ImageBlockParam {
  readonly type: "image"
  readonly source: ImageSource
  readonly transformations?: ImageTransformationsParam | null | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `ImageBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ImageBlockParam = struct<ImageBlockParam>("ImageBlockParam", () => ({
  type: Schema.Literal("image"),
  source: ImageSource,
  transformations: optionalNull(ImageTransformationsParam),
  cache_control: optionalNull(CacheControl)
}))

/**
 * A part of a document that is made of blocks.
 *
 * @since 0.1.0
 * @category models
 */
export type ContentSourceItem = TextBlockParam | ImageBlockParam | Unknown

/**
 * Schema of `ContentSourceItem`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentSourceItem: Schema.Schema<ContentSourceItem> = Schema.Union(
  TextBlockParam,
  ImageBlockParam,
  Unknown
)

/**
 * A document that is made of text and images.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentSource {
  readonly type: "content"
  readonly content: string | ReadonlyArray<ContentSourceItem>
}

/**
 * Schema of `ContentSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentSource = struct<ContentSource>("ContentSource", () => ({
  type: Schema.Literal("content"),
  content: Schema.Union(Schema.String, Schema.Array(ContentSourceItem))
}))

/**
 * Where a document comes from.
 *
 * @since 0.1.0
 * @category models
 */
export type DocumentSource = Base64PdfSource | PlainTextSource | ContentSource | UrlSource | FileSource | Unknown

/**
 * Schema of `DocumentSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DocumentSource: Schema.Schema<DocumentSource> = Schema.Union(
  Base64PdfSource,
  PlainTextSource,
  ContentSource,
  UrlSource,
  FileSource,
  Unknown
)

/**
 * A document that is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface DocumentBlockParam {
  readonly type: "document"
  readonly source: DocumentSource
  readonly title?: string | null | undefined
  /** Told to the model, but not cited. */
  readonly context?: string | null | undefined
  readonly citations?: CitationsConfigParam | null | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `DocumentBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DocumentBlockParam = struct<DocumentBlockParam>("DocumentBlockParam", () => ({
  type: Schema.Literal("document"),
  source: DocumentSource,
  title: optionalNull(Schema.String),
  context: optionalNull(Schema.String),
  citations: optionalNull(CitationsConfigParam),
  cache_control: optionalNull(CacheControl)
}))
