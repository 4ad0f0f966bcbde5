import { globalValue } from "effect/GlobalValue"
import type { ContentBlockParam } from "../../schema/ContentBlockParam.js"
import type { MessageParam, MessageRequest } from "../../schema/MessageRequest.js"
import * as Model from "../../schema/Model.js"
import type { ContentBlock } from "../../schema/ContentBlock.js"
import * as Seam from "../Seam.js"
import type { SegmentMode } from "../Segment.js"

/** How an answer is gone on with after a cut. */
export type Strategy = "quoted" | "assistantTurn" | "prefill" | "restart"

/** Models that said they take no prefill, whatever the table says. */
const withoutPrefill = globalValue("effect-claude/Resumable/withoutPrefill", () => new Set<string>())

/** The API refused a prefill for this model: it is not tried again in this process. */
export const rememberWithoutPrefill = (model: string): void => {
  withoutPrefill.add(model)
}

/** Thinking rules a prefill out (failure-modes.md 1.4). */
const thinks = (request: MessageRequest): boolean =>
  request.thinking !== undefined && request.thinking.type !== "disabled"

/** The strategy by model and request: the documented form for each. */
export const defaultStrategy = (request: MessageRequest): Strategy =>
  Model.supportsPrefill(request.model) && !withoutPrefill.has(request.model) && !thinks(request) ? "prefill" : "quoted"

/** Tokens of a text, roughly and rather too many: four characters of Latin script, one of others. */
export const estimateTokens = (text: string): number => {
  let wide = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x2e7f) wide++
  return Math.ceil((text.length - wide) / 4) + wide
}

/** A request that goes on where the delivered text ends. */
export interface Continuation {
  readonly request: MessageRequest
  readonly mode: SegmentMode
  readonly matcher: Seam.SeamMatcher | undefined
  /** Tokens that the reply spends on words that were there before. */
  readonly repeated: number
}

/** Thinking that was signed stands as it is; what came without its signature would be refused. */
const signedThinking = (blocks: ReadonlyArray<ContentBlock>): ReadonlyArray<ContentBlockParam> => {
  const kept: Array<ContentBlockParam> = []
  for (const block of blocks) {
    if (block.type === "thinking" && block.signature !== "") {
      kept.push({ type: "thinking", thinking: block.thinking, signature: block.signature })
    } else if (block.type === "redacted_thinking") kept.push({ type: "redacted_thinking", data: block.data })
  }
  return kept
}

/** The delivered part of an answer as a turn. The API refuses one that ends in blanks. */
export const assistantTurn = (blocks: ReadonlyArray<ContentBlock>, text: string): MessageParam => ({
  role: "assistant",
  content: [...signedThinking(blocks), { type: "text", text: text.trimEnd() }]
})

const append = (request: MessageRequest, left: number, turns: ReadonlyArray<MessageParam>): MessageRequest => ({
  ...request,
  max_tokens: left,
  messages: [...request.messages, ...turns]
})

/** Asks to go on. What is sent is the request as it was and turns behind it: nothing of it is edited. */
export const continueBy = (options: {
  readonly strategy: "quoted" | "assistantTurn" | "prefill"
  readonly request: MessageRequest
  readonly text: string
  readonly blocks: ReadonlyArray<ContentBlock>
  /** Output tokens that are left, without those for repeated words. */
  readonly left: number
  readonly prompt: Seam.Prompt
}): Continuation => {
  const { blocks, left, request, strategy, text } = options
  if (strategy === "prefill") {
    const prefill: MessageParam = { role: "assistant", content: text.trimEnd() }
    const matcher = afterPrefill(text)
    return { request: append(request, left, [prefill]), mode: "prefill", matcher, repeated: 0 }
  }
  const stopSequences = request.stop_sequences ?? []
  const anchor = Seam.anchorFor(text, { stopSequences })
  const matcher = Seam.make({ partial: text, anchor, stopSequences })
  const repeated = anchor === undefined ? 0 : estimateTokens(anchor.text)
  const ask: MessageParam = { role: "user", content: options.prompt({ strategy, partial: text, anchor }) }
  const turns = strategy === "quoted" ? [ask] : [assistantTurn(blocks, text), ask]
  return { request: append(request, left + repeated, turns), mode: strategy, matcher, repeated }
}

/**
 * A prefill is gone on with at its very end, so every seam is certain. The blanks that were trimmed off for the API have
 * been delivered: as far as the reply brings them again they are dropped.
 */
const afterPrefill = (text: string): Seam.SeamMatcher => {
  const trimmed = text.slice(text.trimEnd().length)
  let dropped = 0
  let decided = false
  const decide = (after: string): Seam.Seam | undefined => {
    if (decided) return undefined
    decided = true
    return {
      certain: true,
      method: "anchor",
      failed: false,
      dropped,
      before: text.slice(-40),
      after: after.slice(0, 40)
    }
  }
  const push = (piece: string): Seam.SeamStep => {
    if (decided) return { emit: piece, resolved: undefined }
    let at = 0
    while (at < piece.length && piece[at] === trimmed[dropped]) {
      at++
      dropped++
    }
    const emit = piece.slice(at)
    return { emit, resolved: emit === "" ? undefined : decide(emit) }
  }
  return {
    push,
    end: () => ({ emit: "", resolved: decide("") }),
    discard: () => 0,
    held: () => 0
  }
}
