/**
 * Rules about the parameters of a request.
 */
import { isObject } from "../check.js"
import type { Finding, Rule, View } from "./rule.js"
import { arrayOf, finding } from "./rule.js"

const messagesApi = "Messages API reference"

const model: Rule = {
  id: "model-empty",
  summary: "`model` is not empty.",
  source: messagesApi,
  example: `{ model: "" }`,
  remedy: "Name a model, such as claude-opus-5-5.",
  check: ({ request }) => (request["model"] === "" ? [finding(["model"], "the model is an empty string")] : [])
}

const maxTokens: Rule = {
  id: "max-tokens",
  summary: "`max_tokens` is a whole number, `0` or more; `0` fills the prompt cache alone.",
  source: messagesApi,
  example: `{ max_tokens: -1 }`,
  remedy: "Give a whole number from 0 up to the model's limit.",
  check: ({ request }) => {
    const value = request["max_tokens"]
    return typeof value !== "number" || (Number.isSafeInteger(value) && value >= 0)
      ? []
      : [finding(["max_tokens"], "expected a whole number of 0 or more, found another number")]
  }
}

const budgetOf = ({ request }: View): number | undefined => {
  const thinking = request["thinking"]
  if (!isObject(thinking) || thinking["type"] !== "enabled") return undefined
  return typeof thinking["budget_tokens"] === "number" ? thinking["budget_tokens"] : undefined
}

const budgetPath = ["thinking", "budget_tokens"]

const budgetMinimum: Rule = {
  id: "thinking-budget-minimum",
  summary: "`thinking.budget_tokens` is a whole number of at least 1,024.",
  source: "Messages API reference: `thinking`",
  example: `{ thinking: { type: "enabled", budget_tokens: 100 } }`,
  remedy: 'Give at least 1024, or let the model decide with { type: "adaptive" } where it is supported.',
  check: (view) => {
    const budget = budgetOf(view)
    return budget === undefined || (Number.isSafeInteger(budget) && budget >= 1024)
      ? []
      : [finding(budgetPath, "expected a whole number of at least 1024, found another number")]
  }
}

const budgetMaximum: Rule = {
  id: "thinking-budget-maximum",
  summary: "`thinking.budget_tokens` is below `max_tokens`.",
  source: "Messages API reference: `thinking`",
  example: `{ max_tokens: 2048, thinking: { type: "enabled", budget_tokens: 2048 } }`,
  remedy: "Raise max_tokens above the budget, or lower the budget: thinking counts towards max_tokens.",
  check: (view) => {
    const budget = budgetOf(view)
    const limit = view.request["max_tokens"]
    return budget === undefined || typeof limit !== "number" || budget < limit
      ? []
      : [finding(budgetPath, "the thinking budget is not below max_tokens")]
  }
}

const samplingNames = ["temperature", "top_p", "top_k"]

const sampling: Rule = {
  id: "sampling-parameters",
  summary: "`temperature`, `top_p` and `top_k` are gone since API version 2026-10-21.",
  source: "API version 2026-10-21",
  example: `{ temperature: 0.5 }`,
  remedy: "Leave it out, and steer the answer by the prompt or output_config.effort.",
  check: ({ apiVersion, request }) =>
    apiVersion < "2026-10-21"
      ? []
      : samplingNames
          .filter((name) => request[name] !== undefined)
          .map((name) => finding([name], "this field is not accepted since API version 2026-10-21"))
}

const stopSequences: Rule = {
  id: "stop-sequence-blank",
  summary: "Each of `stop_sequences` has a character that is not white space.",
  source: "API error: stop sequences must contain non-whitespace",
  example: `{ stop_sequences: [""] }`,
  remedy: "Leave it out, or add a visible character to it.",
  check: ({ request }) =>
    arrayOf(request["stop_sequences"]).flatMap((value, index): ReadonlyArray<Finding> =>
      typeof value === "string" && value.trim() === ""
        ? [finding(["stop_sequences", index], "the stop sequence is blank")]
        : []
    )
}

const formatTwice: Rule = {
  id: "output-format-twice",
  summary: "The form of the answer is said once: in `output_config.format` or in the older `output_format`.",
  source: "Structured outputs",
  example: `{ output_format: { … }, output_config: { format: { … } } }`,
  remedy: "Keep output_config.format alone.",
  check: ({ request }) =>
    isObject(request["output_format"])
    && isObject(request["output_config"])
    && isObject(request["output_config"]["format"])
      ? [finding(["output_format"], "output_config.format is given too")]
      : []
}

const compaction: Rule = {
  id: "compaction-with-context-management",
  summary: "`compaction` and `context_management` do not go together.",
  source: "Messages API reference: `compaction`",
  example: `{ compaction: { type: "summarize" }, context_management: { edits: [] } }`,
  remedy: "Send the compaction as a request of its own.",
  check: ({ request }) =>
    isObject(request["compaction"]) && isObject(request["context_management"])
      ? [finding(["compaction"], "context_management is given too")]
      : []
}

export const parameterRules: ReadonlyArray<Rule> = [
  model,
  maxTokens,
  budgetMinimum,
  budgetMaximum,
  sampling,
  stopSequences,
  formatTwice,
  compaction
]
