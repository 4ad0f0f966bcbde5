import * as Predicate from "effect/Predicate"
import type { OutputReceived } from "../../ClaudeEvent.js"
import type { Message } from "../../schema/Message.js"
import { MessageBuilder } from "../../stream/internal/messageBuilder.js"

/** Prompts and answers in the form of the GenAI conventions, which is JSON in an attribute. */

type Json = { readonly [key: string]: unknown }

const isJson = (value: unknown): value is Json => Predicate.isRecord(value)

const listOf = (value: unknown): ReadonlyArray<Json> => (Array.isArray(value) ? value.filter(isJson) : [])

const cap = (value: unknown, most: number): unknown =>
  typeof value === "string" && value.length > most
    ? `${value.slice(0, most)}… (${value.length - most} more characters)`
    : value

/** Text with the tools' own results in it, which may be text or blocks. */
const response = (content: unknown, most: number): unknown =>
  Array.isArray(content) ? parts(content, most) : cap(content, most)

/** What a block is. Bytes of images and documents are left out: they are large, and no one reads them there. */
const part = (block: Json, most: number): Json => {
  const type = block["type"]
  switch (type) {
    case "text":
      return { type: "text", content: cap(block["text"], most) }
    case "thinking":
      return { type: "reasoning", content: cap(block["thinking"], most) }
    case "tool_use":
    case "server_tool_use":
    case "mcp_tool_use":
      return { type: "tool_call", id: block["id"], name: block["name"], arguments: block["input"] }
    case "tool_result":
      return { type: "tool_call_response", id: block["tool_use_id"], response: response(block["content"], most) }
    default:
      return { type: typeof type === "string" ? type : "unknown" }
  }
}

const parts = (content: unknown, most: number): ReadonlyArray<Json> =>
  typeof content === "string"
    ? [{ type: "text", content: cap(content, most) }]
    : listOf(content).map((block) => part(block, most))

/** The attributes of a request that hold what the caller said. */
export const ofRequest = (body: unknown, most: number): Readonly<Record<string, string>> => {
  if (!isJson(body)) return {}
  const messages = listOf(body["messages"]).map(({ content, role }) => ({ role, parts: parts(content, most) }))
  const tools = listOf(body["tools"]).map(({ description, input_schema, name }) => ({
    type: "function",
    name,
    description,
    parameters: input_schema
  }))
  const system = parts(body["system"], most)
  return {
    "gen_ai.input.messages": JSON.stringify(messages),
    ...(system.length === 0 ? {} : { "gen_ai.system_instructions": JSON.stringify(system) }),
    ...(tools.length === 0 ? {} : { "gen_ai.tool.definitions": JSON.stringify(tools) })
  }
}

/** What the model said, gathered piece by piece. */
export class Answer {
  private builder = new MessageBuilder()
  private attempt = 0
  private whole: Message | undefined = undefined

  add({ attempt, output }: OutputReceived): void {
    if ("role" in output) {
      this.whole = output
      return
    }
    if (attempt !== this.attempt) {
      this.attempt = attempt
      this.builder = new MessageBuilder()
    }
    for (const event of output) this.builder.apply(event)
  }

  attributes(most: number): Readonly<Record<string, string>> {
    const message = this.whole ?? this.builder.final()
    if (message === undefined) return {}
    const { content, role, stop_reason } = message
    const said = { role, parts: parts(content, most), finish_reason: stop_reason }
    return { "gen_ai.output.messages": JSON.stringify([said]) }
  }
}
