import { Effect, Schedule } from "effect"
import type { Scope } from "effect"
import { Agent, request as httpRequest } from "node:http"
import { connect } from "node:net"
import type { Fault } from "../../src/simulator/index.js"
import { Simulator } from "../../src/simulator/index.js"

export const headers = {
  "anthropic-version": "2026-10-21",
  authorization: "Bearer sk-ant-test",
  "content-type": "application/json"
}

export const ask = (content: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: "claude-opus-5-5",
  max_tokens: 400,
  messages: [{ role: "user", content }],
  ...more
})

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** A simulator without pauses. */
export const start = (
  options: Simulator.Options = {}
): Effect.Effect<Simulator.Service, Simulator.SimulatorError, Scope.Scope> =>
  Simulator.make({ tokenDelay: 0, ...options })

export const withFaults = (...faults: ReadonlyArray<Fault.Fault>) => start({ faults })

/** What the simulator sends, read as if every field were there: an assertion says whether it is. */
export interface Wire {
  readonly type: string
  readonly id: string
  readonly name: string
  readonly text: string
  readonly index: number
  readonly thinking: string
  readonly signature: string
  readonly partial_json: string | undefined
  readonly content: ReadonlyArray<Wire>
  readonly content_block: Wire
  readonly delta: Wire
  readonly message: Wire
  readonly request_id: string
  readonly stop_reason: string | null
  readonly stop_sequence: string | null
  readonly stop_details: { readonly type: string } | null
  readonly error: {
    readonly type: string
    readonly message: string
    readonly details: { readonly error_code: string }
  }
  readonly input_tokens: number
  readonly usage: {
    readonly input_tokens: number
    readonly output_tokens: number
    readonly cache_creation_input_tokens: number
    readonly cache_read_input_tokens: number
    readonly cache_creation: { readonly ephemeral_1h_input_tokens: number }
    readonly output_tokens_details: { readonly thinking_tokens: number }
  }
  readonly input: {
    readonly from: { readonly name: string }
    readonly classes: ReadonlyArray<number>
    readonly when: string | null
    readonly seats: number
  }
}

interface Got {
  readonly status: number
  readonly headers: Headers
  readonly json: Wire
  readonly text: string
}

// `as`: see Wire. What is no JSON at all is an object without fields.
const parsed = (text: string): Wire => {
  try {
    return JSON.parse(text) as Wire
  } catch {
    return {} as Wire
  }
}

const read = async (response: Response): Promise<Got> => {
  const text = await response.text()
  return { headers: response.headers, json: parsed(text), status: response.status, text }
}

export const post = (
  { url }: Simulator.Service,
  body: unknown,
  options: { readonly path?: string; readonly headers?: Record<string, string> } = {}
): Effect.Effect<Got, Error> =>
  Effect.tryPromise({
    try: async (signal) =>
      read(
        await fetch(`${url}${options.path ?? "/v1/messages"}`, {
          body: typeof body === "string" ? body : JSON.stringify(body),
          headers: options.headers ?? headers,
          method: "POST",
          signal
        })
      ),
    catch: asError
  })

export const get = ({ url }: Simulator.Service, path: string, more: Record<string, string> = headers) =>
  Effect.tryPromise({
    try: async () => read(await fetch(`${url}${path}`, { headers: more })),
    catch: asError
  })

export interface SseEvent {
  readonly event: string
  readonly data: Wire
}

/** The events of a whole body in the plain dialect. */
export const eventsOf = (text: string): ReadonlyArray<SseEvent> =>
  text
    .split("\n\n")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [first = "", second = ""] = part.split("\n")
      return { data: parsed(second.slice("data: ".length)), event: first.slice("event: ".length) }
    })

export const textOf = (events: ReadonlyArray<SseEvent>): string =>
  events.map(({ data }) => (data.delta?.type === "text_delta" ? data.delta.text : "")).join("")

export const messageText = (message: Wire): string =>
  message.content.map((block) => (block.type === "text" ? block.text : "")).join("")

export const stream = (simulator: Simulator.Service, body: Record<string, unknown>) =>
  Effect.map(post(simulator, { ...body, stream: true }), ({ text }) => eventsOf(text))

export interface Raw {
  /** All bytes that came, head included. */
  readonly bytes: Buffer
  /** How it ended: the code of the socket's error, or `end` for a FIN. */
  readonly ended: string
}

const requestHead = (body: string, extra: string): string =>
  [
    "POST /v1/messages HTTP/1.1",
    "host: 127.0.0.1",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    `${extra}\r\n`
  ].join("\r\n")

/** Sends a request on a socket of its own, and keeps every byte that comes until the connection ends. */
export const rawPost = (
  { port }: Simulator.Service,
  body: Record<string, unknown>,
  options: { readonly until?: (bytes: Buffer) => boolean; readonly sendOnly?: number } = {}
): Effect.Effect<Raw> =>
  Effect.async<Raw>((resume) => {
    const text = JSON.stringify(body)
    const socket = connect(port, "127.0.0.1")
    const chunks: Array<Buffer> = []
    const done = (ended: string) => {
      socket.destroy()
      resume(Effect.succeed({ bytes: Buffer.concat(chunks), ended }))
    }
    socket.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    socket.on("end", () => done("end"))
    socket.on("data", (chunk) => {
      chunks.push(chunk)
      if (options.until?.(Buffer.concat(chunks)) === true) done("client")
    })
    const sent = Buffer.from(text)
    socket.write(requestHead(text, ""))
    socket.write(sent.subarray(0, options.sendOnly ?? sent.length))
  })

interface Dechunked {
  readonly head: string
  readonly body: Buffer
  readonly terminated: boolean
}

/** Takes the chunks of a body apart: what came of it, and whether its last chunk was whole. */
export const dechunk = (bytes: Buffer): Dechunked => {
  const split = bytes.indexOf("\r\n\r\n")
  const head = bytes.subarray(0, split).toString()
  let rest = bytes.subarray(split + 4)
  const parts: Array<Buffer> = []
  while (rest.length > 0) {
    const line = rest.indexOf("\r\n")
    if (line < 0) break
    const size = Number.parseInt(rest.subarray(0, line).toString(), 16)
    if (size === 0) return { body: Buffer.concat(parts), head, terminated: true }
    if (Number.isNaN(size)) break
    parts.push(rest.subarray(line + 2, line + 2 + size))
    rest = rest.subarray(line + 2 + size + 2)
  }
  return { body: Buffer.concat(parts), head, terminated: false }
}

/** An agent that keeps one connection open. */
export const keptConnection = Effect.acquireRelease(
  Effect.sync(() => new Agent({ keepAlive: true, maxSockets: 1 })),
  (agent) => Effect.sync(() => agent.destroy())
)

/** Sends a request through an agent: its status, or the code of its error. */
export const send = (
  { url }: Simulator.Service,
  agent: Agent,
  body: Record<string, unknown>
): Effect.Effect<{ readonly status: number | string; readonly reused: boolean }> =>
  Effect.async((resume) => {
    const sent = httpRequest(`${url}/v1/messages`, { agent, headers, method: "POST" }, (response) => {
      response.resume()
      // The socket goes back to the agent after the end.
      response.on("end", () =>
        setImmediate(() => resume(Effect.succeed({ reused: sent.reusedSocket, status: response.statusCode ?? 0 })))
      )
    })
    sent.on("error", (error: NodeJS.ErrnoException) =>
      resume(Effect.succeed({ reused: sent.reusedSocket, status: error.code ?? "" }))
    )
    sent.end(JSON.stringify(body))
  })

/** Looks again until it holds; fails when it does not come to hold. */
export const eventually = <A>(look: Effect.Effect<A>, holds: (value: A) => boolean) =>
  look.pipe(
    Effect.repeat({ schedule: Schedule.spaced("2 millis"), until: holds }),
    Effect.zipRight(look),
    Effect.timeout("10 seconds")
  )
