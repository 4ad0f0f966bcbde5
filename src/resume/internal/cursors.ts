import * as Context from "effect/Context"
import type { ContentDelta } from "../../schema/MessageStreamEvent.js"
import * as Checkpoint from "../Checkpoint.js"
import type { Output } from "./ledger.js"

/** Where a consumer is: by a cursor, or by how much text it has taken (UTF-16 units). */
export type After = Checkpoint.Cursor | { readonly textLength: number }

/** Where the events of a stream stand that was taken up again: it says so to whoever follows its cursor. */
export interface Position {
  /** Where the consumer is, of what was kept: it may have taken more. */
  start: Checkpoint.Cursor
  /** How much of a block's content comes before what is told of it. */
  skipped: ReadonlyMap<number, number>
}

export const initialPosition = (): Position => ({ start: Checkpoint.initialCursor, skipped: new Map() })

export class CurrentPosition extends Context.Reference<CurrentPosition>()<
  "effect-claude/Resumable/CurrentPosition",
  Position | undefined
>("effect-claude/Resumable/CurrentPosition", { defaultValue: () => undefined }) {}

/** Follows a stream's events. */
export const tracker = (position: Position): ((event: Output) => Checkpoint.Cursor) => {
  let cursor: Checkpoint.Cursor | undefined
  return (event) => {
    const next = Checkpoint.advance(cursor ?? position.start, event)
    const skipped = event.type === "content_block_start" ? (position.skipped.get(event.index) ?? 0) : 0
    return (cursor = { block: next.block, offset: next.offset + skipped })
  }
}

/** What a consumer has not taken yet, and where that stands. */
export interface Rest extends Position {
  readonly events: ReadonlyArray<Output>
}

/**
 * The events that a consumer has not taken yet; the delta in which it stopped is told from there on. What it needs to
 * understand them comes again: the message's start, and the start of the block it is in. So does what has no length
 * where it stopped, of which a cursor cannot say whether it was taken.
 */
export const since = (events: ReadonlyArray<Output>, after: After): Rest => {
  const { isTaken, start, takenOf } = "textLength" in after ? byText(after.textLength) : byCursor(events, after)
  const skipped = new Map<number, number>()
  const kept: Array<Output> = []
  for (const event of events) {
    if (isTaken(event)) continue
    const length = unitsOf(event)
    const taken = Math.min(takenOf(event), length)
    if (event.type === "content_block_delta" && taken > 0) {
      skipped.set(event.index, (skipped.get(event.index) ?? 0) + taken)
      if (taken < length) kept.push({ ...event, delta: behind(event.delta, taken) })
    } else kept.push(event)
  }
  return { events: kept, start, skipped }
}

/** Which events were taken whole, and how many units of the others. */
interface Judge {
  readonly start: Checkpoint.Cursor
  readonly isTaken: (event: Output) => boolean
  readonly takenOf: (event: Output) => number
}

const unitsOf = (event: Output): number =>
  event.type === "content_block_delta" ? Checkpoint.advance({ block: event.index, offset: 0 }, event).offset : 0

const byText = (length: number): Judge => {
  let left = length
  return {
    start: Checkpoint.initialCursor,
    isTaken: () => false,
    takenOf: (event) => {
      if (event.type !== "content_block_delta" || event.delta.type !== "text_delta") return 0
      const taken = Math.min(left, event.delta.text.length)
      left -= taken
      return taken
    }
  }
}

const isBefore = (one: Checkpoint.Cursor, other: Checkpoint.Cursor): boolean =>
  one.block < other.block || (one.block === other.block && one.offset < other.offset)

const byCursor = (events: ReadonlyArray<Output>, after: Checkpoint.Cursor): Judge => {
  const stored = events.reduce(Checkpoint.advance, Checkpoint.initialCursor)
  const start = isBefore(stored, after) ? stored : after
  let cursor = Checkpoint.initialCursor
  return {
    start,
    isTaken: (event) => {
      cursor = Checkpoint.advance(cursor, event)
      return isBefore(cursor, start) && !isContext(event, start.block) && !isCounted(event, start.block)
    },
    takenOf: (event) =>
      isCounted(event, start.block) ? Math.max(0, start.offset - (cursor.offset - unitsOf(event))) : 0
  }
}

const isContext = (event: Output, block: number): boolean =>
  event.type === "message_start" || (event.type === "content_block_start" && event.index === block)

const isCounted = (event: Output, block: number): boolean =>
  event.type === "content_block_delta" && event.index === block && unitsOf(event) > 0

/** What is left of a delta. */
const behind = (delta: ContentDelta, taken: number): ContentDelta => {
  switch (delta.type) {
    case "text_delta":
      return { ...delta, text: delta.text.slice(taken) }
    case "thinking_delta":
      return { ...delta, thinking: delta.thinking.slice(taken) }
    case "input_json_delta":
      return { ...delta, partial_json: delta.partial_json.slice(taken) }
    default:
      return delta
  }
}
