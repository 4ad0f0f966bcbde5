import { digest } from "./dice.js"
import type { Json } from "./json.js"
import { isArray, objects, textOf } from "./json.js"
import type { Model } from "./models.js"
import { fromBody } from "./prompt.js"

/**
 * The signature of a thinking block: it names the text, and the conversation the text was thought in. Real ones are
 * opaque; these are only as long.
 *
 * @internal
 */
export const sign = (thinking: string, prefix: string): string => {
  const text = digest("thinking", thinking)
  const place = digest("bound", prefix)
  return Buffer.from(`${text}${place}${digest(text, place)}`, "hex").toString("base64")
}

const parts = (signature: string): { readonly text: string; readonly place: string; readonly whole: boolean } => {
  const hex = Buffer.from(signature, "base64").toString("hex")
  const text = hex.slice(0, 64)
  const place = hex.slice(64, 128)
  return { text, place, whole: hex.length === 192 && hex.slice(128) === digest(text, place) }
}

const wrong = (model: Model, block: Json, prefix: string): string | undefined => {
  const signature = parts(textOf(block["signature"]))
  if (!signature.whole || signature.text !== digest("thinking", textOf(block["thinking"]))) {
    return "Invalid `signature` in `thinking` block"
  }
  if (!model.bound || signature.place === digest("bound", prefix)) return undefined
  return "Invalid `signature` in `thinking` block. The block is bound to a different conversation."
}

/**
 * Looks for a thinking block that was edited, or moved to another conversation (which the models since 5.1 refuse).
 *
 * @internal
 */
export const findInvalid = (body: Json, model: Model): string | undefined => {
  const signed = objects(body["messages"]).some((message) =>
    objects(message["content"]).some((block) => block["type"] === "thinking")
  )
  if (!signed) return undefined
  const { items, prefixes } = fromBody(body, model)
  let start = 0
  let position = 0
  for (const [at, message] of objects(body["messages"]).entries()) {
    const content = isArray(message["content"]) ? objects(message["content"]) : []
    const size = typeof message["content"] === "string" ? 1 : content.length
    // A thinking block is bound to what stood before the assistant's whole turn.
    if (message["role"] !== "assistant" || items[position - 1]?.role !== "assistant") start = position
    for (const [n, block] of content.entries()) {
      const found = block["type"] === "thinking" ? wrong(model, block, prefixes[start] ?? "") : undefined
      if (found !== undefined) return `messages.${at}.content.${n}: ${found}`
    }
    position += size
  }
  return undefined
}
