import { digest } from "./dice.js"
import type { Json } from "./json.js"
import { isArray, isObject, objects, textOf, without } from "./json.js"
import type { Model } from "./models.js"
import * as tokens from "./tokens.js"

/** One block of the conversation, whatever form it was sent in: `"hi"` and `[{ type: "text", text: "hi" }]` are one. */
export interface Item {
  readonly role: string
  readonly type: string
  readonly text: string
  readonly block: Json
  /** Equal for equal content: cache marks do not count. */
  readonly key: string
  readonly marked: boolean
  readonly tokens: number
}

/** A request that passed the checks, in the form that the rest of the simulator reads. */
export interface Prompt {
  readonly model: Model
  readonly maxTokens: number
  readonly stream: boolean
  readonly items: ReadonlyArray<Item>
  /** Tools and system blocks, which come before the conversation in what is cached. */
  readonly head: ReadonlyArray<Item>
  /** `prefixes[n]` names the model, the head and the first n items. */
  readonly prefixes: ReadonlyArray<string>
  /** Names what else decides an answer: the form it must have, the tools it must call. */
  readonly mode: string
  readonly tools: ReadonlyArray<Json>
  readonly toolChoice: Json
  readonly thinking: { readonly display: string; readonly budget: number } | undefined
  readonly schema: Json | undefined
  readonly stopSequences: ReadonlyArray<string>
}

const textIn = (block: Json): string => {
  if (typeof block["text"] === "string") return block["text"]
  const content = block["content"]
  return typeof content === "string"
    ? content
    : objects(content)
        .map((part) => textOf(part["text"]))
        .join("\n")
}

// An image or a file is counted by what it stands for, not by its characters.
const weigh = (block: Json, key: string): number =>
  block["type"] === "image" ? 1600 : block["type"] === "document" ? 3000 : tokens.estimate(key.length)

const item = (role: string, block: Json): Item => {
  const bare = without(block, "cache_control", "citations")
  const text = textIn(block)
  const key = block["type"] === "text" ? `text:${text}` : JSON.stringify(bare)
  return {
    role,
    type: textOf(block["type"]),
    text,
    block,
    key,
    marked: isObject(block["cache_control"]),
    tokens: weigh(block, key)
  }
}

const itemsOf = (role: string, content: unknown): ReadonlyArray<Item> =>
  typeof content === "string"
    ? [item(role, { type: "text", text: content })]
    : objects(content).map((block) => item(role, block))

/** @internal */
export const conversation = (body: Json): ReadonlyArray<Item> =>
  objects(body["messages"]).flatMap((message) => itemsOf(textOf(message["role"]), message["content"]))

const headOf = (body: Json): ReadonlyArray<Item> => [
  ...objects(body["tools"]).map((tool) => ({
    ...item("tools", tool),
    key: JSON.stringify(without(tool, "cache_control"))
  })),
  ...itemsOf("system", body["system"])
]

const prefixesOf = (model: string, head: ReadonlyArray<Item>, items: ReadonlyArray<Item>): ReadonlyArray<string> => {
  const keys = [digest("frame", model, ...head.map((part) => part.key))]
  for (const part of items) keys.push(digest(keys[keys.length - 1] ?? "", part.role, part.key))
  return keys
}

const thinkingOf = (body: Json): Prompt["thinking"] => {
  const config = body["thinking"]
  if (!isObject(config) || (config["type"] !== "enabled" && config["type"] !== "adaptive")) return undefined
  const budget = typeof config["budget_tokens"] === "number" ? config["budget_tokens"] : 2048
  return { display: textOf(config["display"]) || "summarized", budget }
}

const schemaOf = (body: Json): Json | undefined => {
  const config = body["output_config"]
  const format = isObject(config) ? config["format"] : undefined
  return isObject(format) && isObject(format["schema"]) ? format["schema"] : undefined
}

const textsOf = (value: unknown): ReadonlyArray<string> =>
  isArray(value) ? value.map(textOf).filter((text) => text !== "") : []

/** @internal */
export const fromBody = (body: Json, model: Model): Prompt => {
  const items = conversation(body)
  const head = headOf(body)
  const last = items[items.length - 1]
  return {
    model,
    mode: digest(JSON.stringify(schemaOf(body) ?? null), JSON.stringify(body["tool_choice"] ?? null)).slice(0, 16),
    maxTokens: typeof body["max_tokens"] === "number" ? body["max_tokens"] : 0,
    stream: body["stream"] === true,
    // A mark at the top level stands for one on the last block.
    items:
      isObject(body["cache_control"]) && last !== undefined
        ? [...items.slice(0, -1), { ...last, marked: true }]
        : items,
    head,
    prefixes: prefixesOf(model.id, head, items),
    tools: objects(body["tools"]),
    toolChoice: isObject(body["tool_choice"]) ? body["tool_choice"] : { type: "auto" },
    thinking: thinkingOf(body),
    schema: schemaOf(body),
    stopSequences: textsOf(body["stop_sequences"])
  }
}

/** @internal */
export const inputTokens = (prompt: Pick<Prompt, "head" | "items">): number =>
  [...prompt.head, ...prompt.items].reduce((sum, part) => sum + part.tokens + 3, 4)

/** The text of the last turn of a role, its blocks joined by newlines: what was asked last. */
export const lastText = (items: ReadonlyArray<Item>, role: string): string => {
  const from = items.length - [...items].reverse().findIndex((part) => part.role !== role)
  const turn = from > items.length ? items.filter((part) => part.role === role) : items.slice(from)
  return turn
    .filter((part) => part.type === "text")
    .map((part) => part.text)
    .join("\n")
}
