/**
 * Results of server tools, as answers give them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Caller } from "./Caller.js"
import { CitationsConfig } from "./Citation.js"
import {
  BashCodeExecutionToolResultContent,
  CodeExecutionToolResultContent,
  TextEditorToolResultContent,
  ToolSearchToolResultError,
  WebFetchToolResultError,
  WebSearchToolResultError
} from "./ServerToolResultParam.js"
import { Base64PdfSource, PlainTextSource } from "./Source.js"
import { Unknown } from "./Unknown.js"
import { optionalNull, struct } from "./internal/struct.js"

/**
 * A tool that a search found.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolReferenceBlock {
  readonly type: "tool_reference"
  readonly tool_name: string
}

/**
 * Schema of `ToolReferenceBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolReferenceBlock = struct<ToolReferenceBlock>("ToolReferenceBlock", () => ({
  type: Schema.Literal("tool_reference"),
  tool_name: Schema.String
}))

/**
 * A hit of a web search.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchResult {
  readonly type: "web_search_result"
  readonly url: string
  readonly title: string
  readonly encrypted_content: string
  readonly page_age?: string | null | undefined
}

/**
 * Schema of `WebSearchResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchResult = struct<WebSearchResult>("WebSearchResult", () => ({
  type: Schema.Literal("web_search_result"),
  url: Schema.String,
  title: Schema.String,
  encrypted_content: Schema.String,
  page_age: optionalNull(Schema.String)
}))

/**
 * The hits of a web search, or its error.
 *
 * @since 0.1.0
 * @category models
 */
export type WebSearchToolResultContent = WebSearchToolResultError | ReadonlyArray<WebSearchResult> | Unknown

/**
 * Schema of `WebSearchToolResultContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchToolResultContent: Schema.Schema<WebSearchToolResultContent> = Schema.Union(
  WebSearchToolResultError,
  Schema.Array(WebSearchResult),
  Unknown
)

/**
 * The result of a web search.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchToolResultBlock {
  readonly type: "web_search_tool_result"
  readonly tool_use_id: string
  readonly content: WebSearchToolResultContent
  readonly caller?: Caller | undefined
}

/**
 * Schema of `WebSearchToolResultBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebSearchToolResultBlock = struct<WebSearchToolResultBlock>("WebSearchToolResultBlock", () => ({
  type: Schema.Literal("web_search_tool_result"),
  tool_use_id: Schema.String,
  content: WebSearchToolResultContent,
  caller: Schema.optional(Caller)
}))

/**
 * The content of a fetched document.
 *
 * @since 0.1.0
 * @category models
 */
export type FetchedSource = Base64PdfSource | PlainTextSource | Unknown

/**
 * Schema of `FetchedSource`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const FetchedSource: Schema.Schema<FetchedSource> = Schema.Union(Base64PdfSource, PlainTextSource, Unknown)

/**
 * A fetched document.
 *
 * @since 0.1.0
 * @category models
 */
export interface DocumentBlock {
  readonly type: "document"
  readonly source: FetchedSource
  readonly title?: string | null | undefined
  readonly citations?: CitationsConfig | null | undefined
}

/**
 * Schema of `DocumentBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DocumentBlock = struct<DocumentBlock>("DocumentBlock", () => ({
  type: Schema.Literal("document"),
  source: FetchedSource,
  title: optionalNull(Schema.String),
  citations: optionalNull(CitationsConfig)
}))

/**
 * A fetched page.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchResult {
  readonly type: "web_fetch_result"
  readonly url: string
  readonly content: DocumentBlock
  /** RFC 3339. */
  readonly retrieved_at?: string | null | undefined
}

/**
 * Schema of `WebFetchResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchResult = struct<WebFetchResult>("WebFetchResult", () => ({
  type: Schema.Literal("web_fetch_result"),
  url: Schema.String,
  content: DocumentBlock,
  retrieved_at: optionalNull(Schema.String)
}))

/**
 * A fetched page, or the error.
 *
 * @since 0.1.0
 * @category models
 */
export type WebFetchToolResultContent = WebFetchResult | WebFetchToolResultError | Unknown

/**
 * Schema of `WebFetchToolResultContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchToolResultContent: Schema.Schema<WebFetchToolResultContent> = Schema.Union(
  WebFetchResult,
  WebFetchToolResultError,
  Unknown
)

/**
 * The result of a web fetch.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebFetchToolResultBlock {
  readonly type: "web_fetch_tool_result"
  readonly tool_use_id: string
  readonly content: WebFetchToolResultContent
  readonly caller?: Caller | undefined
}

/**
 * Schema of `WebFetchToolResultBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WebFetchToolResultBlock = struct<WebFetchToolResultBlock>("WebFetchToolResultBlock", () => ({
  type: Schema.Literal("web_fetch_tool_result"),
  tool_use_id: Schema.String,
  content: WebFetchToolResultContent,
  caller: Schema.optional(Caller)
}))

/**
 * The result of code execution.
 *
 * @since 0.1.0
 * @category models
 */
export interface CodeExecutionToolResultBlock {
  readonly type: "code_execution_tool_result"
  readonly tool_use_id: string
  readonly content: CodeExecutionToolResultContent
}

/**
 * Schema of `CodeExecutionToolResultBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CodeExecutionToolResultBlock = struct<CodeExecutionToolResultBlock>(
  "CodeExecutionToolResultBlock",
  () => ({
    type: Schema.Literal("code_execution_tool_result"),
    tool_use_id: Schema.String,
    content: CodeExecutionToolResultContent
  })
)

/**
 * The result of a bash command.
 *
 * @since 0.1.0
 * @category models
 */
export interface BashCodeExecutionToolResultBlock {
  readonly type: "bash_code_execution_tool_result"
  readonly tool_use_id: string
  readonly content: BashCodeExecutionToolResultContent
}

/**
 * Schema of `BashCodeExecutionToolResultBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BashCodeExecutionToolResultBlock = struct<BashCodeExecutionToolResultBlock>(
  "BashCodeExecutionToolResultBlock",
  () => ({
    type: Schema.Literal("bash_code_execution_tool_result"),
    tool_use_id: Schema.String,
    content: BashCodeExecutionToolResultContent
  })
)

/**
 * The result of an edit.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextEditorCodeExecutionToolResultBlock {
  readonly type: "text_editor_code_execution_tool_result"
  readonly tool_use_id: string
  readonly content: TextEditorToolResultContent
}

/**
 * Schema of `TextEditorCodeExecutionToolResultBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextEditorCodeExecutionToolResultBlock = struct<TextEditorCodeExecutionToolResultBlock>(
  "TextEditorCodeExecutionToolResultBlock",
  () => ({
    type: Schema.Literal("text_editor_code_execution_tool_result"),
    tool_use_id: Schema.String,
    content: TextEditorToolResultContent
  })
)

/**
 * The tools that a tool search found.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchResult {
  readonly type: "tool_search_tool_search_result"
  readonly tool_references: ReadonlyArray<ToolReferenceBlock>
}

/**
 * Schema of `ToolSearchResult`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchResult = struct<ToolSearchResult>("ToolSearchResult", () => ({
  type: Schema.Literal("tool_search_tool_search_result"),
  tool_references: Schema.Array(ToolReferenceBlock)
}))

/**
 * The outcome of a tool search.
 *
 * @since 0.1.0
 * @category models
 */
export type ToolSearchToolResultContent = ToolSearchResult | ToolSearchToolResultError | Unknown

/**
 * Schema of `ToolSearchToolResultContent`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolResultContent: Schema.Schema<ToolSearchToolResultContent> = Schema.Union(
  ToolSearchResult,
  ToolSearchToolResultError,
  Unknown
)

/**
 * The result of a tool search.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolSearchToolResultBlock {
  readonly type: "tool_search_tool_result"
  readonly tool_use_id: string
  readonly content: ToolSearchToolResultContent
}

/**
 * Schema of `ToolSearchToolResultBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolSearchToolResultBlock = struct<ToolSearchToolResultBlock>("ToolSearchToolResultBlock", () => ({
  type: Schema.Literal("tool_search_tool_result"),
  tool_use_id: Schema.String,
  content: ToolSearchToolResultContent
}))
