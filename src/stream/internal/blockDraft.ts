/**
 * One block of a message while its deltas come in.
 *
 * @internal
 */
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type { TextCitation } from "../../schema/Citation.js"
import type { ContentBlock, ToolUseBlock } from "../../schema/ContentBlock.js"
import type { ContentDelta } from "../../schema/MessageStreamEvent.js"
import { isNestedTooDeep } from "../../schema/internal/nesting.js"
import type { Unknown } from "../../schema/Unknown.js"
import type { InvalidToolInput } from "../InvalidToolInput.js"
import { attach } from "./invalidInput.js"

type InputFault = Pick<InvalidToolInput, "raw" | "reason">

const isJsonObject = (value: unknown): value is { readonly [key: string]: unknown } => Predicate.isRecord(value)

const parseInput = (raw: string): Either.Either<unknown, InputFault> => {
  if (isNestedTooDeep(raw)) return Either.left({ raw, reason: "not-json" })
  try {
    const input: unknown = JSON.parse(raw)
    return isJsonObject(input) ? Either.right(input) : Either.left({ raw, reason: "not-object" })
  } catch {
    return Either.left({ raw, reason: "not-json" })
  }
}

/** What the API's guide to fine-grained tool streaming wraps an unusable input in, to send the call back. */
const invalidJsonKey = "INVALID_JSON"

/** @internal */
export class BlockDraft {
  /** Whether its `content_block_stop` came. */
  stopped = false

  private text = ""
  private json: string | undefined = undefined
  private signature: string | undefined = undefined
  private citations: Array<TextCitation> | undefined = undefined
  private assigned: { readonly [key: string]: unknown } | undefined = undefined
  private input: Either.Either<unknown, InputFault> | undefined = undefined
  private value: ContentBlock | undefined

  constructor(
    readonly index: number,
    readonly start: ContentBlock
  ) {
    this.value = start
  }

  /** Takes a delta; one that does not belong to a block of this type is passed over. */
  append(delta: ContentDelta): void {
    switch (delta.type) {
      case "text_delta":
        if (this.start.type === "text") this.text += delta.text
        else return
        break
      case "thinking_delta":
        if (this.start.type === "thinking") this.text += delta.thinking
        else return
        break
      case "input_json_delta":
        if (this.takesInput) this.json = this.json === undefined ? delta.partial_json : this.json + delta.partial_json
        else return
        break
      case "signature_delta":
        if (this.start.type === "thinking") this.signature = delta.signature
        else return
        break
      case "citations_delta":
        if (this.start.type === "text") (this.citations ??= [...(this.start.citations ?? [])]).push(delta.citation)
        else return
        break
      case "unknown":
        if (!this.assign(delta.raw)) return
    }
    this.value = undefined
  }

  stop(): void {
    if (this.stopped) return
    this.stopped = true
    if (this.json === undefined || this.json === "") return
    this.input = parseInput(this.json)
    this.value = undefined
  }

  /** The block as far as it came: a tool's input is what the block began with until the block has stopped. */
  current(): ContentBlock {
    return (this.value ??= this.build())
  }

  /** The block as it stands once no more will come: an input that never ended is a fault. */
  final(): ContentBlock {
    const fault = this.inputFault()
    return fault === undefined ? this.current() : this.faulty(fault)
  }

  /** The finished call of a tool, if this block is one. */
  toolUse(): ToolUseBlock | InvalidToolInput | undefined {
    if (this.start.type !== "tool_use") return undefined
    const fault = this.inputFault()
    if (fault !== undefined) return invalid(this.start, this.index, fault)
    const block = this.current()
    return block.type === "tool_use" ? block : undefined
  }

  private get takesInput(): boolean {
    const { start } = this
    return (
      start.type === "tool_use"
      || start.type === "server_tool_use"
      || (start.type === "unknown" && isJsonObject(start.raw["input"]))
    )
  }

  private inputFault(): InputFault | undefined {
    if (this.input !== undefined) return Either.isLeft(this.input) ? this.input.left : undefined
    return this.stopped || !this.takesInput ? undefined : { raw: this.json ?? "", reason: "incomplete" }
  }

  /** `compaction_delta` (beta) carries the block's final values. */
  private assign(raw: Unknown.Raw): boolean {
    if (raw.type !== "compaction_delta" || this.start.type !== "unknown") return false
    this.assigned = { ...this.assigned, ...raw }
    return true
  }

  private build(): ContentBlock {
    const { start } = this
    if (this.input !== undefined) {
      return Either.match(this.input, {
        onLeft: (fault): ContentBlock => this.faulty(fault),
        onRight: (input) => withInput(start, input)
      })
    }
    switch (start.type) {
      case "text": {
        const block = { ...start, text: start.text + this.text }
        return this.citations === undefined ? block : { ...block, citations: this.citations.slice() }
      }
      case "thinking":
        return { ...start, thinking: start.thinking + this.text, signature: this.signature ?? start.signature }
      case "unknown":
        return this.assigned === undefined
          ? start
          : { ...start, raw: { ...start.raw, ...this.assigned, type: start.raw.type } }
      default:
        return start
    }
  }

  /** No `tool_use`, so that nothing runs it by mistake; sent back, it is a call that the API takes. */
  private faulty(fault: InputFault): Unknown {
    const { start } = this
    const block: Unknown = {
      type: "unknown",
      raw: { ...(start.type === "unknown" ? start.raw : start), input: { [invalidJsonKey]: fault.raw } }
    }
    return start.type === "tool_use" ? attach(block, invalid(start, this.index, fault)) : block
  }
}

const invalid = (start: ToolUseBlock, index: number, fault: InputFault): InvalidToolInput => ({
  _tag: "InvalidToolInput",
  id: start.id,
  name: start.name,
  index,
  ...fault
})

const withInput = (start: ContentBlock, input: unknown): ContentBlock => {
  if (start.type === "unknown") return { ...start, raw: { ...start.raw, input } }
  return start.type === "tool_use" || start.type === "server_tool_use" ? { ...start, input } : start
}
