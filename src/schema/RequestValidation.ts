/**
 * Requests are checked before a byte is sent: their types, and the rules that the API would answer 400 to.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import * as Check from "./internal/check.js"
import { whyUnreadable } from "./internal/unreadable.js"
import { shapeOf } from "./internal/shape.js"
import { toWire } from "./internal/wire.js"
import { blockRules } from "./internal/rules/blocks.js"
import { capabilityRules } from "./internal/rules/capabilities.js"
import { cachingRules } from "./internal/rules/caching.js"
import { conversationRules } from "./internal/rules/conversation.js"
import { encodingRules } from "./internal/rules/encoding.js"
import { outputSchemaRules } from "./internal/rules/outputSchema.js"
import { parameterRules } from "./internal/rules/parameters.js"
import type { Rule as CheckedRule } from "./internal/rules/rule.js"
import { makeView } from "./internal/rules/rule.js"
import { sourceRules } from "./internal/rules/sources.js"
import { toolRules } from "./internal/rules/tools.js"
import { MessageRequest } from "./MessageRequest.js"
import type { ModelInfo } from "./Model.js"
import { TokenCountRequest } from "./TokenCount.js"

/**
 * What is wrong with a request, and where.
 *
 * `rule` is a stable id out of `rules`. `message` names the type of what was found, never its value: prompts are not
 * for logs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Issue {
  readonly path: ReadonlyArray<string | number>
  readonly rule: string
  readonly message: string
  readonly remedy: string
}

/**
 * How much is checked: `"strict"`, types and rules; `"shape"`, types alone; `"off"`, nothing.
 *
 * @since 0.1.0
 * @category models
 */
export type Level = "strict" | "shape" | "off"

/**
 * A rule, as people read it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rule {
  /** Stable, in kebab-case. */
  readonly id: string
  readonly summary: string
  /** Where the rule is stated. */
  readonly source: string
  /** What breaks it, as a fragment of a request. */
  readonly example: string
}

/**
 * The largest body that the API takes for messages and token counts, in bytes: 32 MB. Source: the API's page on
 * errors. It can be checked once a request is encoded, and is no part of `validate`.
 *
 * @since 0.1.0
 * @category configuration
 */
export const maxBodyBytes = 32 * 1024 * 1024

/**
 * How long an answer may take to come in one piece, in seconds. Source: the API's page on errors; beyond it, the API
 * asks for a stream.
 *
 * @since 0.1.0
 * @category configuration
 */
export const maxUnarySeconds = 600

const shapeRule = {
  id: "shape",
  summary: "Every known field is of its type, and the required ones are there.",
  source: "Messages API reference",
  example: `{ max_tokens: "1024" }`,
  remedy: "Give the field a value of the expected type."
}

const longUnaryRule = {
  id: "long-unary",
  summary: "An answer in one piece is not expected to take more than 10 minutes: 3,600 s × `max_tokens` / 128,000.",
  source: "Errors: long requests",
  example: "{ max_tokens: 32000 } in a call that does not stream",
  remedy: "Use Resumable.create or Claude.stream, lower max_tokens, or give a headers timeout of your own."
}

const bodySizeRule = {
  id: "body-size",
  summary: "The encoded request has at most 32 MB.",
  source: "Errors: request size limits",
  example: "{ messages: [ /* 40 MB of images */ ] }"
}

const checked: ReadonlyArray<CheckedRule> = [
  ...parameterRules,
  ...conversationRules,
  ...blockRules,
  ...sourceRules,
  ...toolRules,
  ...cachingRules,
  ...outputSchemaRules,
  ...encodingRules
]

/**
 * All rules. `shape` is the one that the level `"shape"` checks too; those on what a model supports
 * (source "Models API") are for `validateFor`, `long-unary` is for `longUnary`, and `body-size` for whoever encodes the
 * request.
 *
 * @since 0.1.0
 * @category models
 */
export const rules: ReadonlyArray<Rule> = [shapeRule, ...checked, ...capabilityRules, longUnaryRule, bodySizeRule].map(
  ({ example, id, source, summary }) => ({ id, summary, source, example })
)

const latestVersion = "2026-10-21"

const looking = (request: unknown, look: () => ReadonlyArray<Issue>): ReadonlyArray<Issue> => {
  const unreadable = whyUnreadable(request)
  return unreadable === undefined ? look() : [unreadable]
}

const run = (
  schema: Schema.Schema.Any,
  request: unknown,
  level: Level,
  options: { readonly apiVersion?: string | undefined } | undefined
): ReadonlyArray<Issue> =>
  level === "off" ? [] : looking(request, () => issuesOf(schema, request, level, options?.apiVersion))

const issuesOf = (
  schema: Schema.Schema.Any,
  request: unknown,
  level: Level,
  apiVersion: string | undefined
): ReadonlyArray<Issue> => {
  const check = Check.make("request")
  Check.run(check, shapeOf(schema), request, true)
  const shapes = check.faults.map((fault): Issue => ({
    path: fault.path,
    rule: shapeRule.id,
    message: Check.formatFault(fault),
    remedy: shapeRule.remedy
  }))
  const body = level === "strict" ? toWire(schema)(request) : undefined
  return Check.isObject(body) ? [...shapes, ...broken(body, apiVersion ?? latestVersion)] : shapes
}

const broken = (body: { readonly [key: string]: unknown }, apiVersion: string): ReadonlyArray<Issue> => {
  const view = makeView(body, apiVersion)
  return checked.flatMap((rule) =>
    rule.check(view).map(({ message, path }) => ({ path, rule: rule.id, message, remedy: rule.remedy }))
  )
}

/**
 * Everything that is wrong with a request for an answer; empty where nothing is.
 *
 * Fields that are not known, and blocks, tools and other tagged things of an unknown `type`, pass. `apiVersion`
 * (2026-10-21 by default) decides on rules that came with a version.
 *
 * @example
 * ```ts
 * import { RequestValidation } from "effect-claude"
 *
 * RequestValidation.validate({ model: "claude-opus-5-5", max_tokens: 1024, messages: [] }, "strict")
 * // [{ path: ["messages"], rule: "messages-empty", ... }]
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const validate = (
  request: unknown,
  level: Level = "strict",
  options?: { readonly apiVersion?: string | undefined }
): ReadonlyArray<Issue> => run(MessageRequest, request, level, options)

/**
 * Everything that is wrong with a request to count tokens; as `validate`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const validateTokenCount = (
  request: unknown,
  level: Level = "strict",
  options?: { readonly apiVersion?: string | undefined }
): ReadonlyArray<Issue> => run(TokenCountRequest, request, level, options)

/**
 * What a model does not support of a request, by what `/v1/models` says of it; what it does not say passes. This comes
 * on top of `validate`, for those who look the model up first.
 *
 * @since 0.1.0
 * @category combinators
 */
export const validateFor = (request: unknown, model: ModelInfo): ReadonlyArray<Issue> =>
  looking(request, () => unsupported(request, model))

const unsupported = (request: unknown, model: ModelInfo): ReadonlyArray<Issue> => {
  const body = toWire(MessageRequest)(request)
  if (!Check.isObject(body)) {
    return []
  }
  const view = makeView(body, latestVersion)
  return capabilityRules.flatMap((rule) =>
    rule.check(view, model).map(({ message, path }) => ({ path, rule: rule.id, message, remedy: rule.remedy }))
  )
}

/**
 * What is wrong with asking for so many tokens in one piece: such an answer may take longer than the 10 minutes that
 * connections, proxies and the API itself allow. Empty up to 21,333 tokens. Source: the API's page on errors, which
 * reckons 3,600 s for 128,000 tokens.
 *
 * @since 0.1.0
 * @category combinators
 */
export const longUnary = (max_tokens: number): ReadonlyArray<Issue> =>
  (3600 * max_tokens) / 128_000 <= maxUnarySeconds || !Number.isFinite(max_tokens)
    ? []
    : [
        {
          path: ["max_tokens"],
          rule: longUnaryRule.id,
          message: "an answer of so many tokens is expected to take more than 10 minutes in one piece",
          remedy: longUnaryRule.remedy
        }
      ]
