/** What is asked. */
export const request = {
  model: "claude-opus-5-5",
  max_tokens: 4096,
  messages: [{ role: "user", content: "Tell me about rivers in 300 words, with some Chinese and emoji" }]
} as const
