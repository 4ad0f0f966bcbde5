/**
 * What tells one request from another.
 */
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Predicate from "effect/Predicate"

/** JSON with its keys in one order, and without what JSON leaves out: equal things give equal text. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonical(item ?? null)).join(",")}]`
  if (!Predicate.isRecord(value)) return JSON.stringify(value) ?? "null"
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
  return `{${fields.join(",")}}`
}

/**
 * SHA-256 in hexadecimal digits, by Web Crypto: Node, Bun, Deno, the edge, and browsers on https or localhost have it.
 * Where it is missing this dies: nothing weaker may decide whether two requests are one.
 */
export const sha256 = (text: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
    (digest) => Encoding.encodeHex(new Uint8Array(digest))
  )
