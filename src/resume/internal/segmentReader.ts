import type { TextBlock } from "../../schema/ContentBlock.js"
import type {
  ContentBlockDelta,
  ContentBlockStart,
  MessageDelta,
  MessageStreamEvent
} from "../../schema/MessageStreamEvent.js"
import type { TextCitation } from "../../schema/Citation.js"
import { MessageBuilder } from "../../stream/internal/messageBuilder.js"
import type { Seam, SeamMatcher, SeamStep } from "../Seam.js"
import type { Ledger } from "./ledger.js"

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
  index: number | undefined
  /** What is not told yet: blanks before the first visible character, or a block that is told whole. */
  pending: string
  readonly citations: Array<TextCitation>
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

/** Turns the events of one segment into those of the one message. */
export class SegmentReader {
  /** The segment as the API told it. */
  readonly seen = new MessageBuilder()
  /** UTF-16 units of new text. */
  characters = 0
  /** The seam failed, or was not wanted: this segment is of no use. */
  rejected: Seam | undefined = undefined
  private matcher: SeamMatcher | undefined
  private seamOpen: boolean
  private told = false
  private readonly targets = new Map<number, Target>()

  constructor(private readonly ledger: Ledger, private readonly options: SegmentOptions) {
    this.matcher = options.matcher
    this.seamOpen = options.matcher !== undefined
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
        return this.ledger.stop()
      case "unknown":
        return this.unknown(event)
    }
  }

  /** The segment was cut: what was held back is gone. */
  discard(): void {
    this.matcher?.discard()
    this.matcher = undefined
  }

  private begin(event: ContentBlockStart): void {
    const { content_block: block, index } = event
    if (block.type === "text") {
      const joins = this.matcher !== undefined
      const target: TextTarget = {
        kind: "text",
        start: block,
        joins,
        index: joins ? this.ledger.openText : undefined,
        pending: "",
        citations: []
      }
      this.targets.set(index, target)
      if (block.text !== "") this.text(target, block.text)
      return
    }
    // thinking about how to go on is no part of the message that goes on
    if (this.matcher !== undefined && (block.type === "thinking" || block.type === "redacted_thinking")) {
      this.targets.set(index, { kind: "drop" })
      return
    }
    this.endText()
    if (this.rejected !== undefined) return
    if (block.type === "tool_use" && !this.options.liveToolInput) {
      this.targets.set(index, { kind: "hold", start: event, deltas: [] })
      return
    }
    this.first()
    this.targets.set(index, { kind: "pass", index: this.ledger.open(block) })
  }

  private extend(event: ContentBlockDelta): void {
    const target = this.targets.get(event.index)
    switch (target?.kind) {
      case "text":
        if (event.delta.type === "text_delta") return this.text(target, event.delta.text)
        if (event.delta.type !== "citations_delta") return
        if (target.index === undefined) target.citations.push(event.delta.citation)
        else this.ledger.delta(target.index, event.delta)
        return
      case "pass":
        return this.ledger.delta(target.index, event.delta)
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
        if (target.joins && !this.seamOpen) this.endText(target)
        this.flush(target)
        if (target.index !== undefined && !(target.joins && this.seamOpen)) this.ledger.close(target.index)
        return
      case "pass":
        return this.ledger.close(target.index)
      case "hold": {
        this.first()
        const shown = this.ledger.open(target.start.content_block)
        for (const { delta } of target.deltas) this.ledger.delta(shown, delta)
        return this.ledger.close(shown)
      }
    }
  }

  private text(target: TextTarget, text: string): void {
    if (!target.joins || this.matcher === undefined) return this.show(target, text)
    this.join(target, this.matcher.push(text))
  }

  private join(target: TextTarget | undefined, step: SeamStep): void {
    if (step.resolved !== undefined) {
      this.seamOpen = false
      if (step.resolved.failed || !this.options.onSeam(step.resolved)) {
        this.rejected = step.resolved
        return
      }
      this.told = true
    }
    if (step.emit === "") return
    const stopped = this.stopAcross(step.emit)
    if (stopped !== undefined) return this.endBy(stopped)
    const into = target ?? this.lastText()
    this.show(into, step.emit)
  }

  /** The reply's text is at its end, or goes on in another block: what the seam holds back is decided. */
  private endText(target?: TextTarget): void {
    const { matcher } = this
    if (matcher === undefined) return
    this.matcher = undefined
    this.join(target, matcher.end())
  }

  /** Where the end of a joined text goes when its block has been closed meanwhile. */
  private lastText(): TextTarget {
    return {
      kind: "text",
      start: { type: "text", text: "", citations: null },
      joins: true,
      index: this.ledger.openText,
      pending: "",
      citations: []
    }
  }

  /** Tells text, unless it has to wait for the rest of its block or for the first visible character. */
  private show(target: TextTarget, text: string): void {
    target.pending += text
    const waits = this.options.holdText || (target.index === undefined && isBlank(target.pending))
    if (!(waits && this.isOpen(target))) this.flush(target)
  }

  private flush(target: TextTarget): void {
    const { pending } = target
    if (pending === "" && (target.joins || target.index !== undefined)) return
    this.first()
    if (target.index === undefined) {
      target.index = this.ledger.open({ ...target.start, text: "" })
      for (const citation of target.citations) {
        this.ledger.delta(target.index, { type: "citations_delta", citation })
      }
    }
    target.pending = ""
    this.characters += pending.length
    if (pending !== "") this.ledger.delta(target.index, { type: "text_delta", text: pending })
  }

  private isOpen(target: TextTarget): boolean {
    for (const other of this.targets.values()) if (other === target) return true
    return false
  }

  private end(event: MessageDelta): void {
    this.endText()
    if (this.rejected !== undefined || this.ledger.finished) return
    this.first()
    const open = this.ledger.openText
    if (open !== undefined) this.ledger.close(open)
    this.ledger.end(this.options.onDelta(event))
  }

  private first(): void {
    if (this.told) return
    this.told = true
    this.options.onFirst()
  }

  /** A stop sequence that began before the seam and ends behind it: the API cannot have seen it. */
  private stopAcross(text: string): string | undefined {
    const { stopSequences } = this.options
    const longest = Math.max(0, ...stopSequences.map((sequence) => sequence.length - 1))
    if (longest === 0 || this.characters > longest) return undefined
    const before = this.ledger.text.slice(-longest)
    return stopSequences.find((sequence) => {
      const at = (before + text).indexOf(sequence)
      return at >= 0 && at < before.length && at + sequence.length > before.length
    })
  }

  private endBy(sequence: string): void {
    const { ledger } = this
    const open = ledger.openText
    if (open !== undefined) ledger.close(open)
    ledger.end(this.options.onDelta({
      type: "message_delta",
      delta: { stop_reason: "stop_sequence", stop_sequence: sequence },
      usage: { output_tokens: this.seen.usage?.output_tokens ?? 0 }
    }))
    ledger.stop()
  }

  private unknown(event: MessageStreamEvent & { readonly type: "unknown" }): void {
    const index = event.raw["index"]
    if (typeof index !== "number") return this.ledger.other(event)
    const target = this.targets.get(index)
    const shown = target?.kind === "pass" || target?.kind === "text" ? target.index : undefined
    if (shown !== undefined) this.ledger.other({ type: "unknown", raw: { ...event.raw, index: shown } })
  }
}
