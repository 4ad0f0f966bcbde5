/**
 * The blocks of messages that are sent.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { CacheControl } from "./CacheControl.js"
import { Caller } from "./Caller.js"
import { CitationsConfigParam } from "./Citation.js"
import { DocumentBlockParam, ImageBlockParam, TextBlockParam } from "./DocumentBlockParam.js"
import {
  BashCodeExecutionToolResultBlockParam,
  CodeExecutionToolResultBlockParam,
  TextEditorCodeExecutionToolResultBlockParam,
  ToolReferenceBlockParam,
  ToolSearchToolResultBlockParam,
  WebFetchToolResultBlockParam,
  WebSearchToolResultBlockParam
} from "./ServerToolResultParam.js"
import { Unknown } from "./Unknown.js"
import { openString, optionalNull, struct } from "./internal/struct.js"

export * from "./DocumentBlockParam.js"
export * from "./ServerToolResultParam.js"

/**
 * A search result of your own, which the model can cite.
 *
 * @since 0.1.0
 * @category models
 */
export interface SearchResultBlockParam {
  readonly type: "search_result"
  readonly source: string
  readonly title: string
  readonly content: ReadonlyArray<TextBlockParam>
  readonly citations?: CitationsConfigParam | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `SearchResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SearchResultBlockParam: Schema.Schema<SearchResultBlockParam> = struct<SearchResultBlockParam>("SearchResultBlockParam", {
  type: Schema.Literal("search_result"),
  source: Schema.String,
  title: Schema.String,
  content: Schema.Array(TextBlockParam),
  citations: Schema.optional(CitationsConfigParam),
  cache_control: optionalNull(CacheControl)
})

/**
 * Thinking of an earlier turn, sent back unmodified.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingBlockParam {
  readonly type: "thinking"
  readonly thinking: string
  readonly signature: string
}

/**
 * Schema of `ThinkingBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingBlockParam: Schema.Schema<ThinkingBlockParam> = struct<ThinkingBlockParam>("ThinkingBlockParam", {
  type: Schema.Literal("thinking"),
  thinking: Schema.String,
  signature: Schema.String
})

/**
 * Redacted thinking of an earlier turn, sent back unmodified.
 *
 * @since 0.1.0
 * @category models
 */
export interface RedactedThinkingBlockParam {
  readonly type: "redacted_thinking"
  readonly data: string
}

/**
 * Schema of `RedactedThinkingBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RedactedThinkingBlockParam: Schema.Schema<RedactedThinkingBlockParam> = struct<RedactedThinkingBlockParam>("RedactedThinkingBlockParam", {
  type: Schema.Literal("redacted_thinking"),
  data: Schema.String
})

/**
 * A tool call of an earlier turn.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolUseBlockParam {
  readonly type: "tool_use"
  readonly id: string
  readonly name: string
  readonly input: unknown
  readonly caller?: Caller | undefined
  /** The toolset whose member was called. */
  readonly toolset_name?: string | null | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `ToolUseBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolUseBlockParam: Schema.Schema<ToolUseBlockParam> = struct<ToolUseBlockParam>("ToolUseBlockParam", {
  type: Schema.Literal("tool_use"),
  id: Schema.String,
  name: Schema.String,
  input: Schema.Unknown,
  caller: Schema.optional(Caller),
  toolset_name: optionalNull(Schema.String),
  cache_control: optionalNull(CacheControl)
})

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
export const BrowserTab: Schema.Schema<BrowserTab> = struct<BrowserTab>("BrowserTab", {
  tab_id: Schema.String,
  title: Schema.String,
  url: Schema.String,
  active: Schema.optional(Schema.Boolean)
})

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
export const TabOpened: Schema.Schema<TabOpened> = struct<TabOpened>("TabOpened", {
  type: Schema.Literal("tab_opened"),
  tab_id: Schema.String
})

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
export const DownloadStarted: Schema.Schema<DownloadStarted> = struct<DownloadStarted>("DownloadStarted", {
  type: Schema.Literal("download_started"),
  download_id: Schema.String,
  url: Schema.String
})

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
export const DownloadCompleted: Schema.Schema<DownloadCompleted> = struct<DownloadCompleted>("DownloadCompleted", {
  type: Schema.Literal("download_completed"),
  download_id: Schema.String,
  url: Schema.String,
  path: optionalNull(Schema.String),
  size_bytes: optionalNull(Schema.Number)
})

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
export const DownloadFailed: Schema.Schema<DownloadFailed> = struct<DownloadFailed>("DownloadFailed", {
  type: Schema.Literal("download_failed"),
  download_id: Schema.String,
  url: Schema.String,
  error: optionalNull(Schema.String)
})

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
  TabOpened, DownloadStarted, DownloadCompleted, DownloadFailed, Unknown
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
export const BrowserStateBlockParam: Schema.Schema<BrowserStateBlockParam> = struct<BrowserStateBlockParam>("BrowserStateBlockParam", {
  type: Schema.Literal("browser_state"),
  tabs: Schema.Array(BrowserTab),
  state_changes: optionalNull(Schema.Array(BrowserStateChange)),
  cache_control: optionalNull(CacheControl)
})

/**
 * A block inside a tool result.
 *
 * @since 0.1.0
 * @category models
 */
export type ToolResultContentParam =
  | TextBlockParam
  | ImageBlockParam
  | SearchResultBlockParam
  | DocumentBlockParam
  | ToolReferenceBlockParam
  | BrowserStateBlockParam
  | Unknown

/**
 * Schema of `ToolResultContentParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolResultContentParam: Schema.Schema<ToolResultContentParam> = Schema.Union(
  TextBlockParam, ImageBlockParam, SearchResultBlockParam, DocumentBlockParam, ToolReferenceBlockParam,
  BrowserStateBlockParam, Unknown
)

/**
 * The result of a tool call.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolResultBlockParam {
  readonly type: "tool_result"
  readonly tool_use_id: string
  readonly content?: string | ReadonlyArray<ToolResultContentParam> | undefined
  readonly is_error?: boolean | undefined
  readonly toolset_name?: string | null | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `ToolResultBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolResultBlockParam: Schema.Schema<ToolResultBlockParam> = struct<ToolResultBlockParam>("ToolResultBlockParam", {
  type: Schema.Literal("tool_result"),
  tool_use_id: Schema.String,
  content: Schema.optional(Schema.Union(Schema.String, Schema.Array(ToolResultContentParam))),
  is_error: Schema.optional(Schema.Boolean),
  toolset_name: optionalNull(Schema.String),
  cache_control: optionalNull(CacheControl)
})

/**
 * A tool that the API runs by itself.
 *
 * @since 0.1.0
 * @category models
 */
export type ServerToolName =
  | "web_search"
  | "web_fetch"
  | "code_execution"
  | "bash_code_execution"
  | "text_editor_code_execution"
  | "tool_search_tool_regex"
  | "tool_search_tool_bm25"
  | (string & {})

/**
 * Schema of `ServerToolName`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ServerToolName: Schema.Schema<ServerToolName> = openString<ServerToolName>("ServerToolName")

/**
 * A server tool call of an earlier turn.
 *
 * @since 0.1.0
 * @category models
 */
export interface ServerToolUseBlockParam {
  readonly type: "server_tool_use"
  readonly id: string
  readonly name: ServerToolName
  readonly input: unknown
  readonly caller?: Caller | undefined
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `ServerToolUseBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ServerToolUseBlockParam: Schema.Schema<ServerToolUseBlockParam> = struct<ServerToolUseBlockParam>("ServerToolUseBlockParam", {
  type: Schema.Literal("server_tool_use"),
  id: Schema.String,
  name: ServerToolName,
  input: Schema.Unknown,
  caller: Schema.optional(Caller),
  cache_control: optionalNull(CacheControl)
})

/**
 * An uploaded file that is put into the container.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContainerUploadBlockParam {
  readonly type: "container_upload"
  readonly file_id: string
  readonly cache_control?: CacheControl | null | undefined
}

/**
 * Schema of `ContainerUploadBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContainerUploadBlockParam: Schema.Schema<ContainerUploadBlockParam> = struct<ContainerUploadBlockParam>("ContainerUploadBlockParam", {
  type: Schema.Literal("container_upload"),
  file_id: Schema.String,
  cache_control: optionalNull(CacheControl)
})

/**
 * A block of a message that is sent.
 *
 * @since 0.1.0
 * @category models
 */
export type ContentBlockParam =
  | TextBlockParam
  | ImageBlockParam
  | DocumentBlockParam
  | SearchResultBlockParam
  | ThinkingBlockParam
  | RedactedThinkingBlockParam
  | ToolUseBlockParam
  | ToolResultBlockParam
  | ServerToolUseBlockParam
  | WebSearchToolResultBlockParam
  | WebFetchToolResultBlockParam
  | CodeExecutionToolResultBlockParam
  | BashCodeExecutionToolResultBlockParam
  | TextEditorCodeExecutionToolResultBlockParam
  | ToolSearchToolResultBlockParam
  | ContainerUploadBlockParam
  | Unknown

/**
 * Schema of `ContentBlockParam`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentBlockParam: Schema.Schema<ContentBlockParam> = Schema.Union(
  TextBlockParam, ImageBlockParam, DocumentBlockParam, SearchResultBlockParam, ThinkingBlockParam,
  RedactedThinkingBlockParam, ToolUseBlockParam, ToolResultBlockParam, ServerToolUseBlockParam,
  WebSearchToolResultBlockParam, WebFetchToolResultBlockParam, CodeExecutionToolResultBlockParam,
  BashCodeExecutionToolResultBlockParam, TextEditorCodeExecutionToolResultBlockParam, ToolSearchToolResultBlockParam,
  ContainerUploadBlockParam, Unknown
)
