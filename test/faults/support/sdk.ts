/** The official SDK on the same faults: with its own defaults, but for its one limit of time. */
import Anthropic, { APIError } from "@anthropic-ai/sdk"
import { VERSION } from "@anthropic-ai/sdk/version"
import { Duration, Effect } from "effect"
import { request } from "../../support/fixtures.js"
import { rawServer } from "../../transport/support/rawServer.js"
import type { Operation } from "./answers.js"
import { baseUrl } from "./play.js"
import { expectedOf, type Row, serve, type Setting, textOf, timesOf } from "./row.js"
import { pending, type Sight } from "./seen.js"

export const sdkVersion = VERSION

/** After how many seconds a call counts as one that hangs: its own waits before its two retries are 1.5 seconds. */
export const sdkSeconds = 20

/** What ours are limited to, where the SDK has a limit: it ends with the headers. */
const timeoutOf = ({ timeouts }: Setting) => {
  const limit = timeouts?.headers ?? timeouts?.total ?? timeouts?.idle ?? timeouts?.stalled ?? timeouts?.connect
  return limit === undefined ? {} : { timeout: Duration.toMillis(Duration.decode(limit)) }
}

interface Asking {
  readonly client: Anthropic
  readonly signal: AbortSignal
  readonly text: string
}

const question = (upload = 0) => ({
  ...request,
  messages: [{ role: "user" as const, content: upload === 0 ? "Hello" : "a".repeat(upload) }]
})

const streamed = async ({ client, signal, text }: Asking, upload?: number): Promise<string> => {
  let said = ""
  let reason: string | null = null
  for await (const event of await client.messages.create({ ...question(upload), stream: true }, { signal })) {
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") said += event.delta.text
    if (event.type === "message_delta") reason = event.delta.stop_reason
  }
  if (reason !== null && said === text) return "whole"
  return `no error, and "${said}" for the whole`
}

const created = async ({ client, signal, text }: Asking, upload?: number): Promise<string> => {
  const message: unknown = await client.messages.create(question(upload), { signal })
  if (typeof message === "string") return "no error, and a string for a message"
  if (typeof message !== "object" || message === null || !("content" in message) || !Array.isArray(message.content)) {
    return "no error, and no message"
  }
  const said = message.content.map((block: { readonly text?: string }) => block.text ?? "").join("")
  return said === text ? "whole" : `no error, and "${said}" for the whole`
}

/** Its class, and what tells errors of one class apart; messages of others are the affair of Node's version. */
const thrown = (error: unknown): string => {
  if (!(error instanceof Error)) return `throws ${typeof error}`
  const { name } = error.constructor
  if (error instanceof APIError) {
    const signs = [error.status, error.errorCode ?? error.type].filter((sign) => sign !== undefined && sign !== null)
    return signs.length === 0 ? name : `${name} (${signs.join(", ")})`
  }
  return error.message === "terminated" ? `${name}: terminated` : name
}

/** Once. A call that hangs is given up after so many seconds. */
export const playSdk = (row: Row, operation: Operation, seconds: number): Effect.Effect<Sight> =>
  Effect.scoped(
    Effect.gen(function* () {
      const setting = row.setting ?? {}
      const expected = expectedOf(row, operation, "fetch")
      const server = yield* rawServer(serve(row, operation, timesOf(expected)).script, setting.tls)
      let attempts = 0
      const counting: typeof fetch = (input, init) => {
        attempts++
        return fetch(input, init)
      }
      const baseURL = yield* baseUrl(setting, server)
      const client = new Anthropic({ apiKey: "sk-ant-sdk", baseURL, fetch: counting, ...timeoutOf(setting) })
      const giveUp = new AbortController()
      const asking = { client, signal: giveUp.signal, text: textOf(expected) }
      const ask = operation === "stream" ? streamed : created
      if (setting.warm === true) yield* Effect.promise(() => ask(asking))
      const before = { attempts, requests: server.requests() }
      const came = yield* Effect.promise(() => ask(asking, setting.upload).catch(thrown)).pipe(
        Effect.disconnect,
        Effect.timeoutTo({
          duration: Duration.seconds(seconds),
          onSuccess: (came) => came,
          onTimeout: () => pending
        })
      )
      giveUp.abort()
      return { came, attempts: attempts - before.attempts, requests: server.requests() - before.requests }
    })
  )
