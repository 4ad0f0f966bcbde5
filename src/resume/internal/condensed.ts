import type { ContentBlock } from "../../schema/ContentBlock.js"
import type { ContentDelta, MessageStreamEvent } from "../../schema/MessageStreamEvent.js"

/** The events of a block, its content in one piece. */
export const inOnePiece = (
  block: ContentBlock,
  { index, open }: { readonly index: number; readonly open: boolean }
): ReadonlyArray<MessageStreamEvent> => {
  const start = (content_block: ContentBlock): MessageStreamEvent => ({
    type: "content_block_start",
    index,
    content_block
  })
  const delta = (delta: ContentDelta): MessageStreamEvent => ({ type: "content_block_delta", index, delta })
  const stop: ReadonlyArray<MessageStreamEvent> = open ? [] : [{ type: "content_block_stop", index }]
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
