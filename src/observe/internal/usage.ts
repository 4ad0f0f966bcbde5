import type { Usage } from "../../schema/Usage.js"

/** All that was read: the conventions count what came from the cache and went into it. */
export const inputTokens = (usage: Usage): number =>
  usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0)

export const reasoningTokens = (usage: Usage): number | undefined => usage.output_tokens_details?.thinking_tokens
