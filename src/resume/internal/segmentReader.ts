import type { TextBlock } from "../../schema/ContentBlock.js"
import type {
  ContentBlockDelta,
  ContentBlockStart,
  ContentDelta,
  MessageDelta,
  MessageStreamEvent
} from "../../schema/MessageStreamEvent.js"
import { MessageBuilder } from "../../stream/internal/messageBuilder.js"
import type { Seam, SeamMatcher, SeamStep } from "../Seam.js"
import { type Ledger, runsOnServer } from "./ledger.js"
import { mergeDeltas } from "./messageDelta.js"
import { StopScan } from "./stopScan.js"
import { TokenCount } from "./tokens.js"

/** Where the events of a segment's block go. */
type Target =
  | TextTarget
  | { readonly kind: "pass"; readonly index: number }
  /** Told whole or not at all. */
  | { readonly kind: "hold"; readonly start: ContentBlockStart; readonly deltas: Array<ContentBlockDelta> }
  | { readonly kind: "drop" }

interface TextTarget {
  readonly kind: "text"
  readonly start: TextBlock
  /** Goes through the seam, into the text block that the cut left open. */
  readonly joins: boolean
  /** Where it is told; `undefined` until it is. */
  index: number | undefined
  /** What is not told yet: blanks before the first visible character, half a pair, or a block that is told whole. */
  pending: string
  /** Deltas without text that are not told yet: citations, and what nobody knows. */
  readonly marks: Array<ContentDelta>
}

export interface SegmentOptions {
  /** Joins the reply to the text before it; `undefined` where the segment begins the message. */
  readonly matcher: SeamMatcher | undefined
  /** Tell text only when its block is whole. */
  readonly holdText: boolean
  /** Tell the input of tools as it comes. */
  readonly liveToolInput: boolean
  readonly stopSequences: ReadonlyArray<string>
  /** Called where the seam is decided, before the first new character is told; `false` stops the segment. */
  readonly onSeam: (seam: Seam) => boolean
  /** Called before the first thing that this segment tells. */
  readonly onFirst: () => void
  /** The end of the message as the consumer is to see it. */
  readonly onDelta: (event: MessageDelta) => MessageDelta
}

const isBlank = (text: string): boolean => text.trim() === ""

/** What a delta brings that is no text: it was generated all the same. */
const unreadable = (delta: ContentDelta): string => {
  if (delta.type === "thinking_delta") return delta.thinking
  return delta.type === "input_json_delta" ? delta.partial_json : ""
}

/** How much of a text's end waits for the other half of its surrogate pair. */
const halfAtEnd = (text: string): number => {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? 1 : 0
}

const textTarget = (start: TextBlock, joins: boolean): TextTarget => ({
  kind: "text",
  start,
  joins,
  index: undefined,
  pending: "",
  marks: []
})

/** Turns the events of one segment into those of the one message. */
export class SegmentReader {
  /** The segment as the API told it. */
  readonly seen = new MessageBuilder()
  /** What of it came, and what of that was told: the rest is repeated words and thinking about how to go on. */
  readonly received = new TokenCount()
  readonly told = new TokenCount()
  /** UTF-16 units of new text. */
  characters = 0
  /** The seam failed, or was not wanted: this segment is of no use. */
  rejected: Seam | undefined = undefined
  private matcher: SeamMatcher | undefined
  private seamOpen: boolean
  private stops: StopScan | undefined = undefined
  private hasTold = false
  private ending: MessageDelta | undefined = undefined
  /** Blank blocks: told only if something comes behind them. */
  private withheld: Array<TextTarget> = []
  private readonly targets = new Map<number, Target>()

  constructor(
    private readonly ledger: Ledger,
    private readonly options: SegmentOptions
  ) {
    this.matcher = options.matcher
    this.seamOpen = options.matcher !== undefined
  }

  /** Whether the API said why the message stopped: what is missing behind that is no loss. */
  get ended(): boolean {
    return typeof this.ending?.delta.stop_reason === "string"
  }

  push(event: MessageStreamEvent): void {
    if (this.rejected !== undefined || this.ledger.finished) return
    this.seen.apply(event)
    switch (event.type) {
      case "message_start":
        return this.ledger.start(event.message)
      case "content_block_start":
        return this.begin(event)
      case "content_block_delta":
        return this.extend(event)
      case "content_block_stop":
        return this.complete(event.index)
      case "message_delta":
        return this.end(event)
      case "message_stop":
        return this.finish()
      case "unknown":
        return this.unknown(event)
    }
  }

  /** Tells the end of the message. */
  finish(): void {
    if (this.rejected !== undefined || this.ledger.finished) return
    this.endTextBefore()
    if (this.rejected !== undefined || this.ledger.finished) return
    this.beforeTelling()
    for (const index of this.targets.keys()) this.complete(index)
    this.ledger.end(this.ending === undefined ? undefined : this.options.onDelta(this.ending))
  }

  /** The segment was cut: what was held back is gone. */
  discard(): void {
    this.matcher?.discard()
    this.matcher = undefined
  }

  private begin(event: ContentBlockStart): void {
    const { content_block: block, index } = event
    if (block.type === "text") {
      const target = textTarget(block, this.matcher !== undefined)
      this.targets.set(index, target)
      if (block.text !== "") this.text(target, block.text)
      return
    }
    if (runsOnServer(block)) this.ledger.serverToolBegun = true
    // thinking about how to go on is no part of the message that goes on
    if (this.matcher !== undefined && (block.type === "thinking" || block.type === "redacted_thinking")) {
      this.targets.set(index, { kind: "drop" })
      return
    }
    this.endTextBefore()
    if (this.rejected !== undefined || this.ledger.finished) return
    this.ledger.closeText()
    if (block.type === "tool_use" && !this.options.liveToolInput) {
      this.targets.set(index, { kind: "hold", start: event, deltas: [] })
      return
    }
    this.beforeTelling()
    this.targets.set(index, { kind: "pass", index: this.ledger.open(block) })
  }

  private extend(event: ContentBlockDelta): void {
    const { delta } = event
    const target = this.targets.get(event.index)
    this.received.add(unreadable(delta))
    if (target?.kind !== "drop") this.told.add(unreadable(delta))
    switch (target?.kind) {
      case "text":
        if (delta.type === "text_delta") return this.text(target, delta.text)
        target.marks.push(delta)
        if (target.index !== undefined) this.tellMarks(target, target.index)
        return
      case "pass":
        return this.ledger.delta(target.index, delta)
      case "hold":
        target.deltas.push(event)
        return
    }
  }

  private complete(index: number): void {
    const target = this.targets.get(index)
    this.targets.delete(index)
    switch (target?.kind) {
      case "text":
        return this.completeText(target)
      case "pass":
        return this.ledger.close(target.index)
      case "hold": {
        this.beforeTelling()
        const shown = this.ledger.open(target.start.content_block)
        for (const { delta } of target.deltas) this.ledger.delta(shown, delta)
        return this.ledger.close(shown)
      }
    }
  }

  private completeText(target: TextTarget): void {
    if (target.joins) {
      // the words to repeat may go on in the next block
      if (this.seamOpen) return
      this.endText(target)
      if (this.ledger.finished) return
      target.index ??= this.ledger.openText
    }
    this.settle(target)
  }

  /** No more will come for a text: it is told, or withheld if it is blank. */
  private settle(target: TextTarget): void {
    const nothing = target.index === undefined && isBlank(target.pending)
    if (!nothing) return this.tellWhole(target)
    if (!target.joins || target.pending !== "") this.withheld.push(target)
  }

  private tellWhole(target: TextTarget): void {
    this.tellText(target)
    if (target.index !== undefined) this.ledger.close(target.index)
  }

  private text(target: TextTarget, text: string): void {
    this.received.add(text)
    if (target.joins && this.matcher !== undefined) this.join(target, this.matcher.push(text))
    else this.show(target, text)
  }

  private join(target: TextTarget, step: SeamStep): void {
    if (step.resolved !== undefined) {
      this.seamOpen = false
      if (step.resolved.failed || !this.options.onSeam(step.resolved)) {
        this.rejected = step.resolved
        return
      }
      this.hasTold = true
      this.stops = new StopScan(this.ledger.text, this.options.stopSequences)
    }
    if (step.emit === "") return
    const { emit, stopped } = this.stops?.push(step.emit) ?? { emit: step.emit, stopped: undefined }
    if (stopped !== undefined) return this.stopBy(stopped)
    if (emit !== "") this.show(target, emit)
  }

  /** The reply's text is at its end: what the seam holds back is decided. */
  private endText(target: TextTarget): void {
    const { matcher } = this
    if (matcher === undefined) return
    this.matcher = undefined
    this.join(target, matcher.end())
    if (this.rejected !== undefined || this.ledger.finished) return
    const held = this.stops?.end() ?? ""
    if (held !== "") this.show(target, held)
  }

  /** The same where something else comes, or nothing: the text's own block has been completed. */
  private endTextBefore(): void {
    if (this.matcher === undefined) return
    const target = textTarget({ type: "text", text: "", citations: null }, true)
    this.endText(target)
    if (this.rejected === undefined && !this.ledger.finished) this.settle(target)
  }

  /** Tells text, unless it has to wait for the rest of its block or for the first visible character. */
  private show(target: TextTarget, text: string): void {
    target.pending += text
    if (target.joins) target.index ??= this.ledger.openText
    const waits = this.options.holdText || (target.index === undefined && isBlank(target.pending))
    if (!waits) this.tellText(target, halfAtEnd(target.pending))
  }

  private tellText(target: TextTarget, keep = 0): void {
    const end = target.pending.length - keep
    const pending = target.pending.slice(0, end)
    if (pending === "" && keep > 0) return
    this.beforeTelling()
    const index = (target.index ??= this.ledger.open({ ...target.start, text: "" }))
    this.tellMarks(target, index)
    if (pending === "") return
    target.pending = target.pending.slice(end)
    this.characters += pending.length
    this.told.add(pending)
    this.ledger.delta(index, { type: "text_delta", text: pending })
  }

  private tellMarks(target: TextTarget, index: number): void {
    if (target.joins && this.seamOpen) return
    for (const mark of target.marks.splice(0)) {
      if (!(target.joins && this.ledger.isCited(index, mark))) this.ledger.delta(index, mark)
    }
  }

  private end(event: MessageDelta): void {
    const ending = (this.ending = mergeDeltas(this.ending, event))
    if (!this.ended) return
    if (ending.delta.stop_reason === "refusal" && this.seamOpen) return this.refused()
    this.endTextBefore()
  }

  /** The API would not go on. That is an answer: nothing was joined to the text, and what was held back is not. */
  private refused(): void {
    this.discard()
    const before = this.ledger.text.slice(-40)
    const seam: Seam = { certain: false, method: "none", failed: true, dropped: 0, before, after: "" }
    this.hasTold = true
    this.options.onSeam(seam)
  }

  /** What comes before all that is told: word that the stream goes on, and the blank blocks that were held back. */
  private beforeTelling(): void {
    if (!this.hasTold) {
      this.hasTold = true
      this.options.onFirst()
    }
    for (const target of this.withheld.splice(0)) this.tellWhole(target)
  }

  private stopBy(sequence: string): void {
    this.ledger.end(
      this.options.onDelta({
        type: "message_delta",
        delta: { stop_reason: "stop_sequence", stop_sequence: sequence },
        usage: { output_tokens: this.received.tokens }
      })
    )
  }

  private unknown(event: MessageStreamEvent & { readonly type: "unknown" }): void {
    const index = event.raw["index"]
    if (typeof index !== "number") return this.ledger.other(event)
    const target = this.targets.get(index)
    const shown = target?.kind === "pass" || target?.kind === "text" ? target.index : undefined
    if (shown !== undefined) this.ledger.other({ type: "unknown", raw: { ...event.raw, index: shown } })
  }
}
