import { globalValue } from "effect/GlobalValue"
import type { ContentBlockParam } from "../../schema/ContentBlockParam.js"
import type { Message } from "../../schema/Message.js"
import type { MessageParam, MessageRequest } from "../../schema/MessageRequest.js"
import * as Model from "../../schema/Model.js"
import * as Seam from "../Seam.js"
import type { SegmentMode } from "../Segment.js"
import { answerOf } from "./checkpointTurns.js"
import type { Output } from "./ledger.js"
import { PrefillMatcher } from "./prefillMatcher.js"
import { estimateTokens } from "./tokens.js"

/** How an answer is gone on with after a cut. */
export type Strategy = "quoted" | "assistantTurn" | "prefill" | "restart"

/** Models that said they take no prefill, whatever the table says. */
const withoutPrefill = globalValue("effect-claude/Resumable/withoutPrefill", () => new Set<string>())

/** The API refused a prefill for this model: it is not tried again in this process. */
export const rememberWithoutPrefill = (model: string): void => {
  withoutPrefill.add(model)
}

export const refusesPrefill = (model: string): boolean => withoutPrefill.has(model)

/** Thinking rules a prefill out (failure-modes.md 1.4). */
const thinks = (request: MessageRequest): boolean =>
  request.thinking !== undefined && request.thinking.type !== "disabled"

/** The strategy by model and request: the documented form for each. */
export const defaultStrategy = (request: MessageRequest): Strategy =>
  Model.supportsPrefill(request.model) && !thinks(request) ? "prefill" : "quoted"

/** How a segment is asked for. */
export interface Plan {
  readonly mode: SegmentMode
  readonly request: MessageRequest
  /** Joins the reply to what was delivered; `undefined` where the segment begins the message. */
  readonly matcher: Seam.SeamMatcher | undefined
}

/** What was delivered, and has to be gone on from. */
export interface Delivered {
  readonly text: string
  readonly message: Message
  /** What was told and stands, with its seams. */
  readonly events: ReadonlyArray<Output>
}

const isThinking = (block: ContentBlockParam | undefined): boolean =>
  block?.type === "thinking" || block?.type === "redacted_thinking"

/** The delivered part of an answer as the model's turn: it may end neither in thinking nor in blanks. */
const turnOf = ({ events, message }: Delivered): MessageParam => {
  const content: Array<ContentBlockParam> = [...answerOf(message, events, false)]
  while (isThinking(content.at(-1))) content.pop()
  const last = content.at(-1)
  if (last?.type === "text") content[content.length - 1] = { ...last, text: last.text.trimEnd() }
  return { role: "assistant", content }
}

const append = (request: MessageRequest, left: number, turns: ReadonlyArray<MessageParam>): MessageRequest => ({
  ...request,
  max_tokens: left,
  messages: [...request.messages, ...turns]
})

/** Asks to go on. What is sent is the request as it was and turns behind it: nothing of it is edited. */
export const continueBy = (options: {
  readonly strategy: "quoted" | "assistantTurn" | "prefill"
  readonly request: MessageRequest
  readonly delivered: Delivered
  /** Output tokens that are left, without those for repeated words. */
  readonly left: number
  readonly prompt: Seam.Prompt
}): Plan => {
  const { delivered, left, request, strategy } = options
  const { text } = delivered
  if (strategy === "prefill") {
    const prefill: MessageParam = { role: "assistant", content: text.trimEnd() }
    return { mode: "prefill", request: append(request, left, [prefill]), matcher: new PrefillMatcher(text) }
  }
  const stopSequences = request.stop_sequences ?? []
  const anchor = Seam.anchorFor(text, { stopSequences })
  const matcher = Seam.make({ partial: text, anchor, stopSequences })
  const repeated = anchor === undefined ? 0 : estimateTokens(anchor.text)
  const ask: MessageParam = { role: "user", content: options.prompt({ strategy, partial: text, anchor }) }
  const turns = strategy === "quoted" ? [ask] : [turnOf(delivered), ask]
  return { mode: strategy, request: append(request, left + repeated, turns), matcher }
}
