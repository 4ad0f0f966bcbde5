/**
 * Where an unusable tool call keeps what is known of it: beside `raw`, which alone goes over the wire.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import type { Unknown } from "../../schema/Unknown.js"

const key = "invalidInput"

/** @internal */
export const attach = (block: Unknown, invalidInput: object): Unknown => {
  const marked = { ...block, [key]: invalidInput }
  return marked
}

/** @internal */
export const attached = (block: unknown): unknown => (Predicate.hasProperty(block, key) ? block[key] : undefined)
