/**
 * Checks a thing against a shape, and hands on the thing itself.
 */
import type { Unknown } from "../Unknown.js"
import type { Shape, Struct, Union } from "./shape.js"
import { describe, tagShape } from "./shape.js"

export type Path = ReadonlyArray<string | number>

export interface Fault {
  readonly path: Path
  readonly expected: string
  readonly found: string
}

/**
 * - `request`: things with an unknown tag pass as they are, everything else must fit.
 * - `response`: unknown things, and known ones that do not fit, are wrapped as `Unknown`; fields that do not fit are
 *   set aside where the type allows it. What was set aside is in `warnings`.
 */
export interface Check {
  readonly mode: "request" | "response"
  readonly path: Array<string | number>
  readonly faults: Array<Fault>
  readonly warnings: Array<Fault>
}

export const make = (mode: Check["mode"]): Check => ({ mode, path: [], faults: [], warnings: [] })

export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const hasType = (value: unknown): value is Unknown.Raw => isObject(value) && typeof value["type"] === "string"

/**
 * The type of a thing, in a word: all that may be said of it.
 */
export const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : value === undefined ? "nothing" : typeof value

export const formatPath = (path: Path): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
    ""
  )

export const formatFault = (fault: Fault): string => `expected ${fault.expected}, found ${fault.found}`

/**
 * As `map`, but the array itself comes back where no item changed.
 */
export const mapItems = (
  items: ReadonlyArray<unknown>,
  f: (item: unknown, index: number) => unknown
): ReadonlyArray<unknown> => {
  let copy: Array<unknown> | undefined
  for (let index = 0; index < items.length; index++) {
    const item = f(items[index], index)
    if (item !== items[index]) {
      copy ??= items.slice()
      copy[index] = item
    }
  }
  return copy ?? items
}

/**
 * Checks `value`; what comes back is the same object unless something in it had to be wrapped or set aside.
 *
 * `exact` says that a field which does not fit spoils the thing that holds it, as in a block.
 */
export const run = (check: Check, shape: Shape, value: unknown, exact: boolean): unknown => {
  switch (shape._tag) {
    case "Any":
      return value
    case "Keyword":
      return shape.type === "object"
        ? expect(check, isObject(value), shape, value)
        : expect(check, typeof value === shape.type, shape, value)
    case "Literals":
      return expect(check, shape.values.has(value), shape, value)
    case "List":
      return Array.isArray(value)
        ? mapItems(value, (item, index) => at(check, index, shape.item, item, exact))
        : expect(check, false, shape, value)
    case "Struct":
      return isObject(value) ? runStruct(check, shape, value, exact) : expect(check, false, shape, value)
    case "Union":
      return runUnion(check, shape, value, exact)
  }
}

const at = (check: Check, key: string | number, shape: Shape, value: unknown, exact: boolean): unknown => {
  check.path.push(key)
  const result = run(check, shape, value, exact)
  check.path.pop()
  return result
}

const expect = (check: Check, fits: boolean, shape: Shape, value: unknown): unknown => {
  if (!fits) {
    check.faults.push({ path: [...check.path], expected: describe(shape), found: typeOf(value) })
  }
  return value
}

type Thing = { readonly [key: string]: unknown }

const runStruct = (check: Check, shape: Struct, value: Thing, exact: boolean): unknown => {
  let result = value
  for (const property of shape.properties) {
    const given = value[property.name]
    if (given === undefined && (property.optional || property.shape._tag === "Any")) {
      continue
    }
    const mark = check.faults.length
    let next = at(check, property.name, property.shape, given, exact)
    const replaceable = property.optional || property.fallback !== undefined
    if (check.faults.length > mark && check.mode === "response" && !exact && replaceable) {
      setAside(check, mark)
      next = property.fallback
    }
    if (next !== given) {
      result = { ...result, [property.name]: next }
    }
  }
  return result
}

const runUnion = (check: Check, shape: Union, value: unknown, exact: boolean): unknown => {
  if (shape.literals.has(value) || shape.keywords.some((keyword) => typeof value === keyword.type)) {
    return value
  }
  if (shape.list !== undefined && Array.isArray(value)) {
    return run(check, shape.list, value, exact)
  }
  if (isObject(value)) {
    return shape.tagged.size > 0
      ? runTagged(check, shape, value, exact)
      : shape.untagged === undefined
        ? expect(check, false, shape, value)
        : run(check, shape.untagged, value, exact)
  }
  const mark = check.faults.length
  expect(check, false, shape, value)
  return shape.open && check.mode === "response" ? spoiled(check, value, mark) : value
}

const runTagged = (check: Check, shape: Union, value: Thing, exact: boolean): unknown => {
  const tag = value[shape.tag]
  const wraps = shape.open && check.mode === "response"
  const mark = check.faults.length
  // On the wire "unknown" is a tag like any other that is not known.
  const member = wraps && tag === "unknown" ? undefined : shape.tagged.get(tag)
  if (member !== undefined) {
    // At the root the caller decides how exact to be: an event may lack what a block may not.
    const next = runStruct(check, member, value, exact || check.path.length > 0)
    return wraps && check.faults.length > mark ? spoiled(check, value, mark) : next
  }
  if (shape.open && typeof tag === "string") {
    return wraps ? wrap(value) : value
  }
  at(check, shape.tag, tagShape(shape), tag, exact)
  return wraps ? spoiled(check, value, mark) : value
}

/**
 * Faults since `mark` become warnings: what they are about is set aside.
 */
const setAside = (check: Check, mark: number): void => {
  for (const item of check.faults.splice(mark)) {
    check.warnings.push(item)
  }
}

const spoiled = (check: Check, value: unknown, mark: number): Unknown => {
  setAside(check, mark)
  return wrap(value)
}

/**
 * A thing without a string as its `type` stands in `raw.value`, under a `type` that no one else uses.
 */
const wrap = (value: unknown): Unknown => ({
  type: "unknown",
  raw: hasType(value) ? value : { type: "untyped", value }
})
