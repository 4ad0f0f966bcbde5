import * as Effect from "effect/Effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Entry } from "../RequestLog.js"
import type { Frame } from "./sse.js"

/** The same fields, open to change. */
export type Writable<A> = { -readonly [K in keyof A]: A[K] }

/** One request and the means to answer it, down to its socket. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly socket: Socket
  readonly entry: Writable<Entry>
  /** How long bytes are given to reach the client before the connection is reset, in milliseconds. */
  readonly drain: number
  /** Whether we ended the connection ourselves. */
  hungUp: boolean
  /** Called for every part of the answer that went out whole. */
  onSent: (frame: Frame) => void
}

/** Waits until everything written so far was handed to the kernel. */
export const flushed = ({ socket }: Exchange): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    // The callback of an empty write comes after all writes before it.
    socket.write("", () => resume(Effect.void))
  })

/** Writes a part of the body; waits when the client is slower. */
export const write = (exchange: Exchange, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    const { response } = exchange
    exchange.entry.bytesSent += bytes.length
    if (bytes.length === 0 || response.write(bytes)) return resume(Effect.void)
    const onDrain = () => resume(Effect.void)
    response.once("drain", onDrain)
    return Effect.sync(() => response.off("drain", onDrain))
  })

/** Writes a part of the body and waits until the kernel has it, so that it is a packet of its own. */
export const writeApart = (exchange: Exchange, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    exchange.entry.bytesSent += bytes.length
    exchange.response.write(bytes, () => resume(Effect.void))
  })

/** Writes past the HTTP framing. */
export const raw = (exchange: Exchange, data: string | Uint8Array): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    exchange.socket.write(data, () => resume(Effect.void))
  })

const turnOfTheLoop = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

// A reset throws away what the kernel has not delivered. The pause, and two turns of the event loop for a client in
// this process, let it arrive first.
const settle = (exchange: Exchange): Effect.Effect<void> =>
  flushed(exchange).pipe(
    Effect.zipRight(Effect.sleep(exchange.drain)),
    Effect.zipRight(turnOfTheLoop),
    Effect.zipRight(turnOfTheLoop)
  )

/** Ends the connection: with an RST, after all that was written has arrived, or with a FIN. */
export const hangUp = (exchange: Exchange, how: "reset" | "fin"): Effect.Effect<void> =>
  Effect.zipRight(
    how === "reset" ? settle(exchange) : flushed(exchange),
    Effect.sync(() => {
      exchange.hungUp = true
      if (how === "reset") exchange.socket.resetAndDestroy()
      else exchange.socket.destroySoon()
    })
  )

/** Ends the answer as HTTP wants it. */
export const end = ({ response }: Exchange): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    response.end(() => resume(Effect.void))
  })
