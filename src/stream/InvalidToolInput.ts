/**
 * A tool call whose input cannot be used.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { ContentBlock } from "../schema/ContentBlock.js"
import { attached } from "./internal/invalidInput.js"

/**
 * The model called a tool, and what it sent as input is no JSON object: cut off, as by `max_tokens`, or not JSON at
 * all, as fine-grained tool streaming may give. It is never repaired, since half an input that is run as a whole one
 * does harm.
 *
 * @since 0.1.0
 * @category schemas
 */
export const InvalidToolInput = Schema.TaggedStruct("InvalidToolInput", {
  /** The tool call's id, to answer it with a `tool_result` of `is_error: true`. */
  id: Schema.String,
  /** The tool's name. */
  name: Schema.String,
  /** The input as it came, character for character. */
  raw: Schema.String,
  /** The block's index in the stream. */
  index: Schema.Number,
  /**
   * `incomplete`: the block was never ended. `not-json`: it was, and does not parse, or is nested deeper than 1,000
   * levels. `not-object`: it parses, to something that no tool takes.
   */
  reason: Schema.Literal("incomplete", "not-json", "not-object")
})

/**
 * A tool call whose input cannot be used.
 *
 * @since 0.1.0
 * @category models
 */
export interface InvalidToolInput extends Schema.Schema.Type<typeof InvalidToolInput> {}

/**
 * Reads the unusable call out of a block of a folded message: there it stands as an `unknown` block, so that nothing
 * that looks for `tool_use` runs it. The block's `raw` is what to send back as the assistant's turn: a `tool_use` with
 * the text under the key `INVALID_JSON`, as the API's guide to fine-grained tool streaming has it.
 *
 * Gives `undefined` for every other block, and for one that went through a Schema since.
 *
 * @since 0.1.0
 * @category combinators
 */
export const fromBlock = (block: ContentBlock): InvalidToolInput | undefined => {
  const invalid = attached(block)
  return isInvalidToolInput(invalid) ? invalid : undefined
}

/**
 * Tells an unusable call from the `tool_use` blocks it comes among.
 *
 * @since 0.1.0
 * @category guards
 */
export const isInvalidToolInput = (value: unknown): value is InvalidToolInput =>
  Predicate.isTagged(value, "InvalidToolInput")
