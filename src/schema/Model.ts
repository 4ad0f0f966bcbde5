/**
 * Models: what the API tells of them, and what is known of them without asking.
 *
 * @since 0.1.0
 */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { openString, optionalNull, struct } from "./internal/struct.js"
import type { KnownModel, KnownModelId } from "./internal/knownModels.js"
import { knownModels, newest, retiredBelow } from "./internal/knownModels.js"
import * as wire from "./internal/wire.js"
import type { Decoded } from "./SchemaWarning.js"

export type {
  /**
   * The ids that were known when this version was made.
   *
   * @since 0.1.0
   * @category models
   */
  KnownModelId
} from "./internal/knownModels.js"

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
export const ModelId: Schema.Schema<ModelId> = openString<ModelId>("ModelId")

const isKnown = (id: string): id is KnownModelId => Object.hasOwn(knownModels, id)

const isLine = (line: string): line is KnownModel["line"] => Object.hasOwn(newest, line)

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
export const CapabilitySupport: Schema.Schema<CapabilitySupport> = struct<CapabilitySupport>("CapabilitySupport", {
  supported: Schema.Boolean
})

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
export const ContextManagementCapability: Schema.Schema<ContextManagementCapability> = struct<ContextManagementCapability>("ContextManagementCapability", {
  supported: Schema.Boolean,
  clear_thinking_20251015: optionalNull(CapabilitySupport),
  clear_tool_uses_20250919: optionalNull(CapabilitySupport),
  compact_20260112: optionalNull(CapabilitySupport)
})

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
export const EffortCapability: Schema.Schema<EffortCapability> = struct<EffortCapability>("EffortCapability", {
  supported: Schema.Boolean,
  low: optionalNull(CapabilitySupport),
  medium: optionalNull(CapabilitySupport),
  high: optionalNull(CapabilitySupport),
  xhigh: optionalNull(CapabilitySupport),
  max: optionalNull(CapabilitySupport)
})

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
export const ServerToolsCapability: Schema.Schema<ServerToolsCapability> = struct<ServerToolsCapability>("ServerToolsCapability", {
  supported: Schema.Boolean,
  code_execution: optionalNull(CapabilitySupport),
  web_search: optionalNull(CapabilitySupport)
})

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
export const ThinkingTypes: Schema.Schema<ThinkingTypes> = struct<ThinkingTypes>("ThinkingTypes", {
  adaptive: optionalNull(CapabilitySupport),
  between_tools: optionalNull(CapabilitySupport),
  disabled: optionalNull(CapabilitySupport),
  enabled: optionalNull(CapabilitySupport)
})

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
export const ThinkingCapability: Schema.Schema<ThinkingCapability> = struct<ThinkingCapability>("ThinkingCapability", {
  supported: Schema.Boolean,
  types: optionalNull(ThinkingTypes)
})

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
export const ModelCapabilities: Schema.Schema<ModelCapabilities> = struct<ModelCapabilities>("ModelCapabilities", {
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
})

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
export const ModelLifecycle: Schema.Schema<ModelLifecycle> = openString<ModelLifecycle>("ModelLifecycle")

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
export const ModelLine: Schema.Schema<ModelLine> = openString<ModelLine>("ModelLine")

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
export const ModelInfo: Schema.Schema<ModelInfo> = struct<ModelInfo>("ModelInfo", {
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
})

/**
 * Checks what `/v1/models` says of a model and hands it on; `Left` says in one line why it is none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromWire: (input: unknown) => Either.Either<Decoded<ModelInfo>, string> = wire.fromWire(ModelInfo)

/**
 * What is known of a model by its id alone.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelFacts {
  /** The line that the model belongs to. */
  readonly line: ModelLine
  /** Major and minor, such as `[4, 5]`. */
  readonly version: readonly [major: number, minor: number]
  /** Models of one group draw on the same rate limits. */
  readonly limitGroup: string
  /** `retired` models are gone; `deprecated` ones go at `endOfLife`. */
  readonly lifecycle: ModelLifecycle
  /** The day on which the model goes, as `YYYY-MM-DD`; only where the model is deprecated and the day is known. */
  readonly endOfLife?: string | undefined
  /** What to use in its place; only for models that are deprecated or retired. */
  readonly successor?: KnownModelId | undefined
}

/**
 * The ids that were known when this version was made, without those of models that are gone.
 *
 * @since 0.1.0
 * @category models
 */
export const knownModelIds: ReadonlyArray<KnownModelId> = Object.keys(knownModels).filter(isKnown)

const isNewerOrSame = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] !== b[0] ? a[0] > b[0] : a[1] >= b[1]

const factsOf = (known: KnownModel): ModelFacts => ({
  line: known.line,
  version: known.version,
  limitGroup: known.limitGroup,
  lifecycle: known.endOfLife === undefined ? "active" : "deprecated",
  ...(known.endOfLife === undefined ? {} : { endOfLife: known.endOfLife, successor: newest[known.line] })
})

// `claude-opus-4-1-20250805`, `claude-3-5-sonnet-latest`, and as clouds spell them: `us.anthropic.claude-opus-4-...-v1:0`,
// `claude-opus-4@20250514`.
const newIds = /claude-(haiku|sonnet|opus|fable|mythos)-(\d{1,2})(?:[-.](\d{1,2}))?(?:[-@]\d{8})?(?:-latest|-v\d+(?::\d+)?)?$/
const oldIds = /claude-(\d{1,2})(?:-(\d{1,2}))?-(haiku|sonnet|opus)(?:[-@]\d{8})?(?:-v\d+)?(?:-latest|-v\d+(?::\d+)?)?$/

const parse = (id: string): { readonly line: KnownModel["line"]; readonly version: [number, number] } | undefined => {
  const [, newLine, newMajor, newMinor] = newIds.exec(id) ?? []
  const [, oldMajor, oldMinor, oldLine] = oldIds.exec(id) ?? []
  const line = newLine ?? oldLine
  const major = newMajor ?? oldMajor
  return line === undefined || major === undefined || !isLine(line)
    ? undefined
    : { line, version: [Number(major), Number(newMinor ?? oldMinor ?? 0)] }
}

/**
 * What is known of a model by its id, without asking the API; `undefined` for a model that is not known.
 *
 * Ids as clouds spell them (a prefix, a suffix for the version) and ids of models that are gone are understood.
 * Source: the official SDK 1.12.0, and the API's pages on rate limits and model deprecations of November 2026.
 *
 * @example
 * ```ts
 * import { Model } from "effect-claude"
 *
 * Model.facts("claude-sonnet-4-5")?.endOfLife // "2026-11-30"
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export const facts = (model: ModelId): ModelFacts | undefined => {
  if (isKnown(model)) {
    return factsOf(knownModels[model])
  }
  const parsed = parse(model)
  if (parsed === undefined) {
    return undefined
  }
  const twin = Object.values<KnownModel>(knownModels).find((known) =>
    known.line === parsed.line && known.version[0] === parsed.version[0] && known.version[1] === parsed.version[1]
  )
  if (twin !== undefined) {
    return factsOf(twin)
  }
  const alive = retiredBelow[parsed.line]
  return alive === undefined || isNewerOrSame(parsed.version, alive) ? undefined : {
    ...parsed,
    limitGroup: `${parsed.line}-${parsed.version.join("-")}`,
    lifecycle: "retired",
    successor: newest[parsed.line]
  }
}

/**
 * What to use in place of a model that is deprecated or gone; `undefined` for all others.
 *
 * @since 0.1.0
 * @category models
 */
export const successorOf = (model: ModelId): KnownModelId | undefined => facts(model)?.successor

/**
 * When a deprecated model goes (`YYYY-MM-DD`, where it is known) and what to use in its place; `undefined` for a model
 * that stays, or is not known.
 *
 * @since 0.1.0
 * @category models
 */
export const deprecationOf = (
  model: ModelId
): { readonly endOfLife: string | undefined; readonly successor: KnownModelId | undefined } | undefined => {
  const known = facts(model)
  return known === undefined || known.lifecycle === "active"
    ? undefined
    : { endOfLife: known.endOfLife, successor: known.successor }
}

/**
 * Whether a model goes on from an assistant message that stands last: Haiku, Sonnet and Opus up to 4.5, without
 * thinking. Models that are not known are said not to.
 *
 * @since 0.1.0
 * @category guards
 */
export const supportsPrefill = (model: ModelId): boolean => {
  const known = facts(model)
  return known !== undefined && isNewerOrSame([4, 5], known.version)
}

/**
 * The name under which a model draws on rate limits: some models share one. A model that is not known is its own.
 *
 * @since 0.1.0
 * @category models
 */
export const limitGroupOf = (model: ModelId): string => facts(model)?.limitGroup ?? model
