/**
 * The tool calls of a message, each as soon as it is whole.
 *
 * @internal
 */
import type { ToolUseBlock } from "../../schema/ContentBlock.js"
import type { MessageStreamEvent } from "../../schema/MessageStreamEvent.js"
import type { InvalidToolInput } from "../InvalidToolInput.js"
import type { ResumeMarker } from "../ResumeMarker.js"
import { BlockDraft } from "./blockDraft.js"

type Call = ToolUseBlock | InvalidToolInput

/** @internal */
export class ToolCalls {
  private readonly open = new Map<number, BlockDraft>()

  /** Adds the calls that the event completes to `out`. */
  apply(event: MessageStreamEvent | ResumeMarker, out: Array<Call>): void {
    switch (event.type) {
      case "content_block_delta":
        if (this.open.size > 0) this.open.get(event.index)?.append(event.delta)
        return
      case "content_block_start":
        if (event.content_block.type !== "tool_use") return
        this.open.set(event.index, new BlockDraft(event.index, event.content_block))
        return
      case "content_block_stop":
        return this.close(event.index, out)
      case "message_start":
        return this.open.clear()
      case "message_delta":
        return typeof event.delta.stop_reason === "string" ? this.flush(out) : undefined
      case "message_stop":
        return this.flush(out)
      case "resume":
        for (const { index } of event.withdrawn ?? []) this.open.delete(index)
    }
  }

  private close(index: number, out: Array<Call>): void {
    const draft = this.open.get(index)
    if (draft === undefined) return
    draft.stop()
    this.give(draft, out)
  }

  /** The message has stopped: a block that is still open was cut off by it, as by `max_tokens`. */
  private flush(out: Array<Call>): void {
    for (const draft of this.open.values()) this.give(draft, out)
  }

  private give(draft: BlockDraft, out: Array<Call>): void {
    this.open.delete(draft.index)
    const call = draft.toolUse()
    if (call !== undefined) out.push(call)
  }
}
