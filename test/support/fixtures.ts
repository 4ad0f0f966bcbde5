import { Redacted } from "effect"

export const secret = Redacted.make("sk-ant-canary-0123456789")

export const request = {
  model: "claude-opus-5-5",
  max_tokens: 64,
  messages: [{ role: "user", content: "Hello" }]
} as const
