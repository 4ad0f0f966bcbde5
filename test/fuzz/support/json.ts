/** JSON that no API sends: nested, wide, long, with names that mean something to an engine. */
import { Predicate } from "effect"
import type { RandomSource } from "../../resume/manners.js"

/** JSON text of so many levels, of objects, of arrays, or of both. */
export const nested = (depth: number, kind: "objects" | "arrays" | "both" = "objects"): string => {
  const [open, close] = kind === "objects" ? ['{"a":', "}"] : kind === "arrays" ? ["[", "]"] : ['[{"a":', "}]"]
  const levels = kind === "both" ? Math.ceil(depth / 2) : depth
  return `${open.repeat(levels)}1${close.repeat(levels)}`
}

/** JSON text of an object with so many names. */
export const wide = (keys: number): string =>
  `{${Array.from({ length: keys }, (_, key) => `"k${key}":${key % 10}`).join(",")}}`

const names = [
  "__proto__",
  "constructor",
  "toJSON",
  "then",
  "length",
  "type",
  "cause",
  "index",
  "",
  "0",
  "error",
  "\ud800"
]

/** A value of any kind. What nests is mostly shallow, and now and then deeper than any stack. */
export const anyJson = (random: RandomSource, depth = 0): unknown => {
  switch (random.below(depth > 4 ? 8 : 13)) {
    case 0:
      return null
    case 1:
      return random.pick([0, -1, 1.5, 1e308, 2 ** 53, -0, 1e-320])
    case 2:
      return random.pick(["", "\ud83d", "\u0000", "tool_use", "unknown", "x".repeat(random.below(2000))])
    case 3:
      return random.below(2) === 0
    case 4:
      return []
    case 5:
      return {}
    case 6:
      return JSON.parse(nested(random.pick([3, 50, 900, 1100]), random.pick(["objects", "arrays", "both"])))
    case 7:
      return random.below(20) === 0
        ? JSON.parse(nested(random.pick([9000, 30_000]), random.pick(["objects", "arrays", "both"])))
        : random.pick(names)
    case 8:
    case 9:
      return Array.from({ length: random.below(5) }, () => anyJson(random, depth + 1))
    default: {
      const entries = Array.from({ length: random.below(5) }, () => [random.pick(names), anyJson(random, depth + 1)])
      return JSON.parse("{}", () => Object.fromEntries(entries))
    }
  }
}

/** The value with one place in it changed: replaced, left out, renamed or doubled. */
const changed = (random: RandomSource, value: unknown): unknown => {
  if (random.below(3) === 0 || typeof value !== "object" || value === null) return anyJson(random)
  if (Array.isArray(value)) {
    const items: Array<unknown> = value.slice()
    const at = random.below(items.length + 1)
    if (random.below(3) === 0) items.splice(at, 1)
    else if (random.below(2) === 0) items.splice(at, 0, items[random.below(items.length)])
    else if (at < items.length) items[at] = changed(random, items[at])
    return items
  }
  const entries: Array<[string, unknown]> = Object.entries(value)
  const at = random.below(entries.length)
  const entry = entries[at]
  if (entry === undefined) return { [random.pick(names)]: anyJson(random) }
  const [name, inner] = entry
  switch (random.below(6)) {
    case 0:
      entries.splice(at, 1)
      break
    case 1:
      entries[at] = [random.pick(names), inner]
      break
    case 2:
      entries.push([random.pick(names), anyJson(random)])
      break
    default:
      entries[at] = [name, changed(random, inner)]
  }
  return Object.fromEntries(entries)
}

/** The value after up to four changes. */
export const mutatedJson = (random: RandomSource, value: unknown): unknown => {
  let result = value
  for (let left = random.below(5); left > 0; left--) result = changed(random, result)
  return result
}

/** As `JSON.stringify`, but of any depth: it needs no stack. */
export const textOf = (value: unknown): string => {
  const parts: Array<string> = []
  const left: Array<{ readonly text: string } | { readonly value: unknown }> = [{ value }]
  const put = (...items: ReadonlyArray<(typeof left)[number]>) => {
    for (let at = items.length - 1; at >= 0; at--) left.push(items[at] ?? { text: "" })
  }
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if ("text" in next) parts.push(next.text)
    else if (Array.isArray(next.value)) {
      const items = next.value.flatMap((item: unknown, at) => [{ text: at === 0 ? "" : "," }, { value: item }])
      put({ text: "[" }, ...items, { text: "]" })
    } else if (Predicate.isRecord(next.value)) {
      const fields = Object.entries(next.value).flatMap(([name, inner], at) => [
        { text: `${at === 0 ? "" : ","}${JSON.stringify(name)}:` },
        { value: inner }
      ])
      put({ text: "{" }, ...fields, { text: "}" })
    } else parts.push(JSON.stringify(next.value) ?? "null")
  }
  return parts.join("")
}
