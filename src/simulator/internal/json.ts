/** A JSON object of which nothing is known yet. */
export type Json = { readonly [key: string]: unknown }

/** @internal */
export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** @internal */
export const isArray = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** @internal */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

/** @internal */
export const objects = (value: unknown): ReadonlyArray<Json> => (isArray(value) ? value.filter(isObject) : [])

/** @internal */
export const without = (value: Json, ...keys: ReadonlyArray<string>): Json =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))

/** @internal */
export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
