import type { ContentDelta } from "../../schema/MessageStreamEvent.js"
import * as Checkpoint from "../Checkpoint.js"
import type { Output } from "./ledger.js"

/** Where a consumer is: by a cursor, or by how much text it has taken (UTF-16 units). */
export type After = Checkpoint.Cursor | { readonly textLength: number }

/** Follows a stream's events. */
export const tracker = (): (event: Output) => Checkpoint.Cursor => {
  let cursor = Checkpoint.initialCursor
  return (event) => cursor = Checkpoint.advance(cursor, event)
}

/**
 * The events that a consumer has not taken yet; the delta in which it stopped is told from there on. What it needs to
 * understand them comes again: the message's start, and the start of the block it is in.
 */
export const since = (events: ReadonlyArray<Output>, after: After): ReadonlyArray<Output> => {
  const taken = "textLength" in after ? byText(after.textLength) : byCursor(after)
  const kept: Array<Output> = []
  for (const event of events) {
    const rest = event.type === "content_block_delta" ? dropped(event.delta, taken(event)) : undefined
    if (event.type !== "content_block_delta") {
      taken(event)
      if (isContext(event, after)) kept.push(event)
    } else if (rest !== undefined) kept.push({ ...event, delta: rest })
  }
  return kept
}

const isContext = (event: Output, after: After): boolean =>
  "textLength" in after || (event.type !== "content_block_start" && event.type !== "content_block_stop") ||
  event.index >= after.block

/** How many units of an event's delta were taken. */
type Taken = (event: Output) => number

const byText = (length: number): Taken => {
  let left = length
  return (event) => {
    if (event.type !== "content_block_delta" || event.delta.type !== "text_delta") return 0
    const taken = Math.min(left, event.delta.text.length)
    left -= taken
    return taken
  }
}

const byCursor = (after: Checkpoint.Cursor): Taken => {
  let cursor = Checkpoint.initialCursor
  return (event) => {
    const before = cursor
    cursor = Checkpoint.advance(cursor, event)
    if (cursor.block !== after.block) return cursor.block < after.block ? Infinity : 0
    return Math.max(0, after.offset - (before.block === cursor.block ? before.offset : 0))
  }
}

/** What is left of a delta, `undefined` for nothing. Deltas without a length come again. */
const dropped = (delta: ContentDelta, taken: number): ContentDelta | undefined => {
  switch (delta.type) {
    case "text_delta":
      return taken >= delta.text.length ? undefined : { ...delta, text: delta.text.slice(taken) }
    case "thinking_delta":
      return taken >= delta.thinking.length ? undefined : { ...delta, thinking: delta.thinking.slice(taken) }
    case "input_json_delta":
      return taken >= delta.partial_json.length && taken > 0
        ? undefined
        : { ...delta, partial_json: delta.partial_json.slice(taken) }
    default:
      return taken === Infinity ? undefined : delta
  }
}
