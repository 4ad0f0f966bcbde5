/** Where two JSON values differ, for people. */
import * as Predicate from "effect/Predicate"

const absent: unique symbol = Symbol.for("effect-claude/testing/absent")

export interface Difference {
  readonly path: ReadonlyArray<string | number>
  readonly expected: unknown
  readonly actual: unknown
}

/** `equal`: nothing more and nothing less. `partial`: what is not expected is not looked at. */
export type Mode = "equal" | "partial"

const matches = (expected: unknown, actual: unknown): boolean =>
  expected instanceof RegExp
    ? typeof actual === "string" && new RegExp(expected.source, expected.flags.replace(/[gy]/g, "")).test(actual)
    : Object.is(expected, actual)

/** Whether two values that are neither both objects nor both arrays are the same. */
export type Same = (expected: unknown, actual: unknown) => boolean

/** Where `actual` is not as expected. An expected RegExp is held against a text, unless `same` says otherwise. */
export const differences = (
  expected: unknown,
  actual: unknown,
  mode: Mode,
  same: Same = matches
): ReadonlyArray<Difference> => {
  const found: Array<Difference> = []
  compare(expected, actual, { mode, same, found }, [])
  return found
}

interface Comparison {
  readonly mode: Mode
  readonly same: Same
  readonly found: Array<Difference>
}

const compare = (expected: unknown, actual: unknown, how: Comparison, path: ReadonlyArray<string | number>): void => {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    for (let at = 0; at < Math.max(expected.length, actual.length); at++) {
      compare(item(expected, at), item(actual, at), how, [...path, at])
    }
  } else if (isObject(expected) && isObject(actual)) {
    const wanted = Object.keys(expected).filter((key) => expected[key] !== undefined)
    const keys = how.mode === "partial" ? wanted : [...new Set([...wanted, ...Object.keys(actual)])]
    for (const key of keys) compare(field(expected, key), field(actual, key), how, [...path, key])
  } else if (!how.same(expected, actual)) {
    how.found.push({ path, expected, actual })
  }
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  Predicate.isRecord(value) && !(value instanceof RegExp)

const item = (items: ReadonlyArray<unknown>, at: number): unknown => (at < items.length ? items[at] : absent)

const field = (value: { readonly [key: string]: unknown }, key: string): unknown =>
  Object.hasOwn(value, key) && value[key] !== undefined ? value[key] : absent

/** A path as people write it: `messages[0].content`. */
export const formatPath = (path: ReadonlyArray<string | number>): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`
    if (!/^[\w$-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`
    return text === "" ? key : `${text}.${key}`
  }, "") || "(the whole)"

/** A value on one line, not too long. */
export const show = (value: unknown, length = 120): string => {
  if (value === absent) return "(absent)"
  if (value instanceof RegExp) return String(value)
  const text =
    JSON.stringify(value, (_, inner: unknown) => (inner instanceof RegExp ? String(inner) : inner)) ?? String(value)
  return text.length <= length ? text : `${text.slice(0, length - 2)} …`
}

/** Two texts from a little before the place where they part, since prompts are long and alike. */
const showTexts = (expected: string, actual: string): readonly [string, string] => {
  let same = 0
  while (same < expected.length && same < actual.length && expected[same] === actual[same]) same++
  const from = same > 60 ? same - 30 : 0
  const part = (text: string): string => `${from > 0 ? "… " : ""}${show(text.slice(from))}`
  return [part(expected), part(actual)]
}

/** The first differences, each as its path, what was expected (`-`) and what came (`+`). */
export const formatDifferences = (all: ReadonlyArray<Difference>, most = 5): ReadonlyArray<string> => {
  const lines = all.slice(0, most).flatMap(({ actual, expected, path }) => {
    const [minus, plus] =
      typeof expected === "string" && typeof actual === "string"
        ? showTexts(expected, actual)
        : [show(expected), show(actual)]
    return [formatPath(path), `  - ${minus}`, `  + ${plus}`]
  })
  return all.length <= most ? lines : [...lines, `and ${all.length - most} more`]
}

export const indent = (lines: ReadonlyArray<string>, by = 2): ReadonlyArray<string> =>
  lines.map((line) => (line === "" ? line : " ".repeat(by) + line))
