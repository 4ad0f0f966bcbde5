import type { ContentBlock } from "../../schema/ContentBlock.js"
import type { ContentBlockParam } from "../../schema/ContentBlockParam.js"
import type { Message } from "../../schema/Message.js"
import type { MessageParam } from "../../schema/MessageRequest.js"

/** Whether the API takes a block back: thinking without its signature and half a tool input it does not. */
const returnable = (block: ContentBlock): boolean => {
  if (block.type === "thinking") return block.signature !== ""
  if (block.type === "unknown") return block.raw.type !== "tool_use"
  return !(block.type === "text" && block.text.trim() === "")
}

/** An answer as the turn that is sent back: its blocks as they came, in their order. */
export const lastTurn = (message: Message | undefined): ReadonlyArray<MessageParam> => {
  const content = (message?.content ?? []).filter(returnable)
  // the API takes its own blocks back as they are; the types of the two sides differ in their nulls alone
  return content.length === 0 ? [] : [{ role: "assistant", content: content as ReadonlyArray<unknown> as ReadonlyArray<ContentBlockParam> }]
}
