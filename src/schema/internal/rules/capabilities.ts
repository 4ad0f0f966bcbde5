/**
 * Rules that depend on the model: what it supports, as `/v1/models` tells it.
 */
import type { CapabilitySupport, ModelInfo } from "../../Model.js"
import { isObject } from "../check.js"
import type { Finding, Rule, View } from "./rule.js"
import { finding } from "./rule.js"

type Support = CapabilitySupport | null | undefined

/** What is not told may well be supported. */
const refused = (support: Support): boolean => support?.supported === false

const fieldOf = (view: View, field: string, key: string): string | undefined => {
  const value = view.request[field]
  const found = isObject(value) ? value[key] : undefined
  return typeof found === "string" ? found : undefined
}

type ModelRule = Omit<Rule, "check"> & {
  readonly check: (view: View, model: ModelInfo) => ReadonlyArray<Finding>
}

const source = "Models API: `capabilities`"

const named = (supports: object | null | undefined, name: string | undefined): Support => {
  const entry = Object.entries(supports ?? {}).find(([key]) => key === name)?.[1]
  return isObject(entry) && typeof entry["supported"] === "boolean" ? { supported: entry["supported"] } : undefined
}

const maxTokens: ModelRule = {
  id: "model-max-tokens",
  summary: "`max_tokens` is at most the model's own limit.",
  source: "Models API: `max_tokens`",
  example: "{ max_tokens: 1000000 }",
  remedy: "Lower max_tokens to the model's limit.",
  check: ({ request }, model) =>
    typeof request["max_tokens"] === "number"
    && typeof model.max_tokens === "number"
    && request["max_tokens"] > model.max_tokens
      ? [finding(["max_tokens"], "max_tokens is above the model's limit")]
      : []
}

const thinking: ModelRule = {
  id: "model-thinking",
  summary: "The model takes this kind of `thinking`.",
  source,
  example: `{ thinking: { type: "enabled", budget_tokens: 2048 } } for a model that takes "adaptive" alone`,
  remedy: "Give a kind of thinking that the model takes, or none.",
  check: (view, model) =>
    refused(named(model.capabilities?.thinking?.types, fieldOf(view, "thinking", "type")))
      ? [finding(["thinking", "type"], "the model does not take this kind of thinking")]
      : []
}

const effort: ModelRule = {
  id: "model-effort",
  summary: "The model takes this `output_config.effort`.",
  source,
  example: `{ output_config: { effort: "xhigh" } } for a model that does not know it`,
  remedy: "Give a level that the model takes, or none.",
  check: (view, model) => {
    const given = fieldOf(view, "output_config", "effort")
    return given !== undefined
      && (refused(model.capabilities?.effort) || refused(named(model.capabilities?.effort, given)))
      ? [finding(["output_config", "effort"], "the model does not take this level of effort")]
      : []
  }
}

const structured: ModelRule = {
  id: "model-structured-outputs",
  summary: "The model supports `output_config.format`.",
  source,
  example: "{ output_config: { format: { … } } } for a model without structured outputs",
  remedy: "Ask for JSON in the prompt, or use another model.",
  check: ({ request }, model) =>
    isObject(request["output_config"])
    && isObject(request["output_config"]["format"])
    && refused(model.capabilities?.structured_outputs)
      ? [finding(["output_config", "format"], "the model does not support structured outputs")]
      : []
}

const input: ModelRule = {
  id: "model-input",
  summary: "The model reads images and PDFs, where the request holds them.",
  source,
  example: `{ type: "image", … } for a model that reads text alone`,
  remedy: "Leave it out, or use another model.",
  check: ({ allBlocks }, model) =>
    allBlocks
      .filter(
        ({ type, value }) =>
          (type === "image" && refused(model.capabilities?.image_input))
          || (type === "document"
            && isObject(value["source"])
            && value["source"]["media_type"] === "application/pdf"
            && refused(model.capabilities?.pdf_input))
      )
      .map((block) => finding(block.path, "the model does not read this kind of input"))
}

const serverTools: ModelRule = {
  id: "model-server-tool",
  summary: "The model can use these server tools.",
  source,
  example: `{ tools: [{ type: "web_search_20260318", name: "web_search" }] } for a model without web search`,
  remedy: "Leave the tool out, or use another model.",
  check: ({ tools }, model) => {
    const supports = model.capabilities?.server_tools
    return tools
      .filter(
        ({ type = "" }) =>
          (type.startsWith("web_search_") && refused(supports?.web_search))
          || (type.startsWith("code_execution_")
            && (refused(supports?.code_execution) || refused(model.capabilities?.code_execution)))
      )
      .map((tool) => finding(tool.path, "the model cannot use this server tool"))
  }
}

export const capabilityRules: ReadonlyArray<ModelRule> = [maxTokens, thinking, effort, structured, input, serverTools]
