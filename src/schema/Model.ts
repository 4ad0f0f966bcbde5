/**
 * Models: what the API tells of them, and what is known of them without asking.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { openString, optionalNull, struct } from "./internal/struct.js"
import type { KnownModelId } from "./internal/knownModels.js"
import * as wire from "./internal/wire.js"
import type { Decoded } from "./SchemaWarning.js"

export * from "./ModelFacts.js"

/**
 * The id of a model: one of those that were known when this version was made, or any other.
 *
 * @since 0.1.0
 * @category models
 */
export type ModelId = KnownModelId | (string & {})

/**
 * Schema of `ModelId`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ModelId = openString<ModelId>("ModelId")

/**
 * Whether something is supported.
 *
 * @since 0.1.0
 * @category models
 */
export interface CapabilitySupport {
  readonly supported: boolean
}

/**
 * Schema of `CapabilitySupport`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CapabilitySupport = struct<CapabilitySupport>("CapabilitySupport", () => ({
  supported: Schema.Boolean
}))

/**
 * Which edits of the context a model supports.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContextManagementCapability {
  readonly supported: boolean
  readonly clear_thinking_20251015?: CapabilitySupport | null | undefined
  readonly clear_tool_uses_20250919?: CapabilitySupport | null | undefined
  readonly compact_20260112?: CapabilitySupport | null | undefined
}

/**
 * Schema of `ContextManagementCapability`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ContextManagementCapability = struct<ContextManagementCapability>("ContextManagementCapability", () => ({
  supported: Schema.Boolean,
  clear_thinking_20251015: optionalNull(CapabilitySupport),
  clear_tool_uses_20250919: optionalNull(CapabilitySupport),
  compact_20260112: optionalNull(CapabilitySupport)
}))

/**
 * Which levels of effort a model supports.
 *
 * @since 0.1.0
 * @category models
 */
export interface EffortCapability {
  readonly supported: boolean
  readonly low?: CapabilitySupport | null | undefined
  readonly medium?: CapabilitySupport | null | undefined
  readonly high?: CapabilitySupport | null | undefined
  readonly xhigh?: CapabilitySupport | null | undefined
  readonly max?: CapabilitySupport | null | undefined
}

/**
 * Schema of `EffortCapability`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const EffortCapability = struct<EffortCapability>("EffortCapability", () => ({
  supported: Schema.Boolean,
  low: optionalNull(CapabilitySupport),
  medium: optionalNull(CapabilitySupport),
  high: optionalNull(CapabilitySupport),
  xhigh: optionalNull(CapabilitySupport),
  max: optionalNull(CapabilitySupport)
}))

/**
 * Which server tools a model supports.
 *
 * @since 0.1.0
 * @category models
 */
export interface ServerToolsCapability {
  readonly supported: boolean
  readonly code_execution?: CapabilitySupport | null | undefined
  readonly web_search?: CapabilitySupport | null | undefined
}

/**
 * Schema of `ServerToolsCapability`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ServerToolsCapability = struct<ServerToolsCapability>("ServerToolsCapability", () => ({
  supported: Schema.Boolean,
  code_execution: optionalNull(CapabilitySupport),
  web_search: optionalNull(CapabilitySupport)
}))

/**
 * Which kinds of thinking a model accepts.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingTypes {
  readonly adaptive?: CapabilitySupport | null | undefined
  readonly between_tools?: CapabilitySupport | null | undefined
  readonly disabled?: CapabilitySupport | null | undefined
  readonly enabled?: CapabilitySupport | null | undefined
}

/**
 * Schema of `ThinkingTypes`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingTypes = struct<ThinkingTypes>("ThinkingTypes", () => ({
  adaptive: optionalNull(CapabilitySupport),
  between_tools: optionalNull(CapabilitySupport),
  disabled: optionalNull(CapabilitySupport),
  enabled: optionalNull(CapabilitySupport)
}))

/**
 * Whether and how a model thinks.
 *
 * @since 0.1.0
 * @category models
 */
export interface ThinkingCapability {
  readonly supported: boolean
  readonly types?: ThinkingTypes | null | undefined
}

/**
 * Schema of `ThinkingCapability`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThinkingCapability = struct<ThinkingCapability>("ThinkingCapability", () => ({
  supported: Schema.Boolean,
  types: optionalNull(ThinkingTypes)
}))

/**
 * What a model can do.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelCapabilities {
  readonly batch?: CapabilitySupport | null | undefined
  readonly citations?: CapabilitySupport | null | undefined
  readonly code_execution?: CapabilitySupport | null | undefined
  readonly context_management?: ContextManagementCapability | null | undefined
  readonly effort?: EffortCapability | null | undefined
  readonly image_input?: CapabilitySupport | null | undefined
  readonly pdf_input?: CapabilitySupport | null | undefined
  readonly server_tools?: ServerToolsCapability | null | undefined
  readonly structured_outputs?: CapabilitySupport | null | undefined
  readonly thinking?: ThinkingCapability | null | undefined
}

/**
 * Schema of `ModelCapabilities`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ModelCapabilities = struct<ModelCapabilities>("ModelCapabilities", () => ({
  batch: optionalNull(CapabilitySupport),
  citations: optionalNull(CapabilitySupport),
  code_execution: optionalNull(CapabilitySupport),
  context_management: optionalNull(ContextManagementCapability),
  effort: optionalNull(EffortCapability),
  image_input: optionalNull(CapabilitySupport),
  pdf_input: optionalNull(CapabilitySupport),
  server_tools: optionalNull(ServerToolsCapability),
  structured_outputs: optionalNull(CapabilitySupport),
  thinking: optionalNull(ThinkingCapability)
}))

/**
 * Where a model is in its life.
 *
 * @since 0.1.0
 * @category models
 */
export type ModelLifecycle = "active" | "deprecated" | "retired" | (string & {})

/**
 * Schema of `ModelLifecycle`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ModelLifecycle = openString<ModelLifecycle>("ModelLifecycle")

/**
 * The line that a model belongs to.
 *
 * @since 0.1.0
 * @category models
 */
export type ModelLine = "haiku" | "sonnet" | "opus" | "fable" | "mythos" | (string & {})

/**
 * Schema of `ModelLine`: any string.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ModelLine = openString<ModelLine>("ModelLine")

/**
 * A model, as `/v1/models` tells it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelInfo {
  readonly id: string
  readonly type: "model"
  readonly display_name: string
  /** RFC 3339. */
  readonly created_at: string
  readonly lifecycle?: ModelLifecycle | null | undefined
  readonly line?: ModelLine | null | undefined
  /** RFC 3339. */
  readonly deprecated_at?: string | null | undefined
  /** RFC 3339. */
  readonly retires_at?: string | null | undefined
  readonly max_input_tokens?: number | null | undefined
  /** The largest `max_tokens` of a request. */
  readonly max_tokens?: number | null | undefined
  readonly capabilities?: ModelCapabilities | null | undefined
}

/**
 * Schema of `ModelInfo`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ModelInfo = struct<ModelInfo>("ModelInfo", () => ({
  id: Schema.String,
  type: Schema.Literal("model"),
  display_name: Schema.String,
  created_at: Schema.String,
  lifecycle: optionalNull(ModelLifecycle),
  line: optionalNull(ModelLine),
  deprecated_at: optionalNull(Schema.String),
  retires_at: optionalNull(Schema.String),
  max_input_tokens: optionalNull(Schema.Number),
  max_tokens: optionalNull(Schema.Number),
  capabilities: optionalNull(ModelCapabilities)
}))

/**
 * Checks what `/v1/models` says of a model and hands it on; `Left` says in one line why it is none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromWire: (input: unknown) => Either.Either<Decoded<ModelInfo>, string> = wire.fromWire(ModelInfo)
