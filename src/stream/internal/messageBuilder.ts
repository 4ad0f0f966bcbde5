/**
 * The fold of a message's events.
 *
 * Mutable while it folds; the values it hands out are immutable and share with one another all that did not change.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import type { ContentBlock } from "../../schema/ContentBlock.js"
import type { Message, Usage } from "../../schema/Message.js"
import type { ContentBlockDelta, ContentBlockStart, MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import type { ResumeMarker } from "../ResumeMarker.js"
import { BlockDraft } from "./blockDraft.js"

type Json = { readonly [key: string]: unknown }

const isJsonObject = (value: unknown): value is Json => Predicate.isRecord(value)

/** What has a value overwrites, what is null or absent does not. Counters are totals: nothing is added up. */
const overwrite = <A extends object>(target: A, patch: object): A => ({
  ...target,
  ...Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null && value !== undefined))
})

/** Fields of a `message_delta` event itself that belong to the message (beta). */
const messageFields = (event: object): Json =>
  Object.fromEntries(
    Object.entries(event).filter(([key]) => key === "context_management" || key === "input_transformations")
  )

/** @internal */
export class MessageBuilder {
  /** Whether `message_stop` came. */
  stopped = false
  /** The `type` of the last event that belongs to the message. */
  lastEvent: string | undefined = undefined

  private base: Message | undefined = undefined
  private blocks: Array<BlockDraft> = []
  private byIndex = new Map<number, BlockDraft>()
  private latest: BlockDraft | undefined = undefined
  private snapshot: Message | undefined = undefined

  /** Whether all of the message is there: `message_stop` came, or at least the reason why it stopped. */
  get complete(): boolean {
    return this.base !== undefined && (this.stopped || typeof this.base.stop_reason === "string")
  }

  get usage(): Usage | undefined {
    return this.base?.usage
  }

  get model(): string | undefined {
    return this.base?.model
  }

  /** Folds an event in. False if it changed nothing. */
  apply(event: MessageStreamEvent | ResumeMarker): boolean {
    if (event.type === "resume") return this.withdraw(event)
    this.lastEvent = event.type
    if (event.type === "message_start") return this.begin(event.message)
    if (this.base === undefined) return false
    switch (event.type) {
      case "content_block_delta":
        return this.append(event)
      case "content_block_start":
        return this.open(event)
      case "content_block_stop":
        this.byIndex.get(event.index)?.stop()
        break
      case "message_delta":
        this.merge(this.base, event.delta, event.usage, event)
        break
      case "message_stop":
        this.stopped = true
        break
      case "unknown":
        return false
    }
    this.snapshot = undefined
    return true
  }

  /** The message as far as it came. */
  current(): Message | undefined {
    if (this.base === undefined) return undefined
    return (this.snapshot ??= { ...this.base, content: this.blocks.map((block) => block.current()) })
  }

  /** The message as it stands once no more will come. */
  final(): Message | undefined {
    if (this.base === undefined) return undefined
    return { ...this.base, content: this.blocks.map((block): ContentBlock => block.final()) }
  }

  /** A second start begins anew: the stream was asked for again as a whole. */
  private begin(message: Message): boolean {
    this.base = message
    this.stopped = false
    this.blocks = []
    this.byIndex = new Map()
    this.latest = undefined
    this.snapshot = undefined
    message.content.forEach((block, index) => this.add(index, block).stop())
    return true
  }

  private add(index: number, block: ContentBlock): BlockDraft {
    const draft = new BlockDraft(index, block)
    this.blocks.push(draft)
    this.byIndex.set(index, draft)
    this.latest = draft
    return draft
  }

  private open({ content_block: block, index }: ContentBlockStart): boolean {
    this.add(index, block)
    const to = block.type === "unknown" && block.raw.type === "fallback" ? block.raw["to"] : undefined
    if (this.base !== undefined && isJsonObject(to) && typeof to["model"] === "string") {
      // From here on another model answers, and the message goes by its name.
      this.base = { ...this.base, model: to["model"] }
    }
    this.snapshot = undefined
    return true
  }

  private append({ delta, index }: ContentBlockDelta): boolean {
    const block = this.latest?.index === index ? this.latest : this.byIndex.get(index)
    if (block === undefined) return false
    block.append(delta)
    this.snapshot = undefined
    return true
  }

  private merge(base: Message, delta: object, usage: object, event: object): void {
    this.base = { ...overwrite(overwrite(base, delta), messageFields(event)), usage: overwrite(base.usage, usage) }
  }

  private withdraw(marker: ResumeMarker): boolean {
    const gone = new Set(marker.withdrawn?.map((block) => block.index))
    if (gone.size === 0) return false
    this.blocks = this.blocks.filter((block) => !gone.has(block.index))
    for (const index of gone) this.byIndex.delete(index)
    this.latest = undefined
    this.snapshot = undefined
    return true
  }
}
