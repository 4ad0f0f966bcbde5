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

/**
 * Goes through all of a value, which has an end, and gives what `f` finds in its leaves.
 */
const leaves = (root: unknown, f: (value: unknown) => string | undefined): ReadonlyArray<Finding> => {
  const found: Array<Finding> = []
  const path: Array<string | number> = []
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) {
      const message = f(value)
      if (message !== undefined) found.push(finding([...path], message))
      return
    }
    // Such a value is written as its own `toJSON` says.
    if ("toJSON" in value && typeof value.toJSON === "function") return
    for (const [key, item] of Object.entries(value)) {
      path.push(Array.isArray(value) ? Number(key) : key)
      visit(item)
      path.pop()
    }
  }
  visit(root)
  return found
}

/** Cycles and depth, which spoil every other check, are looked for before all rules. */
export const jsonRule: Rule = {
  id: "json-encodable",
  summary: "A request holds what JSON can carry: no BigInt, function, symbol, NaN, infinity or cycle.",
  source: "JSON (RFC 8259)",
  example: `{ type: "tool_use", input: { count: 1n }, … }`,
  remedy: "Write such values as strings, and leave out what stands in itself.",
  check: ({ request }) => leaves(request, inJson)
}

const surrogates: Rule = {
  id: "lone-surrogate",
  summary: "Texts are whole Unicode: no half of a surrogate pair, as is left when an emoji is cut in two.",
  source: "API error: the request body is not valid JSON, no low surrogate in string",
  example: `{ role: "user", content: "\\ud83d" }`,
  remedy: "Cut texts between characters, or clean them with String.prototype.toWellFormed.",
  check: ({ request }) =>
    leaves(request, (value) =>
      typeof value === "string" && /\p{Surrogate}/u.test(value) ? "the text holds half of a surrogate pair" : undefined
    )
}

export const encodingRules: ReadonlyArray<Rule> = [jsonRule, surrogates]
