import { digest } from "./dice.js"
import type { Json } from "./json.js"
import { isObject } from "./json.js"
import type { Item, Prompt } from "./prompt.js"

/** The prompt cache: which prefixes were sent with a mark before, and until when they are kept. */
export interface Cache {
  /** The input side of `usage`. Total input = input + cache creation + cache read. */
  readonly usage: (prompt: Prompt, now: number) => Json
  readonly clear: () => void
}

interface Boundary {
  readonly key: string
  readonly tokens: number
  readonly marked: boolean
  readonly ttl: "5m" | "1h"
}

const millis = { "1h": 3_600_000, "5m": 300_000 }

const ttlOf = (part: Item): "5m" | "1h" => {
  const control = part.block["cache_control"]
  return isObject(control) && control["ttl"] === "1h" ? "1h" : "5m"
}

/** The end of every block, with what stands before it. */
const boundaries = (prompt: Prompt): ReadonlyArray<Boundary> => {
  const all: Array<Boundary> = []
  let key = digest("cache", prompt.model.id)
  let tokens = 4
  for (const part of [...prompt.head, ...prompt.items]) {
    key = digest(key, part.role, part.key)
    tokens += part.tokens + 3
    all.push({ key, marked: part.marked, tokens, ttl: ttlOf(part) })
  }
  return all
}

/** @internal */
export const make = (): Cache => {
  const until = new Map<string, number>()

  const usage = (prompt: Prompt, now: number): Json => {
    const all = boundaries(prompt)
    const total = all[all.length - 1]?.tokens ?? 0
    // A prefix that was marked before is found under any later mark: the mark itself may have moved on.
    const cacheable = all.slice(0, all.findLastIndex((each) => each.marked) + 1)
    const last = cacheable[cacheable.length - 1]
    const read = cacheable.findLast((each) => (until.get(each.key) ?? 0) > now)?.tokens ?? 0
    const created = Math.max(0, (last?.tokens ?? 0) - read)
    for (const each of cacheable) if (each.marked) until.set(each.key, now + millis[each.ttl])
    return {
      input_tokens: total - read - created,
      cache_creation_input_tokens: created,
      cache_read_input_tokens: read,
      cache_creation: {
        ephemeral_5m_input_tokens: last?.ttl === "5m" ? created : 0,
        ephemeral_1h_input_tokens: last?.ttl === "1h" ? created : 0
      },
      server_tool_use: null,
      service_tier: "standard",
      inference_geo: "global",
      speed: "standard"
    }
  }

  return { clear: () => until.clear(), usage }
}
