/**
 * The blocks of messages that are sent.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { BrowserStateBlockParam } from "./BrowserState.js"
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

export * from "./BrowserState.js"
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
export const SearchResultBlockParam = struct<SearchResultBlockParam>("SearchResultBlockParam", () => ({
  type: Schema.Literal("search_result"),
  source: Schema.String,
  title: Schema.String,
  content: Schema.Array(TextBlockParam),
  citations: Schema.optional(CitationsConfigParam),
  cache_control: optionalNull(CacheControl)
}))

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
export const ThinkingBlockParam = struct<ThinkingBlockParam>("ThinkingBlockParam", () => ({
  type: Schema.Literal("thinking"),
  thinking: Schema.String,
  signature: Schema.String
}))

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
export const RedactedThinkingBlockParam = struct<RedactedThinkingBlockParam>("RedactedThinkingBlockParam", () => ({
  type: Schema.Literal("redacted_thinking"),
  data: Schema.String
}))

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
export const ToolUseBlockParam = struct<ToolUseBlockParam>("ToolUseBlockParam", () => ({
  type: Schema.Literal("tool_use"),
  id: Schema.String,
  name: Schema.String,
  input: Schema.Unknown,
  caller: Schema.optional(Caller),
  toolset_name: optionalNull(Schema.String),
  cache_control: optionalNull(CacheControl)
}))

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
  TextBlockParam,
  ImageBlockParam,
  SearchResultBlockParam,
  DocumentBlockParam,
  ToolReferenceBlockParam,
  BrowserStateBlockParam,
  Unknown
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
export const ToolResultBlockParam = struct<ToolResultBlockParam>("ToolResultBlockParam", () => ({
  type: Schema.Literal("tool_result"),
  tool_use_id: Schema.String,
  content: Schema.optional(Schema.Union(Schema.String, Schema.Array(ToolResultContentParam))),
  is_error: Schema.optional(Schema.Boolean),
  toolset_name: optionalNull(Schema.String),
  cache_control: optionalNull(CacheControl)
}))

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
export const ServerToolName = openString<ServerToolName>("ServerToolName")

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
export const ServerToolUseBlockParam = struct<ServerToolUseBlockParam>("ServerToolUseBlockParam", () => ({
  type: Schema.Literal("server_tool_use"),
  id: Schema.String,
  name: ServerToolName,
  input: Schema.Unknown,
  caller: Schema.optional(Caller),
  cache_control: optionalNull(CacheControl)
}))

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
export const ContainerUploadBlockParam = struct<ContainerUploadBlockParam>("ContainerUploadBlockParam", () => ({
  type: Schema.Literal("container_upload"),
  file_id: Schema.String,
  cache_control: optionalNull(CacheControl)
}))

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
  TextBlockParam,
  ImageBlockParam,
  DocumentBlockParam,
  SearchResultBlockParam,
  ThinkingBlockParam,
  RedactedThinkingBlockParam,
  ToolUseBlockParam,
  ToolResultBlockParam,
  ServerToolUseBlockParam,
  WebSearchToolResultBlockParam,
  WebFetchToolResultBlockParam,
  CodeExecutionToolResultBlockParam,
  BashCodeExecutionToolResultBlockParam,
  TextEditorCodeExecutionToolResultBlockParam,
  ToolSearchToolResultBlockParam,
  ContainerUploadBlockParam,
  Unknown
)
