/** Random requests that the API takes. */
import type { MessageCreateParamsNonStreaming } from "@anthropic-ai/sdk/resources/messages"
import { FastCheck as fc } from "effect"

type Request = MessageCreateParamsNonStreaming
type Turn = Request["messages"][number]
type Blocks = Exclude<Turn["content"], string>

const words = fc.fullUnicodeString({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== "")
const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)
const base64 = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString("base64"))

const block: fc.Arbitrary<Blocks[number]> = fc.oneof(
  words.map((text) => ({ type: "text" as const, text })),
  fc.tuple(base64, fc.constantFrom("image/png" as const, "image/jpeg" as const)).map(([data, media_type]) => ({
    type: "image" as const,
    source: { type: "base64" as const, media_type, data }
  })),
  fc.webUrl().map((url) => ({ type: "image" as const, source: { type: "url" as const, url } })),
  fc.tuple(words, words).map(([data, title]) => ({
    type: "document" as const,
    title,
    citations: { enabled: true },
    source: { type: "text" as const, media_type: "text/plain" as const, data }
  }))
)

const user: fc.Arbitrary<Turn> = fc
  .oneof(words, fc.array(block, { minLength: 1, maxLength: 4 }))
  .map((content) => ({ role: "user", content }))

/** A user's turn, then pairs of an assistant's and a user's, some of them a tool's call and its result. */
const exchange: fc.Arbitrary<ReadonlyArray<Turn>> = fc.oneof(
  fc.tuple(words, user).map(([text, next]): ReadonlyArray<Turn> => [{ role: "assistant", content: text }, next]),
  fc
    .tuple(fc.uuid(), name, fc.dictionary(name, fc.jsonValue(), { maxKeys: 3 }), words)
    .map(([id, tool, input, result]): ReadonlyArray<Turn> => [
      { role: "assistant", content: [{ type: "tool_use", id, name: tool, input }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: result }] }
    ])
)

const messages = fc
  .tuple(user, fc.array(exchange, { maxLength: 3 }))
  .map(([first, rest]): Array<Turn> => [first, ...rest.flat()])

const tool = fc.record({ name, description: words, strict: fc.boolean() }, { requiredKeys: ["name"] }).map((given) => ({
  ...given,
  input_schema: {
    type: "object" as const,
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false
  }
}))

const tools = fc.uniqueArray(tool, { minLength: 1, maxLength: 3, selector: (given) => given.name })

const cache_control = fc.constantFrom(
  { type: "ephemeral" as const },
  { type: "ephemeral" as const, ttl: "1h" as const }
)

const thinking = fc.constantFrom(
  { type: "adaptive" as const },
  { type: "disabled" as const },
  { type: "adaptive" as const, display: "summarized" as const }
)

const system = fc.oneof(
  words,
  fc.tuple(words, cache_control).map(([text, cache_control]) => [{ type: "text" as const, text, cache_control }])
)

/** Requests without a field of a beta, short enough for a call that does not stream. */
export const requests: fc.Arbitrary<Request> = fc.record(
  {
    model: fc.constantFrom("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"),
    max_tokens: fc.integer({ min: 1, max: 8000 }),
    messages,
    system,
    tools,
    tool_choice: fc.constantFrom({ type: "auto" as const }, { type: "auto" as const, disable_parallel_tool_use: true }),
    thinking,
    stop_sequences: fc.array(words, { maxLength: 3 }),
    metadata: fc.record({ user_id: fc.uuid() }),
    output_config: fc.constantFrom({ effort: "low" as const }, { effort: "high" as const }),
    service_tier: fc.constantFrom("auto" as const, "standard_only" as const),
    user_profile_id: name,
    workspace_id: name
  },
  { requiredKeys: ["model", "max_tokens", "messages"] }
)
