/** Requests and clients with a canary in every field that bears a secret. */
import { type Effect, type Layer, Redacted, Schedule, Schema, Stream } from "effect"
import { Claude } from "effect-claude"
import type { MessageRequest } from "effect-claude"
import { type ClientName, claudeLayer } from "../faults/support/clients.js"
import { prompt, secrets } from "./canaries.js"

const { make } = Redacted

export const plain = {
  model: "claude-opus-5-5",
  max_tokens: 64,
  system: prompt,
  messages: [{ role: "user", content: prompt }]
} as const satisfies MessageRequest.MessageRequest

const server = { type: "url", name: "docs", url: "https://mcp.example/sse", authorization_token: secrets.mcpToken }

/** With the tokens of MCP servers. */
export const withServer = { ...plain, mcp_servers: [server] }

/** With the tokens that requests may hold. */
export const request = { ...withServer, fallback_credit_token: secrets.creditToken }

/** The token in its other form. */
export const requestInParts = {
  ...withServer,
  fallback_credit_token: { token: secrets.creditToken, redemption: "best_effort" }
}

export const options = (baseUrl: string): Claude.Options => ({
  apiKey: make(secrets.apiKey),
  authToken: make(secrets.authToken),
  baseUrl,
  headers: { "x-gateway": make(secrets.headerOfClient), cookie: make(`a=1; session=${secrets.cookie}`) },
  retry: Schedule.recurs(1),
  // a 402 or a 429 would close the gate for the calls beside it
  admission: false
})

export const client = (name: ClientName, baseUrl: string): Layer.Layer<Claude.Claude> =>
  claudeLayer(name, options(baseUrl))

const perCall = Claude.withOptions({
  apiKey: make(secrets.callKey),
  headers: { "x-tenant": make(secrets.headerOfCall) }
})

const endpoint = Claude.execute({
  method: "POST",
  path: `/v1/other?api_key=${encodeURIComponent(secrets.pathQuery)}`,
  query: { access_token: secrets.query },
  headers: { "x-endpoint": make(secrets.headerOfEndpoint) },
  body: request,
  response: Schema.Struct({ id: Schema.Number })
})

/** Every operation, with the client's key or one of its own. */
export const calls = {
  create: Claude.create(request),
  stream: Stream.runDrain(Claude.stream(requestInParts)),
  "create with options of its own": perCall(Claude.create(request)),
  "stream with options of its own": Stream.runDrain(perCall(Claude.stream(request))),
  countTokens: Claude.countTokens({ model: plain.model, messages: plain.messages }),
  models: Stream.runDrain(Claude.models.list()),
  endpoint
} satisfies Record<string, Effect.Effect<unknown, unknown, Claude.Claude>>
