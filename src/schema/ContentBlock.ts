/**
 * The blocks of an answer.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Caller } from "./Caller.js"
import { TextCitation } from "./Citation.js"
import { ServerToolName } from "./ContentBlockParam.js"
import {
  BashCodeExecutionToolResultBlock,
  CodeExecutionToolResultBlock,
  TextEditorCodeExecutionToolResultBlock,
  ToolSearchToolResultBlock,
  WebFetchToolResultBlock,
  WebSearchToolResultBlock
} from "./ServerToolResult.js"
import { Unknown } from "./Unknown.js"
import { optionalNull, struct } from "./internal/struct.js"
import * as wire from "./internal/wire.js"
import type { Decoded } from "./SchemaWarning.js"

export * from "./ServerToolResult.js"

/**
 * Text that the model wrote.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextBlock {
  readonly type: "text"
  readonly text: string
  readonly citations?: ReadonlyArray<TextCitation> | null | undefined
}

/**
 * Schema of `TextBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TextBlock = struct<TextBlock>("TextBlock", () => ({
  type: Schema.Literal("text"),
  text: Schema.String,
  citations: optionalNull(Schema.Array(TextCitation))
}))

/**
 * What the model thought; send it back unmodified.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingBlock {
  readonly type: "thinking"
  readonly thinking: string
  readonly signature: string
}

/**
 * Schema of `ThinkingBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingBlock = struct<ThinkingBlock>("ThinkingBlock", () => ({
  type: Schema.Literal("thinking"),
  thinking: Schema.String,
  signature: Schema.String
}))

/**
 * Thinking that is not shown; send it back unmodified.
 *
 * @since 0.1.0
 * @category models
 */
export interface RedactedThinkingBlock {
  readonly type: "redacted_thinking"
  readonly data: string
}

/**
 * Schema of `RedactedThinkingBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RedactedThinkingBlock = struct<RedactedThinkingBlock>("RedactedThinkingBlock", () => ({
  type: Schema.Literal("redacted_thinking"),
  data: Schema.String
}))

/**
 * A tool that the model wants called.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolUseBlock {
  readonly type: "tool_use"
  readonly id: string
  readonly name: string
  readonly input: unknown
  readonly caller?: Caller | undefined
  /** The toolset of the member `name`; echo it in the result. */
  readonly toolset_name?: string | null | undefined
}

/**
 * Schema of `ToolUseBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ToolUseBlock = struct<ToolUseBlock>("ToolUseBlock", () => ({
  type: Schema.Literal("tool_use"),
  id: Schema.String,
  name: Schema.String,
  input: Schema.Unknown,
  caller: Schema.optional(Caller),
  toolset_name: optionalNull(Schema.String)
}))

/**
 * A tool call that the API ran by itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface ServerToolUseBlock {
  readonly type: "server_tool_use"
  readonly id: string
  readonly name: ServerToolName
  readonly input: unknown
  readonly caller?: Caller | undefined
}

/**
 * Schema of `ServerToolUseBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ServerToolUseBlock = struct<ServerToolUseBlock>("ServerToolUseBlock", () => ({
  type: Schema.Literal("server_tool_use"),
  id: Schema.String,
  name: ServerToolName,
  input: Schema.Unknown,
  caller: Schema.optional(Caller)
}))

/**
 * A file that was put into the container.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContainerUploadBlock {
  readonly type: "container_upload"
  readonly file_id: string
}

/**
 * Schema of `ContainerUploadBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContainerUploadBlock = struct<ContainerUploadBlock>("ContainerUploadBlock", () => ({
  type: Schema.Literal("container_upload"),
  file_id: Schema.String
}))

/**
 * A block of an answer.
 *
 * @since 0.1.0
 * @category models
 */
export type ContentBlock =
  | TextBlock
  | ThinkingBlock
  | RedactedThinkingBlock
  | ToolUseBlock
  | ServerToolUseBlock
  | WebSearchToolResultBlock
  | WebFetchToolResultBlock
  | CodeExecutionToolResultBlock
  | BashCodeExecutionToolResultBlock
  | TextEditorCodeExecutionToolResultBlock
  | ToolSearchToolResultBlock
  | ContainerUploadBlock
  | Unknown

/**
 * Schema of `ContentBlock`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContentBlock: Schema.Schema<ContentBlock> = Schema.Union(
  TextBlock,
  ThinkingBlock,
  RedactedThinkingBlock,
  ToolUseBlock,
  ServerToolUseBlock,
  WebSearchToolResultBlock,
  WebFetchToolResultBlock,
  CodeExecutionToolResultBlock,
  BashCodeExecutionToolResultBlock,
  TextEditorCodeExecutionToolResultBlock,
  ToolSearchToolResultBlock,
  ContainerUploadBlock,
  Unknown
)

/**
 * Checks one block and hands it on; an unknown one, or a known one of a wrong shape, becomes `Unknown`. `Left` is for
 * what has no `type`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromWire: (input: unknown) => Either.Either<Decoded<ContentBlock>, string> = wire.fromWire(ContentBlock, {
  exact: true
})
