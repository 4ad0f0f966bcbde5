import { conversationChecks } from "./conversationChecks.js"
import type { Json } from "./json.js"
import { isArray, isObject, objects, textOf } from "./json.js"
import type { Model } from "./models.js"
import * as models from "./models.js"
import type { Rejection } from "./rejection.js"
import { invalid, rejection } from "./rejection.js"
import type { Check } from "./rule.js"

const required: Check = (body, { counting }) => {
  for (const field of counting ? ["messages"] : ["max_tokens", "messages"]) {
    if (body[field] === undefined) return `${field}: Field required`
  }
  return undefined
}

const maxTokens: Check = (body, { counting, model }) => {
  const value = body["max_tokens"]
  if (counting || value === undefined) return undefined
  if (typeof value !== "number" || !Number.isInteger(value)) return "max_tokens: Input should be a valid integer"
  if (value < 0) return "max_tokens: Input should be greater than or equal to 0"
  return value <= model.maxTokens
    ? undefined
    : `max_tokens: ${value} > ${model.maxTokens}, which is the maximum allowed number of output tokens for ${model.id}`
}

// Since API version 2026-10-21 the sampling parameters are gone; before, models after Opus 4.6 refused them.
const sampling: Check = (body, { apiVersion, model }) => {
  const field = ["temperature", "top_p", "top_k"].find((name) => body[name] !== undefined)
  if (field === undefined) return undefined
  if (apiVersion === "2026-10-21") return `${field}: Extra inputs are not permitted`
  return model.version > 4.6 ? `\`${field}\` is deprecated for this model.` : undefined
}

const thinkingType: Check = (body, { model }) => {
  const config = body["thinking"]
  if (config === undefined || config === null) return undefined
  const type = isObject(config) ? config["type"] : undefined
  if (type === "enabled" && !model.thinking.enabled) {
    const remedy = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
    return `"thinking.type.enabled" is not supported for this model. ${remedy}`
  }
  if (type === "adaptive" && !model.thinking.adaptive) return "adaptive thinking is not supported on this model"
  if (type === "disabled" && !model.thinking.disabled) {
    return '"thinking.type.disabled" is not supported for this model.'
  }
  return ["enabled", "adaptive", "disabled", "between_tools"].includes(textOf(type))
    ? undefined
    : "thinking: Input tag does not match any of the expected tags: 'enabled', 'adaptive', 'disabled', 'between_tools'"
}

const thinkingBudget: Check = (body) => {
  const config = body["thinking"]
  if (!isObject(config) || config["type"] !== "enabled") return undefined
  const budget = config["budget_tokens"]
  if (typeof budget !== "number") return "thinking.enabled.budget_tokens: Field required"
  if (budget < 1024) return "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024"
  const limit = body["max_tokens"]
  return typeof limit === "number" && budget >= limit
    ? "`max_tokens` must be greater than `thinking.budget_tokens`."
    : undefined
}

const forcedTool: Check = (body) => {
  const choice = body["tool_choice"]
  if (!isObject(choice)) return undefined
  if (objects(body["tools"]).length === 0) return "tool_choice: may only be specified while providing tools"
  const forced = choice["type"] === "any" || choice["type"] === "tool"
  const thinking = body["thinking"]
  if (forced && isObject(thinking) && (thinking["type"] === "enabled" || thinking["type"] === "adaptive")) {
    return "Thinking may not be enabled when tool_choice forces tool use."
  }
  const known = objects(body["tools"]).some((tool) => tool["name"] === choice["name"])
  if (choice["type"] !== "tool" || known) return undefined
  return `Tool '${textOf(choice["name"])}' not found in provided tools`
}

const toolNames: Check = (body) => {
  const names = objects(body["tools"])
    .map((tool) => tool["name"])
    .filter((name) => name !== undefined)
  if (new Set(names).size !== names.length) return "tools: Tool names must be unique."
  const at = objects(body["tools"]).findIndex(
    (tool) => (tool["type"] === undefined || tool["type"] === "custom") && !isObject(tool["input_schema"])
  )
  return at < 0 ? undefined : `tools.${at}.custom.input_schema: Field required`
}

const domains: Check = (body) => {
  const at = objects(body["tools"]).findIndex(
    (tool) =>
      textOf(tool["type"]).startsWith("web_search_")
      && isArray(tool["allowed_domains"])
      && isArray(tool["blocked_domains"])
  )
  return at < 0 ? undefined : `tools.${at}: Only one of \`allowed_domains\` and \`blocked_domains\` may be specified.`
}

const stopSequences: Check = (body) => {
  const value = body["stop_sequences"]
  if (value === undefined || value === null) return undefined
  if (!isArray(value)) return "stop_sequences: Input should be a valid list"
  const at = value.findIndex((text) => typeof text !== "string")
  if (at >= 0) return `stop_sequences.${at}: Input should be a valid string`
  const blank = value.some((text) => textOf(text).trim() === "")
  return blank ? "stop_sequences: each stop sequence must contain non-whitespace" : undefined
}

/** The first object in a schema that is open to other properties, by its path. */
const openObject = (schema: unknown, path: string): string | undefined => {
  if (!isObject(schema)) return undefined
  if (schema["type"] === "object" && schema["additionalProperties"] !== false) return path
  const properties = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : []
  const inner = [...properties, ["items", schema["items"]] as const]
  return inner.map(([name, value]) => openObject(value, `${path}.${name}`)).find((found) => found !== undefined)
}

const outputSchema: Check = (body) => {
  const config = body["output_config"]
  const format = isObject(config) ? config["format"] : undefined
  if (!isObject(format)) return undefined
  if (!isObject(format["schema"])) return "output_config.format.schema: Field required"
  const found = openObject(format["schema"], "output_config.format.schema")
  return found === undefined
    ? undefined
    : `${found}: For 'object' type, 'additionalProperties' must be explicitly set to false`
}

const checks: ReadonlyArray<Check> = [
  required,
  maxTokens,
  sampling,
  thinkingType,
  thinkingBudget,
  toolNames,
  domains,
  forcedTool,
  stopSequences,
  outputSchema,
  ...conversationChecks
]

/** What came of the checks: a body that may go to its model, or the answer that the API would give. */
export type Checked =
  | { readonly kind: "accepted"; readonly model: Model; readonly body: Json }
  | (Rejection & { readonly kind: "rejection" })

const no = (rejected: Rejection): Checked => ({ ...rejected, kind: "rejection" })

/**
 * Holds a body against the rules of the API. Like the API, it names the first thing that is wrong.
 *
 * @internal
 */
export const check = (body: unknown, apiVersion: string, counting: boolean): Checked => {
  if (!isObject(body)) return no(invalid("The request body is not valid JSON: expected an object"))
  const id = body["model"]
  if (id === undefined) return no(invalid("model: Field required"))
  if (typeof id !== "string") return no(invalid("model: Input should be a valid string"))
  const model = models.find(id)
  if (model === undefined || models.isRetired(model)) return no(rejection(404, "not_found_error", `model: ${id}`))
  for (const rule of checks) {
    const found = rule(body, { apiVersion, counting, model })
    if (found !== undefined) return no(invalid(found))
  }
  return { body, kind: "accepted", model }
}
