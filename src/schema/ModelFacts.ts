/**
 * What is known of models by their ids, without asking the API.
 *
 * @since 0.1.0
 */
import type { KnownModel, KnownModelId } from "./internal/knownModels.js"
import { knownModels, newest, retiredBelow } from "./internal/knownModels.js"

export type {
  /**
   * The ids that were known when this version was made.
   *
   * @since 0.1.0
   * @category models
   */
  KnownModelId
} from "./internal/knownModels.js"

const isKnown = (id: string): id is KnownModelId => Object.hasOwn(knownModels, id)

const isLine = (line: string): line is KnownModel["line"] => Object.hasOwn(newest, line)

/**
 * What is known of a model by its id alone.
 *
 * @since 0.1.0
 * @category models
 */
export interface ModelFacts {
  /** The line that the model belongs to. */
  readonly line: KnownModel["line"]
  /** Major and minor, such as `[4, 5]`. */
  readonly version: readonly [major: number, minor: number]
  /** Models of one group draw on the same rate limits. */
  readonly limitGroup: string
  /** `retired` models are gone; `deprecated` ones go at `endOfLife`. */
  readonly lifecycle: "active" | "deprecated" | "retired"
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

// As the API spells them, and as clouds do: `us.anthropic.claude-opus-4-...-v1:0`, `claude-opus-4@20250514`. Models up
// to version 3 have the line last: `claude-3-5-sonnet-latest`.
const suffix = "(?:[-@]\\d{8})?(?:-v\\d+)?(?:-latest|-v\\d+(?::\\d+)?)?$"
const newIds = new RegExp(`claude-(haiku|sonnet|opus|fable|mythos)-(\\d{1,2})(?:[-.](\\d{1,2}))?${suffix}`)
const oldIds = new RegExp(`claude-(\\d{1,2})(?:-(\\d{1,2}))?-(haiku|sonnet|opus)${suffix}`)

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
export const facts = (model: string): ModelFacts | undefined => {
  if (isKnown(model)) {
    return factsOf(knownModels[model])
  }
  const parsed = parse(model)
  if (parsed === undefined) {
    return undefined
  }
  const twin = Object.values<KnownModel>(knownModels).find(
    (known) =>
      known.line === parsed.line && known.version[0] === parsed.version[0] && known.version[1] === parsed.version[1]
  )
  if (twin !== undefined) {
    return factsOf(twin)
  }
  const alive = retiredBelow[parsed.line]
  return alive === undefined || isNewerOrSame(parsed.version, alive)
    ? undefined
    : {
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
export const successorOf = (model: string): KnownModelId | undefined => facts(model)?.successor

/**
 * When a deprecated model goes (`YYYY-MM-DD`, where it is known) and what to use in its place; `undefined` for a model
 * that stays, or is not known.
 *
 * @since 0.1.0
 * @category models
 */
export const deprecationOf = (
  model: string
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
export const supportsPrefill = (model: string): boolean => {
  const known = facts(model)
  return known !== undefined && isNewerOrSame([4, 5], known.version)
}

/**
 * The name under which a model draws on rate limits: some models share one. A model that is not known is its own.
 *
 * @since 0.1.0
 * @category models
 */
export const limitGroupOf = (model: string): string => facts(model)?.limitGroup ?? model
