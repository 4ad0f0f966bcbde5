import type { ContentBlock } from "../../schema/ContentBlock.js"
import type { ContentBlockParam } from "../../schema/ContentBlockParam.js"
import type { Message } from "../../schema/Message.js"
import type { AssistantMessageParam, MessageParam } from "../../schema/MessageRequest.js"

/** Whether the API takes a block back: thinking without its signature and half a tool input it does not. */
const returnable = (block: ContentBlock): boolean => {
  if (block.type === "thinking") return block.signature !== ""
  if (block.type === "unknown") return block.raw.type !== "tool_use"
  return !(block.type === "text" && block.text.trim() === "")
}

/** A prefill and the reply to it are one turn, and the text of the two is one text. */
const joined = (prefill: AssistantMessageParam, content: ReadonlyArray<ContentBlockParam>): MessageParam => {
  if (typeof prefill.content !== "string") return { role: "assistant", content: [...prefill.content, ...content] }
  const [first, ...rest] = content
  return first?.type === "text"
    ? { role: "assistant", content: [{ ...first, text: prefill.content + first.text }, ...rest] }
    : { role: "assistant", content: [{ type: "text", text: prefill.content }, ...content] }
}

/** The turns that were sent, and the answer behind them: its blocks as they came, in their order. */
export const withAnswer = (
  sent: ReadonlyArray<MessageParam>,
  message: Message | undefined
): ReadonlyArray<MessageParam> => {
  const answer: ReadonlyArray<unknown> = (message?.content ?? []).filter(returnable)
  // the API takes its own blocks back as they are; the types of the two sides differ in their nulls alone
  const content = answer as ReadonlyArray<ContentBlockParam>
  if (content.length === 0) return sent
  const last = sent.at(-1)
  return last?.role === "assistant"
    ? [...sent.slice(0, -1), joined(last, content)]
    : [...sent, { role: "assistant", content }]
}
