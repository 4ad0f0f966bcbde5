import type { Message } from "../../schema/Message.js"
import type { MessageDelta } from "../../schema/MessageStreamEvent.js"
import type { Cut } from "../../stream/ResumeMarker.js"
import type { Checkpoint } from "../Checkpoint.js"
import type { BilledTokens, Segment, SegmentMode } from "../Segment.js"
import type { Ledger } from "./ledger.js"
import type { SegmentReader } from "./segmentReader.js"
import { TokenCount } from "./tokens.js"

type Usage = Message["usage"]

const inputTokens = (usage: Usage | undefined): number =>
  (usage?.input_tokens ?? 0) + (usage?.cache_creation_input_tokens ?? 0) + (usage?.cache_read_input_tokens ?? 0)

/** What a segment delivered and cost: as it was reported, or estimated where the report was cut off. */
export const segmentOf = (options: {
  readonly attempt: number
  readonly mode: SegmentMode
  readonly requestId: string | undefined
  readonly reader: SegmentReader
  readonly cut: Cut | undefined
}): Segment => {
  const { attempt, cut, mode, reader, requestId } = options
  const { complete } = reader.seen
  const seen = reader.seen.current()
  const reported = seen?.usage.output_tokens ?? 0
  return {
    attempt,
    mode,
    requestId,
    messageId: seen?.id,
    billed: {
      inputTokens: inputTokens(seen?.usage),
      outputTokens: complete ? reported : Math.max(reported, reader.received.tokens),
      estimated: !complete
    },
    characters: reader.characters,
    ...(cut === undefined ? {} : { cut })
  }
}

/** The segment of a process that ended while it read it, where the events tell of one whose end is not known. */
export const lostSegment = (ledger: Ledger, { events, segments }: Checkpoint, cut: Cut): Segment | undefined => {
  let attempt = ledger.started ? 1 : 0
  let mode: SegmentMode = "first"
  for (const event of events) {
    if (event.type !== "resume" || event.status !== "resumed") continue
    attempt = event.attempt
    mode = event.seam === undefined ? "restart" : "quoted"
  }
  if (ledger.finished || attempt === 0 || segments.some((segment) => segment.attempt >= attempt)) return undefined
  const known = sumOf(segments).outputTokens
  const characters = segments.reduce((sum, segment) => sum + segment.characters, 0)
  return {
    attempt,
    mode,
    billed: {
      inputTokens: inputTokens(ledger.message?.usage),
      outputTokens: Math.max(0, standingTokens(ledger) - known),
      estimated: true
    },
    characters: Math.max(0, ledger.text.length - characters),
    cut
  }
}

export const sumOf = (segments: ReadonlyArray<Segment>): BilledTokens =>
  segments.reduce<BilledTokens>(
    (sum, { billed }) => ({
      inputTokens: sum.inputTokens + billed.inputTokens,
      outputTokens: sum.outputTokens + billed.outputTokens,
      estimated: sum.estimated || billed.estimated
    }),
    { inputTokens: 0, outputTokens: 0, estimated: false }
  )

/** Output tokens of what was delivered and stands, roughly. */
export const standingTokens = (ledger: Ledger): number => {
  const count = new TokenCount()
  for (const block of ledger.message?.content ?? []) {
    if (block.type === "text") count.add(block.text)
    if (block.type === "thinking") count.add(block.thinking)
  }
  return count.tokens
}

/** The usage that one uncut message would show: the input was read once, and no word was said twice. */
export const asUncut = (
  event: MessageDelta,
  options: {
    readonly first: Usage | undefined
    /** Output tokens of what stood before this segment. */
    readonly standing: number
    readonly reader: SegmentReader
  }
): MessageDelta => {
  const { first, reader, standing } = options
  const again = reader.received.tokens - reader.told.tokens
  return {
    ...event,
    usage: {
      ...event.usage,
      input_tokens: first?.input_tokens,
      cache_creation_input_tokens: first?.cache_creation_input_tokens,
      cache_read_input_tokens: first?.cache_read_input_tokens,
      output_tokens: standing + Math.max(0, event.usage.output_tokens - again)
    }
  }
}
