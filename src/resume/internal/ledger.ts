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

type Block = ContentBlockStart["content_block"]

/** What a resumable stream emits. */
export type Output = MessageStreamEvent | ResumeMarker

interface Shown {
  readonly index: number
  readonly type: string
  open: boolean
}

/** The types of blocks that stand for something that ran, and may cost or change something if it ran again. */
const runsOnServer = (type: string): boolean =>
  type === "server_tool_use" || type.startsWith("mcp_tool_") || type.endsWith("_tool_result")

const typeOf = (block: Block): string => block.type === "unknown" ? block.raw.type : block.type

const inOnePiece = (block: Block, { index, open }: Shown): ReadonlyArray<Output> => {
  const stop: ReadonlyArray<Output> = open ? [] : [{ type: "content_block_stop", index }]
  const start = (content_block: Block): Output => ({ type: "content_block_start", index, content_block })
  const delta = (delta: ContentDelta): Output => ({ type: "content_block_delta", index, delta })
  switch (block.type) {
    case "text":
      return [start({ ...block, text: "" }), delta({ type: "text_delta", text: block.text }), ...stop]
    case "thinking": {
      const { signature, thinking } = block
      const told = [start({ ...block, thinking: "", signature: "" }), delta({ type: "thinking_delta", thinking })]
      return signature === "" ? [...told, ...stop] : [...told, delta({ type: "signature_delta", signature }), ...stop]
    }
    default:
      return [start(block), ...stop]
  }
}

/**
 * The one message that is told to the consumer, whatever happened underneath: one start, rising indices, one end. What
 * was told stands here, and nowhere else.
 */
export class Ledger {
  /** All the text that was delivered and stands. */
  text = ""
  started = false
  finished = false
  /** A tool call of the client's was delivered whole. */
  hasToolUse = false
  serverToolBegun = false
  stopReason: string | undefined = undefined
  readonly builder = new MessageBuilder()
  private readonly shown: Array<Shown> = []
  private pending: Array<Output> = []
  private nextIndex = 0

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

  /** The text block that is open, if one is: a continuation goes on in it. */
  get openText(): number | undefined {
    const last = this.shown.at(-1)
    return last !== undefined && last.open && last.type === "text" ? last.index : undefined
  }

  start(message: Message): void {
    if (this.started) return
    this.started = true
    this.emit({ type: "message_start", message })
  }

  open(block: Block): number {
    const index = this.nextIndex++
    const type = typeOf(block)
    this.shown.push({ index, type, open: true })
    if (runsOnServer(type)) this.serverToolBegun = true
    this.emit({ type: "content_block_start", index, content_block: block })
    return index
  }

  delta(index: number, delta: ContentDelta): void {
    if (delta.type === "text_delta") this.text += delta.text
    this.emit({ type: "content_block_delta", index, delta })
  }

  close(index: number): void {
    const block = this.shown.find((block) => block.index === index)
    if (block === undefined || !block.open) return
    block.open = false
    if (block.type === "tool_use") this.hasToolUse = true
    this.emit({ type: "content_block_stop", index })
  }

  other(event: MessageStreamEvent): void {
    this.emit(event)
  }

  end(event: MessageDelta): void {
    this.stopReason = event.delta.stop_reason ?? this.stopReason
    this.emit(event)
  }

  stop(): void {
    for (const block of this.shown) if (block.open) this.close(block.index)
    this.finished = true
    this.emit({ type: "message_stop" })
  }

  /** Tells a cut. What is half done and cannot be gone on with is closed and taken back. */
  cut(attempt: number, cut: Cut, withText: boolean): void {
    const withdrawn: Array<WithdrawnBlock> = []
    for (const block of this.shown) {
      const half = block.open && block.type !== "text"
      const useless = (withText && block.type === "text") || (block.type === "thinking" && (withText || !this.hasText))
      if (!half && !useless) continue
      if (block.open) this.close(block.index)
      withdrawn.push({ index: block.index, type: block.type })
    }
    this.forget(withdrawn)
    this.emit({ type: "resume", status: "cut", attempt, cut, ...(withdrawn.length === 0 ? {} : { withdrawn }) })
  }

  resumed(attempt: number, cut: Cut, seam: Seam | undefined): void {
    const marked = seam === undefined
      ? {}
      : { seam: { certain: seam.certain, before: seam.before, after: seam.after } }
    this.emit({ type: "resume", status: "resumed", attempt, cut, ...marked })
  }

  private get hasText(): boolean {
    return this.text !== ""
  }

  /** What was told and stands, each block in one piece. */
  condensed(): ReadonlyArray<Output> {
    const message = this.builder.final()
    if (message === undefined) return []
    const events: Array<Output> = [{ type: "message_start", message: { ...message, content: [], stop_reason: null } }]
    for (const [at, block] of message.content.entries()) {
      const shown = this.shown[at]
      if (shown !== undefined) events.push(...inOnePiece(block, shown))
    }
    if (this.stopReason !== undefined) {
      const { stop_reason, stop_sequence, usage: { output_tokens } } = message
      events.push({ type: "message_delta", delta: { stop_reason, stop_sequence }, usage: { output_tokens } })
    }
    return this.finished ? [...events, { type: "message_stop" }] : events
  }

  /** Takes over what was told before, in another process. */
  restore(event: Output): void {
    this.builder.apply(event)
    switch (event.type) {
      case "message_start":
        this.started = true
        return
      case "content_block_start": {
        const type = typeOf(event.content_block)
        this.nextIndex = event.index + 1
        this.shown.push({ index: event.index, type, open: true })
        if (runsOnServer(type)) this.serverToolBegun = true
        return
      }
      case "content_block_delta":
        if (event.delta.type === "text_delta") this.text += event.delta.text
        return
      case "content_block_stop":
        for (const block of this.shown) {
          if (block.index !== event.index) continue
          block.open = false
          if (block.type === "tool_use") this.hasToolUse = true
        }
        return
      case "message_delta":
        this.stopReason = event.delta.stop_reason ?? this.stopReason
        return
      case "message_stop":
        this.finished = true
        return
      case "resume":
        return this.forget(event.withdrawn ?? [])
    }
  }

  private forget(withdrawn: ReadonlyArray<WithdrawnBlock>): void {
    for (const { index, type } of withdrawn) {
      const at = this.shown.findIndex((block) => block.index === index)
      if (at >= 0) this.shown.splice(at, 1)
      // text is withdrawn as a whole
      if (type === "text") this.text = ""
    }
  }

  private emit(event: Output): void {
    this.builder.apply(event)
    this.pending.push(event)
  }
}
