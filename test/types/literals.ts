/**
 * Requests as people write them compile: pasted from the API's docs, built from answers, with fields of betas.
 */
import type * as Sdk from "@anthropic-ai/sdk/resources/messages/messages.js"
import type { ContentBlock } from "../../src/schema/ContentBlock.js"
import type { ContentBlockParam } from "../../src/schema/ContentBlockParam.js"
import type { Message } from "../../src/schema/Message.js"
import * as MessageRequest from "../../src/schema/MessageRequest.js"
import type { MessageStreamEvent } from "../../src/schema/MessageStreamEvent.js"
import * as Unknown from "../../src/schema/Unknown.js"
import { assignable } from "./helpers.js"

const plain = {
  model: "claude-opus-5-5",
  max_tokens: 1024,
  messages: [{ role: "user", content: "Hello" }]
} as const

const full = {
  model: "a-model-of-next-year",
  max_tokens: 4096,
  system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral", ttl: "1h" } }],
  thinking: { type: "enabled", budget_tokens: 2048, display: "omitted" },
  output_config: {
    effort: "xhigh",
    format: { type: "json_schema", schema: { type: "object", additionalProperties: false } }
  },
  tools: [
    {
      name: "get_weather",
      description: "The weather at a place",
      input_schema: {
        type: "object",
        properties: { location: { type: "string" } },
        required: ["location"],
        additionalProperties: false
      },
      strict: true
    },
    { type: "web_search_20260318", name: "web_search", max_uses: 3, allowed_domains: ["example.com"] },
    { type: "browser_toolset_20260801", configs: { javascript_exec: { enabled: true } } }
  ],
  tool_choice: { type: "auto", disable_parallel_tool_use: true },
  messages: [
    {
      role: "user",
      content: [
        { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" } },
        { type: "document", source: { type: "url", url: "https://example.com/a.pdf" }, citations: { enabled: true } },
        { type: "text", text: "What is the weather there?" }
      ]
    },
    {
      role: "assistant",
      content: [{ type: "tool_use", id: "toolu_1", name: "get_weather", input: { location: "SF" } }]
    },
    {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: "Fog" }] }]
    },
    { role: "system", content: "Answer in French." }
  ],
  metadata: { user_id: "13803d75-b4b5-4c3e-b2a2-6f21399b021b" },
  stop_sequences: ["\n\nHuman:"]
} as const

assignable<typeof plain, MessageRequest.MessageRequest>()
assignable<typeof full, MessageRequest.MessageRequest>()

/** A value that holds fields of a beta is no literal any more, and is taken. */
const beta = { ...plain, mcp_servers: [{ type: "url", name: "docs", url: "https://example.com/mcp" }] } as const
assignable<typeof beta, MessageRequest.MessageRequest>()

/** A literal with fields of a beta is taken by `make`, which still checks the known ones. */
export const made = MessageRequest.make({
  model: "claude-opus-5-5",
  max_tokens: 1024,
  messages: [{ role: "user", content: [Unknown.make({ type: "compaction", content: "So far" })] }],
  thread: { type: "create" },
  betas: ["message-threads-2026-08-12"]
})

export const wrong = MessageRequest.make({
  model: "claude-opus-5-5",
  // @ts-expect-error known fields keep their types
  max_tokens: "1024",
  messages: [{ role: "user", content: "Hello" }]
})

export const misspelled: MessageRequest.MessageRequest = {
  model: "claude-opus-5-5",
  max_tokens: 1024,
  messages: [{ role: "user", content: "Hello" }],
  // @ts-expect-error a literal has known fields alone
  stop_sequence: ["a"]
}

/** An answer can be sent back as it is, by its blocks. */
assignable<ContentBlock, ContentBlockParam>()
assignable<{ readonly role: "assistant"; readonly content: Message["content"] }, MessageRequest.MessageParam>()
assignable<Sdk.Message["content"], ReadonlyArray<ContentBlockParam>>()

/** Narrowing on a known type gives that type alone, beside `Unknown`. */
export const textOf = (block: ContentBlock): string => (block.type === "text" ? block.text : "")
export const typeOf = (block: ContentBlock): string => (block.type === "unknown" ? block.raw.type : block.type)

/** `ping` and `error` are no events of a stream that is handed out. */
assignable<Extract<MessageStreamEvent["type"], "ping" | "error">, never>()
