import { Clock, type Duration, Effect, Layer, Scope } from "effect"
import { Transport, TransportFault } from "effect-claude"

/** What a scripted exchange does after its headers. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly reusedConnection?: boolean
  /** How long until the headers. */
  readonly after?: Duration.DurationInput
  readonly body: ReadonlyArray<Piece>
}

/** Bytes at once, bytes after a while, silence for ever, or a fault; the end of the list is a clean end. */
export type Piece =
  | string
  | { readonly after: Duration.DurationInput; readonly bytes: string }
  | { readonly fault: TransportFault.TransportFault }
  | "silence"

export type Step = Answer | TransportFault.TransportFault

export interface Received {
  readonly at: number
  readonly request: Transport.TransportRequest
}

export interface Script {
  readonly received: ReadonlyArray<Received>
  /** Bodies that are open: neither ended nor closed. */
  readonly open: () => number
  readonly transport: Transport.Service
  readonly layer: Layer.Layer<Transport.Transport>
}

/** A transport that plays one step for each exchange, by the Clock; one step too few is a defect. */
export const script = (...steps: ReadonlyArray<Step>): Script => {
  const received: Array<Received> = []
  let open = 0
  const execute = (request: Transport.TransportRequest) =>
    Effect.gen(function* () {
      received.push({ at: yield* Clock.currentTimeMillis, request })
      const step = steps[received.length - 1]
      if (step === undefined) return yield* Effect.dieMessage(`exchange ${received.length} was not scripted`)
      if (step instanceof TransportFault.TransportFault) return yield* step
      yield* within(Effect.sleep(step.after ?? 0), request.limits.headers)
      open++
      const scope = yield* Effect.scope
      yield* Scope.addFinalizer(
        scope,
        Effect.sync(() => open--)
      )
      return {
        status: step.status ?? 200,
        headers: { "content-type": "application/json", ...step.headers },
        reusedConnection: step.reusedConnection,
        body: bodyOf(step.body)
      }
    })
  const transport: Transport.Service = { execute }
  return { received, open: () => open, transport, layer: Layer.succeed(Transport.Transport, transport) }
}

const within = (effect: Effect.Effect<void>, limit: Duration.Duration | undefined) =>
  limit === undefined
    ? effect
    : Effect.timeoutFail(effect, {
        duration: limit,
        onTimeout: () =>
          new TransportFault.TransportFault({
            reason: "TimedOut",
            phase: "headers",
            limit: "headers",
            duration: limit,
            bytesReceived: 0
          })
      })

const bodyOf = (pieces: ReadonlyArray<Piece>): Transport.TransportBody => {
  const left = [...pieces]
  let aborted: TransportFault.TransportFault | undefined
  let wake: (() => void) | undefined
  const read: Transport.TransportBody["read"] = Effect.suspend(() => {
    if (aborted !== undefined) return Effect.fail(aborted)
    const piece = left[0]
    if (piece === "silence") return silence
    left.shift()
    if (piece === undefined) return Effect.succeed(undefined)
    if (typeof piece === "string") return Effect.succeed(new TextEncoder().encode(piece))
    if ("fault" in piece) return Effect.fail(piece.fault)
    return Effect.as(Effect.raceFirst(Effect.sleep(piece.after), silence), new TextEncoder().encode(piece.bytes))
  })
  const silence = Effect.async<never, TransportFault.TransportFault>((resume) => {
    wake = () => resume(Effect.suspend(() => Effect.fail(aborted ?? reset())))
  })
  const isReady = (): boolean => {
    const [piece] = left
    return aborted !== undefined || (piece !== "silence" && (typeof piece !== "object" || "fault" in piece))
  }
  return {
    read,
    isReady,
    abort: (fault) =>
      Effect.sync(() => {
        aborted = fault
        wake?.()
      })
  }
}

/** A reset, by default of a fresh connection before the headers. */
export const reset = (
  fields: Partial<ConstructorParameters<typeof TransportFault.TransportFault>[0]> = {}
): TransportFault.TransportFault =>
  new TransportFault.TransportFault({
    reason: "Reset",
    phase: "headers",
    code: "ECONNRESET",
    bytesReceived: 0,
    reusedConnection: false,
    ...fields
  })

export const message = (text: string) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-opus-5-5",
  content: [{ type: "text", text, citations: null }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 2 }
})

/** A whole answer. */
export const ok = (text: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  headers: { "request-id": "req_ok", ...headers },
  body: [JSON.stringify(message(text))]
})

/** A refusal in the API's shape. */
export const refusal = (
  status: number,
  type: string,
  headers: Readonly<Record<string, string>> = {},
  details?: object
): Answer => ({
  status,
  headers: { "request-id": `req_${status}`, ...headers },
  body: [JSON.stringify({ type: "error", error: { type, message: `a ${type}`, ...(details ? { details } : {}) } })]
})

export const sse = (event: { readonly type: string; readonly [field: string]: unknown }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

export const events = {
  start: sse({ type: "message_start", message: { ...message(""), content: [], stop_reason: null } }),
  block: sse({ type: "content_block_start", index: 0, content_block: { type: "text", text: "", citations: null } }),
  text: (text: string) => sse({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
  blockStop: sse({ type: "content_block_stop", index: 0 }),
  delta: sse({
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 5 }
  }),
  stop: sse({ type: "message_stop" }),
  ping: sse({ type: "ping" }),
  error: (type: string) => sse({ type: "error", error: { type, message: `a ${type}` } })
}

/** A streamed answer, one piece for each chunk. */
export const streamed = (...body: ReadonlyArray<Piece>): Answer => ({
  headers: { "content-type": "text/event-stream", "request-id": "req_stream" },
  body
})

export const wholeStream = (...texts: ReadonlyArray<string>): Answer =>
  streamed(events.start, events.block, ...texts.map(events.text), events.blockStop, events.delta, events.stop)
