/**
 * The official SDK as its own README uses it.
 */
import Anthropic from "@anthropic-ai/sdk"
import type { Client } from "./client.js"
import { apiKey, request } from "./client.js"

const body = { ...request, messages: [...request.messages] }

export const anthropic = (baseURL: string): Client => {
  const client = new Anthropic({ apiKey, baseURL })
  return {
    stream: async (onText) => {
      await client.messages
        .stream(body)
        .on("text", (text) => onText(text))
        .finalMessage()
    },
    create: async () => {
      const message = await client.messages.create(body)
      return message.content.reduce((sum, block) => sum + (block.type === "text" ? block.text.length : 0), 0)
    },
    readSlowly: async (pause) => {
      for await (const _ of await client.messages.create({ ...body, stream: true })) await pause()
    }
  }
}

/** As the one above with the helper that folds the message, read as an iterator. */
export const anthropicStream = (baseURL: string): Client => {
  const client = new Anthropic({ apiKey, baseURL })
  return {
    stream: async (onText) => {
      for await (const event of client.messages.stream(body)) {
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") onText(event.delta.text)
      }
    },
    readSlowly: async (pause) => {
      for await (const _ of client.messages.stream(body)) await pause()
    }
  }
}
