/**
 * Rebuilds whatever was thrown as plain data: platform errors hold the request, and so the key.
 */
import { identity } from "effect/Function"
import * as Predicate from "effect/Predicate"
import type { ErrorCause } from "../ClaudeError.js"
import { maxCauseDepth } from "./errorModel.js"
import { oneLine } from "./redact.js"

const maxErrors = 8
const maxNodes = 32
const messageBytes = 1024
const nameBytes = 128

/** Looking at a stranger may throw: a getter, a revoked proxy. */
const look = <A>(at: () => A): A | undefined => {
  try {
    return at()
  } catch {
    return undefined
  }
}

const property = (thing: unknown, key: string): unknown =>
  look(() => (Predicate.hasProperty(thing, key) ? thing[key] : undefined))

/** Takes the secrets of a request out of a text. */
type Hide = (text: string) => string

const leaf = (thing: unknown, hide: Hide): ErrorCause =>
  Predicate.isString(thing)
    ? { name: "Error", message: oneLine(hide(thing), messageBytes) }
    : // A value that is no error could be anything, a prompt too: its type is all that is told.
      { name: typeof thing, message: "" }

/**
 * The chain of causes from here on, redacted and capped: at most 8 deep and 32 causes in all, each message at most
 * 1 KB. `undefined` in, `undefined` out.
 */
export const fromUnknown = (thrown: unknown, hide: Hide = identity): ErrorCause | undefined => {
  let nodes = 0
  const seen = new Set<unknown>()

  const text = (thing: unknown, key: string, bytes: number): string | undefined => {
    const value = property(thing, key)
    return Predicate.isString(value) && value !== "" ? oneLine(hide(value), bytes) : undefined
  }

  const children = (thing: unknown, depth: number): ReadonlyArray<ErrorCause> => {
    const errors = property(thing, "errors")
    const some: ReadonlyArray<unknown> = look(() => (Array.isArray(errors) ? errors.slice(0, maxErrors) : [])) ?? []
    return some.flatMap((error) => visit(error, depth + 1) ?? [])
  }

  const visit = (thing: unknown, depth: number): ErrorCause | undefined => {
    if (thing === undefined || thing === null || depth > maxCauseDepth || nodes >= maxNodes || seen.has(thing)) {
      return undefined
    }
    nodes++
    if (!Predicate.isObject(thing)) return leaf(thing, hide)
    seen.add(thing)
    const code = text(thing, "code", nameBytes)
    const syscall = text(thing, "syscall", nameBytes)
    const cause = visit(property(thing, "cause"), depth + 1)
    const errors = children(thing, depth)
    return {
      name: text(thing, "name", nameBytes) ?? text(thing, "_tag", nameBytes) ?? "Error",
      message: text(thing, "message", messageBytes) ?? "",
      ...(code === undefined ? {} : { code }),
      ...(syscall === undefined ? {} : { syscall }),
      ...(cause === undefined ? {} : { cause }),
      ...(errors.length === 0 ? {} : { errors })
    }
  }

  return visit(thrown, 0)
}
