import type { Json } from "./json.js"
import { isArray, isObject, objects, textOf } from "./json.js"
import { conversation } from "./prompt.js"
import type { Check } from "./rule.js"
import * as signature from "./signature.js"

const roles = ["user", "assistant", "system"]

const messages: Check = (body) => {
  const value = body["messages"]
  if (!isArray(value)) return "messages: Input should be a valid list"
  if (value.length === 0) return "messages: at least one message is required"
  if (value.length > 100_000) return "messages: List should have at most 100000 items"
  const at = value.findIndex((message) => !isObject(message))
  return at < 0 ? undefined : `messages.${at}: Input should be a valid dictionary or object to extract fields from`
}

const rolesAndContent: Check = (body) => {
  for (const [at, message] of objects(body["messages"]).entries()) {
    if (message["role"] === undefined) return `messages.${at}.role: Field required`
    if (!roles.includes(textOf(message["role"]))) {
      const role = textOf(message["role"])
      return `messages: Unexpected role "${role}". Allowed roles are "user", "assistant" or "system".`
    }
    if (message["content"] === undefined) return `messages.${at}.content: Field required`
    if (typeof message["content"] !== "string" && !isArray(message["content"])) {
      return `messages.${at}.content: Input should be a valid string or list`
    }
  }
  return undefined
}

const firstRole: Check = (body) => {
  const first = objects(body["messages"]).find((message) => message["role"] !== "system")
  if (first === undefined || first["role"] === "user") return undefined
  return 'messages: first message must use the "user" role'
}

const nonEmpty: Check = (body) => {
  const all = objects(body["messages"])
  for (const [at, message] of all.entries()) {
    const content = message["content"]
    const empty = content === "" || (isArray(content) && content.length === 0)
    if (empty && !(at === all.length - 1 && message["role"] === "assistant")) {
      return `messages.${at}: all messages must have non-empty content except for the optional final assistant message`
    }
    for (const block of objects(content)) {
      if (block["type"] === "text" && block["text"] === "") return "messages: text content blocks must be non-empty"
      if (block["type"] === "text" && textOf(block["text"]).trim() === "") {
        return "messages: text content blocks must contain non-whitespace text"
      }
    }
  }
  return undefined
}

const blockFields: Record<string, ReadonlyArray<string>> = {
  text: ["text"],
  image: ["source"],
  document: ["source"],
  tool_use: ["id", "name", "input"],
  tool_result: ["tool_use_id"],
  thinking: ["thinking", "signature"],
  redacted_thinking: ["data"]
}

const blocks: Check = (body) => {
  for (const [at, message] of objects(body["messages"]).entries()) {
    if (!isArray(message["content"])) continue
    for (const [n, block] of message["content"].entries()) {
      const path = `messages.${at}.content.${n}`
      if (!isObject(block) || typeof block["type"] !== "string") return `${path}.type: Field required`
      const missing = blockFields[block["type"]]?.find((field) => block[field] === undefined)
      if (missing !== undefined) return `${path}.${block["type"]}.${missing}: Field required`
      const wrong = misplaced(textOf(message["role"]), block)
      if (wrong !== undefined) return `${path}: ${wrong}`
    }
  }
  return undefined
}

// Document blocks in assistant messages and citations on user text are refused since API version 2026-10-21.
const misplaced = (role: string, block: Json): string | undefined => {
  const type = textOf(block["type"])
  if (role === "assistant" && (type === "document" || type === "image" || type === "tool_result")) {
    return `\`${type}\` blocks can only be in \`user\` messages`
  }
  if (role === "user" && ["tool_use", "thinking", "redacted_thinking"].includes(type)) {
    return `\`${type}\` blocks can only be in \`assistant\` messages`
  }
  if (role === "user" && type === "text" && isArray(block["citations"]) && block["citations"].length > 0) {
    return "`citations` are not permitted on user text blocks"
  }
  return undefined
}

interface MergedTurn {
  readonly role: string
  readonly at: number
  readonly blocks: Array<Json>
}

/** The messages with consecutive ones of a role made one, as the API reads them. */
const turns = (body: Json): ReadonlyArray<MergedTurn> => {
  const merged: Array<MergedTurn> = []
  for (const [at, message] of objects(body["messages"]).entries()) {
    const role = textOf(message["role"])
    const last = merged[merged.length - 1]
    if (last !== undefined && last.role === role) last.blocks.push(...objects(message["content"]))
    else merged.push({ role, at, blocks: [...objects(message["content"])] })
  }
  return merged
}

const idsOf = (blocks: ReadonlyArray<Json>, type: string, field: string): ReadonlyArray<string> =>
  blocks.filter((block) => block["type"] === type).map((block) => textOf(block[field]))

const pairing: Check = (body) => {
  const all = turns(body)
  for (const [n, turn] of all.entries()) {
    const used = idsOf(turn.blocks, "tool_use", "id")
    const answered = idsOf(all[n + 1]?.blocks ?? [], "tool_result", "tool_use_id")
    const open = used.filter((id) => !answered.includes(id))
    if (open.length > 0) {
      const problem = `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}.`
      const rule = "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
      return `messages.${turn.at}: ${problem} ${rule}`
    }
    const before = idsOf(all[n - 1]?.blocks ?? [], "tool_use", "id")
    const stray = idsOf(turn.blocks, "tool_result", "tool_use_id").find((id) => !before.includes(id))
    if (stray !== undefined) {
      const problem = `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}.`
      const rule = "Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
      return `messages.${turn.at}.content: ${problem} ${rule}`
    }
  }
  return undefined
}

const prefill: Check = (body, { model }) => {
  const items = conversation(body)
  const all = objects(body["messages"])
  if (all[all.length - 1]?.["role"] !== "assistant") return undefined
  const thinking = body["thinking"]
  const on = isObject(thinking) && (thinking["type"] === "enabled" || thinking["type"] === "adaptive")
  if (!model.prefill || on) {
    return "This model does not support assistant message prefill. The conversation must end with a user message."
  }
  const last = items[items.length - 1]
  return last?.type === "text" && /\s$/.test(last.text)
    ? "messages: final assistant content cannot end with trailing whitespace"
    : undefined
}

const signatures: Check = (body, { model }) => signature.findInvalid(body, model)

/**
 * The rules about messages and their blocks.
 *
 * @internal
 */
export const conversationChecks: ReadonlyArray<Check> = [
  messages,
  rolesAndContent,
  firstRole,
  blocks,
  nonEmpty,
  pairing,
  prefill,
  signatures
]
