/**
 * Where images and documents come from.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Unknown } from "./Unknown.js"
import { struct } from "./internal/struct.js"

/**
 * An image in the request itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Base64ImageSource {
  readonly type: "base64"
  readonly media_type: "image/jpeg" | "image/png" | "image/gif" | "image/webp"
  /** Base64, without a `data:` prefix. */
  readonly data: string
}

/**
 * Schema of `Base64ImageSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Base64ImageSource = struct<Base64ImageSource>("Base64ImageSource", () => ({
  type: Schema.Literal("base64"),
  media_type: Schema.Literal("image/jpeg", "image/png", "image/gif", "image/webp"),
  data: Schema.String
}))

/**
 * Content that the API fetches.
 *
 * @since 0.1.0
 * @category models
 */
export interface UrlSource {
  readonly type: "url"
  readonly url: string
}

/**
 * Schema of `UrlSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UrlSource = struct<UrlSource>("UrlSource", () => ({
  type: Schema.Literal("url"),
  url: Schema.String
}))

/**
 * Content that was uploaded before.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSource {
  readonly type: "file"
  readonly file_id: string
}

/**
 * Schema of `FileSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FileSource = struct<FileSource>("FileSource", () => ({
  type: Schema.Literal("file"),
  file_id: Schema.String
}))

/**
 * Where an image comes from.
 *
 * @since 0.1.0
 * @category models
 */
export type ImageSource = Base64ImageSource | UrlSource | FileSource | Unknown

/**
 * Schema of `ImageSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ImageSource: Schema.Schema<ImageSource> = Schema.Union(Base64ImageSource, UrlSource, FileSource, Unknown)

/**
 * A PDF in the request itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Base64PdfSource {
  readonly type: "base64"
  readonly media_type: "application/pdf"
  /** Base64, without a `data:` prefix. */
  readonly data: string
}

/**
 * Schema of `Base64PdfSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Base64PdfSource = struct<Base64PdfSource>("Base64PdfSource", () => ({
  type: Schema.Literal("base64"),
  media_type: Schema.Literal("application/pdf"),
  data: Schema.String
}))

/**
 * A plain text document in the request itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface PlainTextSource {
  readonly type: "text"
  readonly media_type: "text/plain"
  /** The text as it is, not base64. */
  readonly data: string
}

/**
 * Schema of `PlainTextSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PlainTextSource = struct<PlainTextSource>("PlainTextSource", () => ({
  type: Schema.Literal("text"),
  media_type: Schema.Literal("text/plain"),
  data: Schema.String
}))
