import type { Limits } from "../../ClaudeError.js"
import { parseLimits } from "../../internal/headers.js"
import { oneLine } from "../../internal/redact.js"

type Headers = Readonly<Record<string, string>>

/** What all families of limit headers say. */
export interface AllLimits extends Limits {
  readonly priority?: Limits | undefined
  readonly fast?: Limits | undefined
  readonly other?: Headers | undefined
}

const standard = "anthropic-ratelimit-"
const known = /^anthropic-ratelimit-(?:requests|(?:input-|output-)?tokens)-(?:limit|remaining|reset)$/

/** The headers of another family speak of the same limits in the same way. */
const parseFamily = (headers: ReadonlyArray<readonly [string, string]>, prefix: string): Limits | undefined => {
  const own = headers.filter(([name]) => name.startsWith(prefix))
  return own.length === 0
    ? undefined
    : parseLimits(Object.fromEntries(own.map(([name, value]) => [standard + name.slice(prefix.length), value])))
}

/** What the headers of a response say of limits; `undefined` where they say nothing. */
export const parseAllLimits = (headers: Headers): AllLimits | undefined => {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith("anthropic-"))
  if (entries.length === 0) return undefined
  const priority = parseFamily(entries, "anthropic-priority-")
  const fast = parseFamily(entries, "anthropic-fast-")
  const other = entries
    .filter(([name]) => name.startsWith(standard) && !known.test(name))
    .map(([name, value]) => [name, oneLine(value, 256)] as const)
  const limits = {
    ...parseLimits(headers),
    ...(priority === undefined ? {} : { priority }),
    ...(fast === undefined ? {} : { fast }),
    ...(other.length === 0 ? {} : { other: Object.fromEntries(other) })
  }
  return Object.keys(limits).length === 0 ? undefined : limits
}
