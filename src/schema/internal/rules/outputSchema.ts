/**
 * Rules about the JSON Schema of structured outputs.
 */
import { isObject } from "../check.js"
import type { Finding, Path, Rule, Thing, View } from "./rule.js"
import { finding } from "./rule.js"

interface Node {
  readonly path: Path
  readonly value: Thing
}

const path = ["output_config", "format", "schema"]

const inMap = ["properties", "$defs", "definitions"]
const inList = ["anyOf", "allOf", "oneOf"]

/**
 * A schema and all schemas in it. A schema object that stands in itself is visited once.
 */
const nodesOf = (view: View): ReadonlyArray<Node> => {
  const config = view.request["output_config"]
  const format = isObject(config) ? config["format"] : undefined
  const seen = new Set<unknown>()
  const visit = (value: unknown, path: Path): ReadonlyArray<Node> => {
    if (!isObject(value) || seen.has(value)) return []
    seen.add(value)
    return [
      { path, value },
      ...inMap.flatMap((key) =>
        isObject(value[key])
          ? Object.entries(value[key]).flatMap(([name, item]) => visit(item, [...path, key, name]))
          : []
      ),
      ...inList.flatMap((key) => {
        const items = value[key]
        return Array.isArray(items) ? items.flatMap((item, index) => visit(item, [...path, key, index])) : []
      }),
      ...visit(value["items"], [...path, "items"])
    ]
  }
  return isObject(format) && format["type"] === "json_schema" ? visit(format["schema"], path) : []
}

const additional: Rule = {
  id: "output-schema-open-object",
  summary: "Every object in the schema of `output_config.format` has `additionalProperties: false`.",
  source: "Structured outputs: supported JSON Schema",
  example: `{ output_config: { format: { type: "json_schema", schema: { type: "object" } } } }`,
  remedy: "Add additionalProperties: false.",
  check: (view) =>
    nodesOf(view)
      .filter(({ value }) => value["type"] === "object" && value["additionalProperties"] !== false)
      .map((node) => finding([...node.path, "additionalProperties"], "the object is open to other properties"))
}

const unsupported = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "patternProperties",
  "if",
  "not"
]

const keyword: Rule = {
  id: "output-schema-keyword",
  summary: "The schema of `output_config.format` has no keyword that structured outputs do not support.",
  source: "Structured outputs: supported JSON Schema",
  example: `{ …, schema: { type: "number", minimum: 1 } }`,
  remedy: "Say it in the description instead, and check it when the answer has come.",
  check: (view) =>
    nodesOf(view).flatMap((node): ReadonlyArray<Finding> => [
      ...unsupported
        .filter((name) => node.value[name] !== undefined)
        .map((name) => finding([...node.path, name], "structured outputs do not support this keyword")),
      ...(typeof node.value["minItems"] === "number" && node.value["minItems"] > 1
        ? [finding([...node.path, "minItems"], "structured outputs support 0 and 1 alone")]
        : [])
    ])
}

export const outputSchemaRules: ReadonlyArray<Rule> = [additional, keyword]
