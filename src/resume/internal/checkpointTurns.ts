/**
 * What a checkpoint holds of the answer as a turn that the API takes back.
 */
import * as Predicate from "effect/Predicate"
import type { ContentBlock } from "../../schema/ContentBlock.js"
import type { ContentBlockParam } from "../../schema/ContentBlockParam.js"
import type { Message } from "../../schema/Message.js"
import type { Delivered } from "./checkpointRecord.js"

interface Standing {
  readonly index: number
  /** Its end came: nothing of it is missing. */
  whole: boolean
  /** It came behind a seam: what was asked there was another conversation, to which its signature is bound. */
  readonly behindSeam: boolean
}

/** The blocks that stand, in the order of the message's content. */
const standing = (events: ReadonlyArray<Delivered>): ReadonlyArray<Standing> => {
  let blocks: Array<Standing> = []
  let behindSeam = false
  for (const event of events) {
    switch (event.type) {
      case "message_start":
        blocks = event.message.content.map((_, index) => ({ index, whole: true, behindSeam: false }))
        break
      case "content_block_start":
        blocks.push({ index: event.index, whole: false, behindSeam })
        break
      case "content_block_stop":
        for (const block of blocks) if (block.index === event.index) block.whole = true
        break
      case "resume": {
        const gone = new Set(event.withdrawn?.map((block) => block.index))
        blocks = blocks.filter((block) => !gone.has(block.index))
        // begun again from nothing, the request is the first one, and so is the prefix
        if (blocks.length === 0) behindSeam = false
        if (event.seam !== undefined) behindSeam = true
      }
    }
  }
  return blocks
}

const rawOf = (block: ContentBlock): { readonly type: string; readonly [key: string]: unknown } =>
  block.type === "unknown" ? block.raw : { ...block }

const isCall = (type: string): boolean => type.endsWith("_tool_use") || type === "tool_use"

/** Of a tool that runs at the API: without its result the call cannot be sent. */
const hasResult = (content: ReadonlyArray<ContentBlock>, id: unknown): boolean =>
  content.some((block) => rawOf(block)["tool_use_id"] === id)

const sendable = (
  block: ContentBlock,
  at: Standing | undefined,
  content: ReadonlyArray<ContentBlock>,
  complete: boolean
): boolean => {
  const raw = rawOf(block)
  if (raw.type === "text") return Predicate.isString(raw["text"]) && raw["text"].trim() !== ""
  if (!complete && at?.whole !== true) return false
  if (raw.type === "thinking" || raw.type === "redacted_thinking") {
    return at?.behindSeam !== true && raw["signature"] !== ""
  }
  // An input that is no JSON was kept as an unknown thing
  if (raw.type === "tool_use") return block.type === "tool_use"
  return complete || !isCall(raw.type) || hasResult(content, raw["id"])
}

/**
 * The blocks of an answer that the API takes back as they are: text, whole and signed thinking of the request's own
 * prefix, whole calls; of tools that run at the API only those that have their result, unless the message is complete.
 */
export const answerOf = (
  message: Message,
  events: ReadonlyArray<Delivered>,
  complete: boolean
): ReadonlyArray<ContentBlockParam> => {
  const blocks = standing(events)
  const kept = message.content.filter((block, at) => sendable(block, blocks[at], message.content, complete))
  // The API takes its own blocks back unmodified; the types of the two sides differ in their nulls alone.
  return kept as ReadonlyArray<unknown> as ReadonlyArray<ContentBlockParam>
}
