import * as Either from "effect/Either"
import type { Json } from "./json.js"
import type { Rejection } from "./rejection.js"
import { invalid } from "./rejection.js"

const wanted = (query: URLSearchParams): ReadonlyArray<string> => {
  const asked = query.getAll("lifecycle[]")
  return asked.length > 0 ? asked : ["active", "deprecated"]
}

const limitOf = (query: URLSearchParams): number | Rejection => {
  const limit = Number(query.get("limit") ?? "20")
  return Number.isInteger(limit) && limit >= 1 && limit <= 1000
    ? limit
    : invalid("limit: Input should be an integer from 1 to 1000")
}

const page = (data: ReadonlyArray<Json>, more: boolean): Json => ({
  data,
  has_more: more,
  first_id: data[0]?.["id"] ?? null,
  last_id: data[data.length - 1]?.["id"] ?? null
})

/**
 * One page of a list, as `limit`, `after_id`, `before_id` and `lifecycle[]` ask for it.
 *
 * @internal
 */
export const paged = (all: ReadonlyArray<Json>, query: URLSearchParams): Either.Either<Json, Rejection> => {
  const limit = limitOf(query)
  if (typeof limit !== "number") return Either.left(limit)
  const lifecycles = wanted(query)
  const list = all.filter((item) => lifecycles.includes(String(item["lifecycle"])))
  const after = query.get("after_id")
  const before = query.get("before_id")
  const cursor = after ?? before
  const at = cursor === null ? -1 : list.findIndex((item) => item["id"] === cursor)
  if (cursor !== null && at < 0) {
    return Either.left(invalid(`${after === null ? "before_id" : "after_id"}: no such item`))
  }
  if (before !== null && after === null) {
    const from = Math.max(0, at - limit)
    return Either.right(page(list.slice(from, at), from > 0))
  }
  return Either.right(page(list.slice(at + 1, at + 1 + limit), at + 1 + limit < list.length))
}
