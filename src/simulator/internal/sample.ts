import type { Dice } from "./dice.js"
import { dice } from "./dice.js"
import type { Json } from "./json.js"
import { isArray, isObject, objects, textOf } from "./json.js"
import * as words from "./words.js"

interface Draw {
  readonly roll: Dice
  readonly root: Json
  readonly depth: number
}

const numberIn = (schema: Json, name: string, fallback: number): number => {
  const value = schema[name]
  return typeof value === "number" ? value : fallback
}

const formats: Record<string, (roll: Dice) => string> = {
  date: (roll) => `2026-0${1 + roll.below(9)}-1${roll.below(9)}`,
  "date-time": (roll) => `2026-0${1 + roll.below(9)}-1${roll.below(9)}T08:${10 + roll.below(49)}:00Z`,
  time: (roll) => `08:${10 + roll.below(49)}:00Z`,
  duration: (roll) => `PT${1 + roll.below(59)}M`,
  email: (roll) => `${roll.from(words.nouns)}@example.com`,
  uri: (roll) => `https://example.com/${roll.from(words.nouns)}`,
  hostname: (roll) => `${roll.from(words.nouns)}.example.com`,
  uuid: (roll) => `${"0".repeat(8)}-0000-4000-8000-${String(roll.below(1_000_000_000)).padStart(12, "0")}`,
  ipv4: (roll) => `192.0.2.${roll.below(255)}`,
  ipv6: (roll) => `2001:db8::${roll.below(9999)}`
}

const string = (schema: Json, { roll }: Draw): string => {
  const format = formats[textOf(schema["format"])]
  if (format !== undefined) return format(roll)
  const text = `${roll.from(words.adjectives)} ${roll.from(words.nouns)}`
  const least = numberIn(schema, "minLength", 0)
  return text.padEnd(least, ` ${roll.from(words.nouns)}`).slice(0, numberIn(schema, "maxLength", Math.max(least, 200)))
}

const number = (schema: Json, { roll }: Draw, whole: boolean): number => {
  const step = numberIn(schema, "multipleOf", whole ? 1 : 0.5)
  const open = typeof schema["exclusiveMinimum"] === "number"
  const least = open ? numberIn(schema, "exclusiveMinimum", 0) + step : numberIn(schema, "minimum", 0)
  const below = numberIn(schema, "exclusiveMaximum", least + 101)
  const most = Math.min(numberIn(schema, "maximum", least + 100), below - step)
  const first = Math.ceil(least / step)
  const steps = Math.max(0, Math.floor(most / step) - first)
  return (first + roll.below(steps + 1)) * step
}

const array = (schema: Json, draw: Draw): ReadonlyArray<unknown> => {
  const least = numberIn(schema, "minItems", draw.depth > 6 ? 0 : 1)
  const length = Math.min(least + (draw.depth > 6 ? 0 : draw.roll.below(3)), numberIn(schema, "maxItems", least + 3))
  const item = isObject(schema["items"]) ? schema["items"] : { type: "string" }
  return Array.from({ length }, () => value(item, { ...draw, depth: draw.depth + 1 }))
}

const object = (schema: Json, draw: Draw): Json => {
  const properties = objectOr(schema["properties"])
  const required = arrayOr(schema["required"])
  // A schema that holds itself would never end: far down, only what must be there is.
  const fields = Object.entries(properties).filter(
    ([key]) => required.includes(key) || (draw.depth < 4 && draw.roll.chance(0.8))
  )
  return Object.fromEntries(fields.map(([key, schema]) => [key, value(schema, { ...draw, depth: draw.depth + 1 })]))
}

const resolve = (root: Json, reference: string): unknown =>
  reference
    .replace(/^#\/?/, "")
    .split("/")
    .filter((part) => part !== "")
    .reduce<unknown>(
      (at, part) => (isObject(at) ? at[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined),
      root
    )

const typeOf = (schema: Json, roll: Dice): string => {
  const type = schema["type"]
  if (isArray(type)) return textOf(type[roll.below(type.length)])
  return typeof type === "string" ? type : isObject(schema["properties"]) ? "object" : "string"
}

const byType = (schema: Json, draw: Draw): unknown => {
  switch (typeOf(schema, draw.roll)) {
    case "object":
      return object(schema, draw)
    case "array":
      return array(schema, draw)
    case "integer":
      return number(schema, draw, true)
    case "number":
      return number(schema, draw, false)
    case "boolean":
      return draw.roll.chance(0.5)
    case "null":
      return null
    default:
      return string(schema, draw)
  }
}

const objectOr = (value: unknown): Json => (isObject(value) ? value : {})

const arrayOr = (value: unknown): ReadonlyArray<unknown> => (isArray(value) ? value : [])

const merged = (schemas: ReadonlyArray<Json>): Json =>
  schemas.reduce<Json>(
    (all, schema) => ({
      ...all,
      ...schema,
      properties: { ...objectOr(all["properties"]), ...objectOr(schema["properties"]) },
      required: [...arrayOr(all["required"]), ...arrayOr(schema["required"])]
    }),
    {}
  )

const value = (schema: unknown, draw: Draw): unknown => {
  if (!isObject(schema)) return "anything"
  if (schema["const"] !== undefined) return schema["const"]
  if (isArray(schema["enum"])) return schema["enum"][draw.roll.below(schema["enum"].length)]
  if (typeof schema["$ref"] === "string") {
    return value(resolve(draw.root, schema["$ref"]), { ...draw, depth: draw.depth + 1 })
  }
  const choices = objects(schema["anyOf"] ?? schema["oneOf"])
  if (choices.length > 0) {
    // Far down the last choice is taken: the plain one, as such schemas are mostly written.
    return value(choices[draw.depth > 5 ? choices.length - 1 : draw.roll.below(choices.length)], draw)
  }
  return isArray(schema["allOf"]) ? value(merged(objects(schema["allOf"])), draw) : byType(schema, draw)
}

/**
 * A value that conforms to a JSON schema: types, `enum`, `const`, `$ref`, `anyOf`, `allOf`, `required`, `format` and
 * the bounds of numbers, texts and lists. `pattern` is not obeyed.
 *
 * @internal
 */
export const sample = (schema: Json, ...seed: ReadonlyArray<string>): unknown =>
  value(schema, { roll: dice("sample", ...seed), root: schema, depth: 0 })
