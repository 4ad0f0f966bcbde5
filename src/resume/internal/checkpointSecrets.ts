/**
 * The secret fields of requests and answers, which no checkpoint holds.
 */
import * as Predicate from "effect/Predicate"
import type { Delivered, JournalRecord } from "./checkpointRecord.js"

type Json = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is Json => Predicate.isRecord(value)

const without = (value: Json, key: string): Json =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))

const creditToken = "fallback_credit_token"
const mcpToken = "authorization_token"

interface Public {
  readonly request: unknown
  /** JSON pointers, in the order in which the fields stand. */
  readonly omitted: ReadonlyArray<string>
}

/**
 * The request as it may be kept: without the tokens of MCP servers and of fallback credit, which give access or money.
 */
export const withoutSecrets = (request: unknown): Public => {
  if (!isObject(request)) return { request, omitted: [] }
  const omitted: Array<string> = []
  let kept = request
  const servers = request["mcp_servers"]
  if (Array.isArray(servers)) {
    kept = {
      ...kept,
      mcp_servers: servers.map((server: unknown, index) => {
        if (!isObject(server) || Predicate.isNullable(server[mcpToken])) return server
        omitted.push(`/mcp_servers/${index}/${mcpToken}`)
        return without(server, mcpToken)
      })
    }
  }
  if (Predicate.isNotNullable(request[creditToken])) {
    omitted.push(`/${creditToken}`)
    kept = without(kept, creditToken)
  }
  return { request: kept, omitted }
}

/** Puts a value where a pointer says; what is not there any more stays away. */
export const put = (target: unknown, path: ReadonlyArray<string>, value: unknown): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(target)) {
    return target.map((item: unknown, index) => (String(index) === key ? put(item, rest, value) : item))
  }
  return isObject(target) ? { ...target, [key]: put(target[key], rest, value) } : target
}

/** The names of a JSON pointer. */
export const pathOf = (pointer: string): ReadonlyArray<string> =>
  pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))

const withoutCredit = <A extends object>(holder: A): A => {
  const details: unknown = "stop_details" in holder ? holder.stop_details : undefined
  return isObject(details) && creditToken in details
    ? { ...holder, stop_details: without(details, creditToken) }
    : holder
}

/** A refusal's `stop_details` may hold a token that is worth money for five minutes. */
const publicEvent = (event: Delivered): Delivered => {
  if (event.type === "message_start") return { ...event, message: withoutCredit(event.message) }
  return event.type === "message_delta" ? { ...event, delta: withoutCredit(event.delta) } : event
}

/** A record as it may be kept. */
export const publicRecord = (record: JournalRecord): JournalRecord => {
  if (record.type !== "emitted") return record
  const hasSecret = record.events.some((event) => publicEvent(event) !== event)
  return hasSecret ? { ...record, events: record.events.map(publicEvent) } : record
}
