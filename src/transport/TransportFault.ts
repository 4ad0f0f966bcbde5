/**
 * What a transport reports when an exchange breaks: the evidence, before anyone has judged it.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"

/**
 * The kinds of faults.
 *
 * `Reset`: an open connection was torn down. `Dns` `Refused` `Unreachable` `Tls` `Proxy`: none could be opened.
 * `TimedOut`: a limit of ours ran out. `Malformed`: bytes that are not HTTP, or not the encoding they claim to be.
 *
 * @since 0.1.0
 * @category models
 */
export type FaultReason = "Reset" | "Dns" | "Refused" | "Unreachable" | "Tls" | "Proxy" | "TimedOut" | "Malformed"

/**
 * The limits whose end is a fault.
 *
 * @since 0.1.0
 * @category models
 */
export type TimeLimit = "pool" | "connect" | "headers" | "idle" | "stalled" | "total"

/**
 * One exchange broke. What a transport cannot know stays `undefined`.
 *
 * @since 0.1.0
 * @category errors
 */
export class TransportFault extends Data.TaggedError("TransportFault")<{
  readonly reason: FaultReason
  readonly phase: "queue" | "connect" | "send" | "headers" | "body"
  /** The code of the innermost cause that has one: `ECONNRESET`, `UND_ERR_SOCKET`, … */
  readonly code?: string | undefined
  /** Which limit ran out, and its length; with `TimedOut` alone. */
  readonly limit?: TimeLimit | undefined
  readonly duration?: Duration.Duration | undefined
  /** Bytes of the response's body that were received. */
  readonly bytesReceived: number
  /** How long the connection had been silent. */
  readonly idleFor?: Duration.Duration | undefined
  readonly reusedConnection?: boolean | undefined
  /** Whether the whole request left this machine; `false` only when that is proven not to be so. */
  readonly requestSent?: boolean | undefined
  /** The proxy's answer to CONNECT. */
  readonly proxyStatus?: number | undefined
  /** What was thrown. Never shown: it may hold headers. */
  readonly cause?: unknown
}> {}
