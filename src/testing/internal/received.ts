import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { MessageRequest } from "../../schema/MessageRequest.js"
import type { TransportRequest } from "../../transport/Transport.js"

/**
 * A request as it came to a scripted client, after validation and encoding.
 *
 * @since 0.1.0
 * @category models
 */
export interface Received {
  /** How many came before, plus one: retries are requests of their own. */
  readonly nth: number
  readonly method: TransportRequest["method"]
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case; the credential is among them. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as JSON; `undefined` where there is none. */
  readonly body: unknown
  /** The body of a request to `/v1/messages`, as it was sent: `Unknown` blocks are unwrapped. */
  readonly messageRequest: MessageRequest | undefined
  /** The text of the last user turn; blank where there is none. */
  readonly prompt: string
  /** Whether a stream was asked for. */
  readonly streaming: boolean
  /** When it came, in milliseconds by the Clock. */
  readonly at: number
}

const decoder = new TextDecoder()

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const textOf = (content: unknown): string => {
  if (typeof content === "string") return content
  if (!Array.isArray(content)) return ""
  return content
    .flatMap((block: unknown) =>
      Predicate.hasProperty(block, "text") && typeof block.text === "string" ? [block.text] : []
    )
    .join("\n")
}

const promptOf = (body: unknown): string => {
  const messages: unknown = Predicate.hasProperty(body, "messages") ? body.messages : undefined
  const last: unknown = Array.isArray(messages)
    ? messages.findLast((message: unknown) => Predicate.hasProperty(message, "role") && message.role === "user")
    : undefined
  return Predicate.hasProperty(last, "content") ? textOf(last.content) : ""
}

export const received = (request: TransportRequest, nth: number, at: number): Received => {
  const url = new URL(request.url)
  const text = request.body === undefined ? undefined : decoder.decode(request.body)
  const body = text === undefined ? undefined : Option.getOrElse(parse(text), (): unknown => text)
  return {
    nth,
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
    // the client's own encoding of a request that it has checked
    messageRequest: url.pathname.endsWith("/v1/messages") ? (body as MessageRequest | undefined) : undefined,
    prompt: promptOf(body),
    streaming: Predicate.hasProperty(body, "stream") && body.stream === true,
    at
  }
}
