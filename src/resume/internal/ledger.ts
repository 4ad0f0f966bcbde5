import type { Message } from "../../schema/Message.js"
import type {
  ContentBlockStart,
  ContentDelta,
  MessageDelta,
  MessageStreamEvent
} from "../../schema/MessageStreamEvent.js"
import { MessageBuilder } from "../../stream/internal/messageBuilder.js"
import type { Cut, ResumeMarker, WithdrawnBlock } from "../../stream/ResumeMarker.js"
import type { Seam } from "../Seam.js"
import { inOnePiece } from "./condensed.js"

type Block = ContentBlockStart["content_block"]

/** What a resumable stream emits. */
export type Output = MessageStreamEvent | ResumeMarker

/** A block that was told and stands. */
export interface Shown {
  readonly index: number
  readonly type: string
  open: boolean
  /** The marker of the seam that it begins behind. */
  readonly behind: ResumeMarker | undefined
  /** The id of a call that runs at the API and has no result yet. */
  awaits: string | undefined
}

/** What a cut takes back: all that was told, what is half done and cannot be gone on with, or nothing. */
export type Withdrawal = "all" | "half" | "none"

const rawOf = (block: Block): { readonly type: string; readonly [key: string]: unknown } =>
  block.type === "unknown" ? block.raw : { ...block }

const isServerCall = (type: string): boolean => type === "server_tool_use" || type === "mcp_tool_use"

/** Whether a block stands for something that ran, and may cost or change something if it ran again. */
export const runsOnServer = (block: Block): boolean => {
  const { type } = rawOf(block)
  return isServerCall(type) || type.startsWith("mcp_tool_") || type.endsWith("_tool_result")
}

/**
 * The one message that is told to the consumer, whatever happened underneath: one start, rising indices, one end. All
 * that it knows follows from what it told, so that telling it the same events again restores it.
 */
export class Ledger {
  /** All the text that was delivered and stands. */
  text = ""
  /** How long the text ever was, before a restart withdrew it. */
  longest = 0
  started = false
  finished = false
  /** A server or MCP tool began to run, whether or not that was told. */
  serverToolBegun = false
  stopReason: string | undefined = undefined
  private readonly builder = new MessageBuilder()
  private shown: Array<Shown> = []
  private pending: Array<Output> = []
  private nextIndex = 0
  private lastSeam: ResumeMarker | undefined

  /** What is to be delivered now. */
  take(): ReadonlyArray<Output> {
    const taken = this.pending
    this.pending = []
    return taken
  }

  get hasPending(): boolean {
    return this.pending.length > 0
  }

  /** The message as far as it was told. */
  get message(): Message | undefined {
    return this.builder.final()
  }

  /** Something can be read: blanks alone are nothing to go on from. */
  get hasText(): boolean {
    return this.text.trim() !== ""
  }

  /** A tool call of the client's was delivered whole. */
  get hasToolUse(): boolean {
    return this.shown.some(({ open, type }) => type === "tool_use" && !open)
  }

  get hasThinking(): boolean {
    return this.shown.some(({ type }) => type === "thinking" || type === "redacted_thinking")
  }

  /** The text block that is open, if one is: a continuation goes on in it. */
  get openText(): number | undefined {
    const last = this.shown.at(-1)
    return last !== undefined && last.open && last.type === "text" ? last.index : undefined
  }

  start(message: Message): void {
    if (!this.started) this.emit({ type: "message_start", message })
  }

  open(block: Block): number {
    const index = this.nextIndex
    this.emit({ type: "content_block_start", index, content_block: block })
    return index
  }

  delta(index: number, delta: ContentDelta): void {
    this.emit({ type: "content_block_delta", index, delta })
  }

  close(index: number): void {
    const isOpen = this.shown.some((block) => block.index === index && block.open)
    if (isOpen) this.emit({ type: "content_block_stop", index })
  }

  /** Whether a citation stands in a block already, of which a continuation repeats the end. */
  isCited(index: number, delta: ContentDelta): boolean {
    if (delta.type !== "citations_delta") return false
    const at = this.shown.findIndex((block) => block.index === index)
    const block = this.message?.content[at]
    const cited = JSON.stringify(delta.citation)
    return block?.type === "text" && (block.citations ?? []).some((citation) => JSON.stringify(citation) === cited)
  }

  closeText(): void {
    if (this.openText !== undefined) this.close(this.openText)
  }

  other(event: MessageStreamEvent): void {
    this.emit(event)
  }

  end(event: MessageDelta | undefined): void {
    for (const { index, open } of this.shown) if (open) this.close(index)
    if (event !== undefined) this.emit(event)
    this.emit({ type: "message_stop" })
  }

  /** Tells a cut, and what it takes back. */
  cut(attempt: number, cut: Cut, withdrawal: Withdrawal): void {
    const withdrawn: Array<WithdrawnBlock> = []
    for (const { awaits, index, open, type } of withdrawal === "none" ? [] : this.shown) {
      const half = awaits !== undefined || (open && type !== "text")
      if (withdrawal === "half" && !half) continue
      this.close(index)
      withdrawn.push({ index, type })
    }
    this.emit({ type: "resume", status: "cut", attempt, cut, ...(withdrawn.length === 0 ? {} : { withdrawn }) })
  }

  resumed(attempt: number, cut: Cut, seam: Seam | undefined): void {
    const marked = seam === undefined ? {} : { seam: { certain: seam.certain, before: seam.before, after: seam.after } }
    this.emit({ type: "resume", status: "resumed", attempt, cut, ...marked })
  }

  /** What was told and stands, each block in one piece, each seam before the first block behind it. */
  condensed(): ReadonlyArray<Output> {
    const message = this.message
    if (message === undefined) return []
    const events: Array<Output> = [{ type: "message_start", message: { ...message, content: [], stop_reason: null } }]
    let behind: ResumeMarker | undefined
    for (const [at, block] of message.content.entries()) {
      const shown = this.shown[at]
      if (shown === undefined) continue
      if (shown.behind !== undefined && shown.behind !== behind) events.push((behind = shown.behind))
      events.push(...inOnePiece(block, shown))
    }
    if (this.lastSeam !== undefined && this.lastSeam !== behind) events.push(this.lastSeam)
    if (this.stopReason !== undefined) {
      const {
        stop_reason,
        stop_sequence,
        usage: { output_tokens }
      } = message
      events.push({ type: "message_delta", delta: { stop_reason, stop_sequence }, usage: { output_tokens } })
    }
    return this.finished ? [...events, { type: "message_stop" }] : events
  }

  /** Takes over what was told. */
  apply(event: Output): void {
    this.builder.apply(event)
    switch (event.type) {
      case "message_start":
        this.started = true
        return
      case "content_block_start":
        return this.applyStart(event)
      case "content_block_delta":
        if (event.delta.type === "text_delta") this.grow(event.delta.text)
        return
      case "content_block_stop":
        for (const block of this.shown) if (block.index === event.index) block.open = false
        return
      case "message_delta":
        this.stopReason = event.delta.stop_reason ?? this.stopReason
        return
      case "message_stop":
        this.finished = true
        return
      case "resume":
        return this.applyMarker(event)
    }
  }

  private applyStart({ content_block: block, index }: ContentBlockStart): void {
    const { id, tool_use_id, type } = rawOf(block)
    for (const call of this.shown) if (call.awaits !== undefined && call.awaits === tool_use_id) call.awaits = undefined
    const awaits = isServerCall(type) ? String(id) : undefined
    this.nextIndex = index + 1
    this.shown.push({ index, type, open: true, behind: this.lastSeam, awaits })
    if (runsOnServer(block)) this.serverToolBegun = true
    if (block.type === "text") this.grow(block.text)
  }

  private grow(text: string): void {
    this.text += text
    this.longest = Math.max(this.longest, this.text.length)
  }

  private applyMarker(marker: ResumeMarker): void {
    if (marker.seam !== undefined) this.lastSeam = marker
    const gone = new Set(marker.withdrawn?.map(({ index }) => index))
    if (gone.size === 0) return
    this.shown = this.shown.filter(({ index }) => !gone.has(index))
    if (!this.shown.some(({ type }) => type === "text")) this.text = ""
    // begun again from nothing, what follows stands behind no seam
    if (this.shown.length === 0) this.lastSeam = undefined
  }

  private emit(event: Output): void {
    this.apply(event)
    this.pending.push(event)
  }
}
