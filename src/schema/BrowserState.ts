/**
 * The state of a browser that the caller runs.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { Unknown } from "./Unknown.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * One tab of a browser's inventory.
 *
 * @since 0.1.0
 * @category models
 */
export interface BrowserTab {
  readonly tab_id: string
  readonly title: string
  readonly url: string
  readonly active?: boolean | undefined
}

/**
 * Schema of `BrowserTab`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BrowserTab = struct<BrowserTab>("BrowserTab", () => ({
  tab_id: Schema.String,
  title: Schema.String,
  url: Schema.String,
  active: Schema.optional(Schema.Boolean)
}))

/**
 * A tab was opened.
 *
 * @since 0.1.0
 * @category models
 */
export interface TabOpened {
  readonly type: "tab_opened"
  readonly tab_id: string
}

/**
 * Schema of `TabOpened`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TabOpened = struct<TabOpened>("TabOpened", () => ({
  type: Schema.Literal("tab_opened"),
  tab_id: Schema.String
}))

/**
 * A download began.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadStarted {
  readonly type: "download_started"
  readonly download_id: string
  readonly url: string
}

/**
 * Schema of `DownloadStarted`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DownloadStarted = struct<DownloadStarted>("DownloadStarted", () => ({
  type: Schema.Literal("download_started"),
  download_id: Schema.String,
  url: Schema.String
}))

/**
 * A download came to its end.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadCompleted {
  readonly type: "download_completed"
  readonly download_id: string
  readonly url: string
  readonly path?: string | null | undefined
  readonly size_bytes?: number | null | undefined
}

/**
 * Schema of `DownloadCompleted`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DownloadCompleted = struct<DownloadCompleted>("DownloadCompleted", () => ({
  type: Schema.Literal("download_completed"),
  download_id: Schema.String,
  url: Schema.String,
  path: optionalNull(Schema.String),
  size_bytes: optionalNull(Schema.Number)
}))

/**
 * A download failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadFailed {
  readonly type: "download_failed"
  readonly download_id: string
  readonly url: string
  readonly error?: string | null | undefined
}

/**
 * Schema of `DownloadFailed`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DownloadFailed = struct<DownloadFailed>("DownloadFailed", () => ({
  type: Schema.Literal("download_failed"),
  download_id: Schema.String,
  url: Schema.String,
  error: optionalNull(Schema.String)
}))

/**
 * What changed in a browser since its last state.
 *
 * @since 0.1.0
 * @category models
 */
export type BrowserStateChange = TabOpened | DownloadStarted | DownloadCompleted | DownloadFailed | Unknown

/**
 * Schema of `BrowserStateChange`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BrowserStateChange: Schema.Schema<BrowserStateChange> = Schema.Union(
  TabOpened,
  DownloadStarted,
  DownloadCompleted,
  DownloadFailed,
  Unknown
)

/**
 * The state of a browser, inside a tool result.
 *
 * @since 0.1.0
 * @category models
 */
export interface BrowserStateBlockParam {
  readonly type: "browser_state"
  /** All tabs; exactly one is active when there are any. */
  readonly tabs: ReadonlyArray<BrowserTab>
  readonly state_changes?: ReadonlyArray<BrowserStateChange> | null | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `BrowserStateBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BrowserStateBlockParam = struct<BrowserStateBlockParam>("BrowserStateBlockParam", () => ({
  type: Schema.Literal("browser_state"),
  tabs: Schema.Array(BrowserTab),
  state_changes: optionalNull(Schema.Array(BrowserStateChange)),
  cache_control: optionalNull(CacheControl)
}))
