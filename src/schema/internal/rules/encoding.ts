/**
 * Rules about what JSON can carry.
 */
import type { Finding, Rule } from "./rule.js"
import { finding } from "./rule.js"

const inJson = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "bigint":
    case "function":
    case "symbol":
      return `JSON has no ${typeof value}`
    case "number":
      return Number.isFinite(value) ? undefined : "the number is not finite"
    default:
      return undefined
  }
}

// Deeper than anything that JSON.stringify writes without running out of stack on every engine.
const maxDepth = 1000

/**
 * Goes through all of a value, and gives what `f` finds in its leaves; where a value stands in itself, `cycle`.
 */
const leaves = (
  root: unknown,
  f: (value: unknown) => string | undefined,
  cycle: string | undefined
): ReadonlyArray<Finding> => {
  const found: Array<Finding> = []
  const path: Array<string | number> = []
  const above = new Set<unknown>()
  const tell = (message: string | undefined): void => {
    if (message !== undefined) found.push(finding([...path], message))
  }
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return tell(f(value))
    if (above.has(value) || path.length > maxDepth) return tell(cycle)
    // Such a value is written as its own `toJSON` says.
    if ("toJSON" in value && typeof value.toJSON === "function") return
    above.add(value)
    for (const [key, item] of Object.entries(value)) {
      path.push(Array.isArray(value) ? Number(key) : key)
      visit(item)
      path.pop()
    }
    above.delete(value)
  }
  visit(root)
  return found
}

const json: Rule = {
  id: "json-encodable",
  summary: "A request holds what JSON can carry: no BigInt, function, symbol, NaN, infinity or cycle.",
  source: "JSON (RFC 8259)",
  example: `{ type: "tool_use", input: { count: 1n }, … }`,
  remedy: "Write such values as strings, and leave out what stands in itself.",
  check: ({ request }) => leaves(request, inJson, "the value stands in itself, or is nested too deep")
}

const surrogates: Rule = {
  id: "lone-surrogate",
  summary: "Texts are whole Unicode: no half of a surrogate pair, as is left when an emoji is cut in two.",
  source: "API error: the request body is not valid JSON, no low surrogate in string",
  example: `{ role: "user", content: "\\ud83d" }`,
  remedy: "Cut texts between characters, or clean them with String.prototype.toWellFormed.",
  check: ({ request }) =>
    leaves(
      request,
      (value) =>
        typeof value === "string" && /\p{Surrogate}/u.test(value)
          ? "the text holds half of a surrogate pair"
          : undefined,
      undefined
    )
}

export const encodingRules: ReadonlyArray<Rule> = [json, surrogates]
